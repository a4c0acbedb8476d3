/**
 * Flags from a schema. A nested object becomes dashed names (`capacity.cpuCores` is `--capacity-cpu-cores`), a list
 * becomes a flag that may be repeated, a map becomes `--label KEY=VALUE`.
 */
import { flagWords } from './flag-words.ts'
import { kebab, singular } from './words.ts'

/** As much of JSON Schema as the contract uses. */
export type Schema = {
  type?: string
  description?: string
  enum?: readonly string[]
  default?: unknown
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  required?: readonly string[]
  items?: Schema
  anyOf?: readonly Schema[]
  pattern?: string
}

export type FlagKind =
  | 'text'
  | 'instant'
  | 'number'
  | 'bytes'
  | 'cores'
  | 'integer'
  | 'boolean'
  | 'json'
  | 'record'
  | 'object'

export type SchemaFlag = {
  name: string
  /** where the value goes */
  path: readonly string[]
  kind: FlagKind
  /** the kind of a record's values */
  valueKind: FlagKind
  /** the schema of the one value, of a record's value or of a list's entry */
  schema: Schema
  list: boolean
  nullable: boolean
  required: boolean
  choices: readonly string[]
  description: string
}

export function flagsOf(schema: Schema | undefined): SchemaFlag[] {
  return schema === undefined ? [] : walk(schema, [], true)
}

function walk(schema: Schema, path: readonly string[], required: boolean): SchemaFlag[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const { schema: inner, nullable } = withoutNull(property)
    const here = [...path, key]
    const must = required && (schema.required?.includes(key) ?? false)
    if (inner.properties !== undefined && !isDeep(inner)) return walk(inner, here, must && !nullable)
    return [flagOf(inner, here, must, nullable)]
  })
}

function flagOf(schema: Schema, path: readonly string[], required: boolean, nullable: boolean): SchemaFlag {
  const last = path.at(-1) ?? ''
  const list = schema.type === 'array'
  const values = Object.values(schema.patternProperties ?? {})[0]
  const entry = list ? (schema.items ?? {}) : (values ?? schema)
  const word = list || values !== undefined ? singular(last) : last
  return {
    name: [...path.slice(0, -1), word].map(kebab).join('-'),
    path,
    kind: isDeep(schema) ? 'json' : values !== undefined ? 'record' : kindOf(entry, last),
    valueKind: kindOf(entry, last),
    schema: entry,
    list,
    nullable,
    required,
    choices: entry.enum ?? [],
    description: flagWords[last] ?? schema.description ?? entry.description ?? '',
  }
}

/** Lists of things that have lists themselves: nobody writes them as flags. */
function isDeep({ properties = {} }: Schema): boolean {
  const entries = Object.values(properties).flatMap(({ items }) => Object.values(items?.properties ?? {}))
  return entries.some(({ type }) => type === 'array')
}

export function kindOf(schema: Schema, name: string): FlagKind {
  if (schema.properties !== undefined) return 'object'
  switch (schema.type) {
    case 'boolean':
      return 'boolean'
    case 'integer':
      return name.endsWith('Bytes') ? 'bytes' : 'integer'
    case 'number':
      return name === 'cpuCores' ? 'cores' : 'number'
    case 'string':
      return schema.pattern?.startsWith('^[0-9]{4}-') === true ? 'instant' : 'text'
    default:
      return 'json'
  }
}

export function withoutNull(schema: Schema): { schema: Schema; nullable: boolean } {
  const rest = schema.anyOf?.filter((each) => each.type !== 'null') ?? []
  const only = rest[0]
  if (schema.anyOf === undefined || only === undefined || rest.length !== 1)
    return { schema, nullable: false }
  return { schema: only, nullable: rest.length < schema.anyOf.length }
}
