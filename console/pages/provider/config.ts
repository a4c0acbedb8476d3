/** A provider kind's config schema as the fields of a form. What a form has no field for is written as JSON. */
export type Config = Record<string, unknown>

export type ConfigField = {
  key: string
  title: string
  description: string
  kind: 'text' | 'secret' | 'number' | 'integer' | 'boolean' | 'choice' | 'json'
  choices: readonly string[]
  required: boolean
  initial: unknown
  minimum: number | null
  maximum: number | null
}

type Schema = {
  type?: string
  title?: string
  description?: string
  enum?: unknown[]
  anyOf?: Schema[]
  default?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  minimum?: number
  maximum?: number
  format?: string
  writeOnly?: boolean
}

export function configFields(schema: unknown): ConfigField[] {
  const { properties = {}, required = [] } = (schema ?? {}) as Schema
  return Object.entries(properties).map(([key, given]) => {
    const property = given.anyOf?.find((each) => each.type !== 'null') ?? given
    return {
      key,
      title: property.title ?? words(key),
      description: given.description ?? property.description ?? '',
      kind: kindOf(property),
      choices: (property.enum ?? []).map(String),
      required: required.includes(key) && given.default === undefined,
      initial: given.default,
      minimum: property.minimum ?? null,
      maximum: property.maximum ?? null,
    }
  })
}

function kindOf(schema: Schema): ConfigField['kind'] {
  if (schema.enum !== undefined && schema.enum.every((each) => typeof each === 'string')) return 'choice'
  switch (schema.type) {
    case 'string':
      return schema.writeOnly === true || schema.format === 'password' ? 'secret' : 'text'
    case 'number':
      return 'number'
    case 'integer':
      return 'integer'
    case 'boolean':
      return 'boolean'
    default:
      return 'json'
  }
}

/** `speedFactor` as "Speed factor". */
function words(key: string): string {
  const text = key.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export function configDefaults(fields: readonly ConfigField[]): Config {
  return Object.fromEntries(
    fields.flatMap((field) => (field.initial === undefined ? [] : [[field.key, field.initial]])),
  )
}

const notJson = Symbol('not JSON')

/** Text of a JSON field that is none yet. It stands in the config for the value, so that no older one is sent instead. */
export type NotJson = { readonly [notJson]: true; readonly text: string; readonly reason: string }

/** The value that a text is in JSON, nothing for no text. */
export function jsonRead(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    const reason = error instanceof Error ? `not JSON: ${error.message}` : 'not JSON'
    return { [notJson]: true, text, reason } satisfies NotJson
  }
}

export function isNotJson(value: unknown): value is NotJson {
  return typeof value === 'object' && value !== null && notJson in value
}

/** What keeps the form from being sent, or null. The server checks the rest. */
export function configFault(fields: readonly ConfigField[], config: Config): string | null {
  const missing = fields.find(
    (field) => field.required && (config[field.key] === undefined || config[field.key] === ''),
  )
  if (missing !== undefined) return `${missing.title} is needed.`
  for (const { key, title } of fields) {
    const value = config[key]
    if (isNotJson(value)) return `${title} is ${value.reason}`
  }
  return null
}
