/** The same call in a terminal: as `orrery` words (the operation's own) and as curl. */
import { operationUrl } from '@orrery/api/client.ts'
import { type InputOf, type OperationName, type OperationSpec, operations } from '@orrery/api/operations.ts'

/** `orrery workload bind web-1 --node edge-1-02`. Words follow the operation's id, flags the fields of query and body. */
export function asCommand<K extends OperationName>(name: K, input: InputOf<K>): string {
  const words = name.split(/(?=[A-Z])/).map((word) => word.toLowerCase())
  const noun = words.slice(0, -1).join('-')
  const parts = ['orrery', noun, words.at(-1) ?? '']
  if (input.ref !== undefined) parts.push(quoted(input.ref))
  parts.push(...flags(input.query ?? {}, ''))
  parts.push(...flags(input.body ?? {}, ''))
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

function flags(values: object, prefix: string): string[] {
  return Object.entries(values as Record<string, unknown>).flatMap(([key, value]) => {
    const flag = prefix + kebab(key)
    if (value === undefined) return []
    if (value === null) return [`--${flag} null`]
    if (value === true) return [`--${flag}`]
    if (value === false) return [`--no-${flag}`]
    if (Array.isArray(value)) {
      return value.map(
        (each) => `--${singular(flag)} ${quoted(typeof each === 'string' ? each : JSON.stringify(each))}`,
      )
    }
    if (typeof value === 'object') return flags(value, `${flag}-`)
    return [`--${flag} ${quoted(typeof value === 'string' ? value : JSON.stringify(value))}`]
  })
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
