/** From a JSON schema, as the contract writes them, to values that satisfy it. */
import fc from 'fast-check'
import type { TSchema } from 'typebox'

/** The keywords that the contract's schemas use. */
type Schema = {
  type?: string
  anyOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  patternProperties?: Record<string, Schema>
  items?: Schema
  pattern?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  minProperties?: number
}

const uuid = fc.uuid({ version: 7 })
/** Texts for each pattern of the contract; the first that matches is used. */
const patterned: readonly [RegExp, fc.Arbitrary<string>][] = [
  [/\[0-9a-f\]\{8\}/, uuid],
  [
    /T\(\[01\]\[0-9\]/,
    fc
      .date({ min: new Date('2001-01-01'), max: new Date(), noInvalidDate: true })
      .map((date) => date.toISOString()),
  ],
  [/^\^-\?\[A-Za-z/, fc.constantFrom('name', '-name', 'state', 'createdAt')],
  [/A-Za-z0-9\._/, fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/)],
  [/\\u007f/, fc.stringMatching(/^[A-Za-z0-9é日][A-Za-z0-9 ._é日-]{0,20}[A-Za-z0-9]$/)],
]

export function schemaArbitrary(schema: TSchema): fc.Arbitrary<unknown> {
  return arbitrary(schema)
}

function arbitrary(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(arbitrary))
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.const !== undefined) return fc.constant(schema.const)
  switch (schema.type) {
    case 'object':
      return object(schema)
    case 'array': {
      const minLength = schema.minItems ?? 0
      return fc.array(arbitrary(schema.items ?? {}), {
        minLength,
        maxLength: Math.max(minLength, Math.min(3, schema.maxItems ?? 3)),
      })
    }
    case 'string':
      return text(schema)
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? 0, -1e9),
        max: Math.min(schema.maximum ?? 1e9, 1e9),
      })
    case 'number':
      return fc.double({
        min:
          (schema.exclusiveMinimum ?? schema.minimum ?? 0) +
          (schema.exclusiveMinimum === undefined ? 0 : 0.001),
        max: Math.min(schema.maximum ?? 1e6, 1e6),
        noNaN: true,
      })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case undefined:
      return fc.jsonValue()
    default:
      throw new Error(`no value can be made for a schema of type ${schema.type}`)
  }
}

function object(schema: Schema): fc.Arbitrary<unknown> {
  const required = new Set(schema.required ?? [])
  const fields = Object.entries(schema.properties ?? {})
  if (fields.length === 0) {
    const [pattern, value] = Object.entries(schema.patternProperties ?? {})[0] ?? []
    if (value === undefined || pattern === undefined) return fc.constant({})
    const key = pattern.includes('A-Za-z0-9')
      ? fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/)
      : fc.stringMatching(/^[a-z]{1,9}$/)
    return fc.dictionary(key, arbitrary(value), {
      minKeys: schema.minProperties ?? 0,
      maxKeys: 3,
      noNullPrototype: true,
    })
  }
  const atLeastOne = (schema.minProperties ?? 0) > 0 && required.size === 0
  return fc
    .record(Object.fromEntries(fields.map(([name, value]) => [name, arbitrary(value)])), {
      requiredKeys: fields.map(([name]) => name).filter((name) => required.has(name)),
      noNullPrototype: true,
    })
    .filter((value) => !atLeastOne || Object.keys(value).length > 0)
}

function text(schema: Schema): fc.Arbitrary<string> {
  if (schema.pattern !== undefined) {
    const known = patterned.find(([pattern]) => pattern.test(schema.pattern ?? ''))
    if (known === undefined) throw new Error(`no text is known for the pattern ${schema.pattern}`)
    return known[1]
  }
  const minLength = schema.minLength ?? 0
  if (minLength === 36) return uuid
  return fc.string({
    unit: 'grapheme',
    minLength,
    maxLength: Math.max(minLength, Math.min(30, schema.maxLength ?? 30)),
  })
}
