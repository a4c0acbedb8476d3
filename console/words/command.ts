/** The same call in a terminal: as `orrery` words (the operation's own) and as curl. */
import { operationUrl } from '@orrery/api/client.ts'
import { type InputOf, type OperationName, type OperationSpec, operations } from '@orrery/api/operations.ts'

/** `orrery workload bind web-1 --node edge-1-02`. Words follow the operation's id, flags the fields of query and body. */
export function asCommand<K extends OperationName>(name: K, input: InputOf<K>): string {
  const words = name.split(/(?=[A-Z])/).map((word) => word.toLowerCase())
  const noun = words.slice(0, -1).join('-')
  const parts = ['orrery', noun, words.at(-1) ?? '']
  if (input.ref !== undefined) parts.push(quoted(input.ref))
  const spec: OperationSpec = operations[name]
  parts.push(...flags(input.query ?? {}, '', spec.query))
  parts.push(...bodyFlags(spec, input.body ?? {}))
  return parts.join(' ')
}

/** A run of a scenario, whose text stays in its file. */
export function asScenarioCommand({ name, policies, seeds }: InputOf<'runCreate'>['body']): string {
  const parts = ['orrery twin fork --scenario scenario.yaml']
  if (policies !== undefined) parts.push(`--policy ${quoted(policies.join(','))}`)
  if (seeds !== undefined) parts.push(`--seeds ${seeds.join(',')}`)
  if (name !== undefined) parts.push(`--name ${quoted(name)}`)
  return parts.join(' ')
}

export function asCurl<K extends OperationName>(name: K, input: InputOf<K>, origin: string): string {
  const spec: OperationSpec = operations[name]
  const parts = ['curl', '-H "Authorization: Bearer $ORRERY_TOKEN"']
  if (spec.method !== 'GET') parts.push(`-X ${spec.method}`)
  if (input.body !== undefined) {
    parts.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(input.body))}`)
  }
  parts.push(quoted(origin + operationUrl(name, input)))
  return parts.join(' ')
}

/** What of a JSON Schema says how a value is written. */
type Shape = { properties?: Record<string, Shape>; patternProperties?: unknown; anyOf?: unknown }

/** What a flag gives is something: a list or a map of what is there is emptied by the whole body as data. */
function bodyFlags({ method, body: shape }: OperationSpec, body: object): string[] {
  const isWhole = method === 'PATCH' && isEmptying(body)
  return isWhole ? [`--data ${quoted(JSON.stringify(body))}`] : flags(body, '', shape)
}

function isEmptying(values: object): boolean {
  return Object.values(values).some(
    (value) =>
      typeof value === 'object' && value !== null && (Object.keys(value).length === 0 || isEmptying(value)),
  )
}

function flags(values: object, prefix: string, shape: Shape | undefined): string[] {
  return Object.entries(values as Record<string, unknown>).flatMap(([key, value]) => {
    const flag = prefix + kebab(key)
    const inner = shape?.properties?.[key]
    if (value === undefined) return []
    if (value === null) return [`--${flag} null`]
    if (value === true) return [`--${flag}`]
    if (value === false) return [`--no-${flag}`]
    if (Array.isArray(value)) {
      return value.map((each) => `--${singular(flag)} ${quoted(textOf(each))}`)
    }
    if (inner?.patternProperties !== undefined) {
      return Object.entries(value).map(
        ([name, each]) => `--${singular(flag)} ${quoted(`${name}=${textOf(each)}`)}`,
      )
    }
    // Of several forms, each with fields of its own: one flag that takes it whole.
    const isWhole = inner?.anyOf !== undefined
    if (typeof value === 'object' && !isWhole) return flags(value, `${flag}-`, inner)
    return [`--${flag} ${quoted(textOf(value))}`]
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function kebab(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
