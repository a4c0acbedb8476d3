import type { TSchema } from 'typebox'
import { Errors } from 'typebox/value'

/** The first thing about a value that its schema does not allow, as `/path what is wrong`; null when nothing is. */
export function schemaFault(schema: TSchema, value: unknown): string | null {
  const errors = Errors(schema, value)
  // A key that is not allowed comes as a schema `false` for it, which tells a reader nothing.
  const unknown = errors.find((error) => error.keyword === 'boolean')
  if (unknown !== undefined) return `${unknown.instancePath} is not a known key`
  const [error] = errors
  return error === undefined ? null : `${error.instancePath || '/'} ${error.message}`
}
