import type { TSchema } from 'typebox'
import { Errors } from 'typebox/value'

/** The first thing about a value that its schema does not allow, as `/path what is wrong`; null when nothing is. */
export function schemaFault(schema: TSchema, value: unknown): string | null {
  const errors = Errors(schema, value)
  // A key that is not allowed comes as a schema `false` for it, which tells a reader nothing.
  const unknown = errors.find((error) => error.keyword === 'boolean')
  if (unknown !== undefined) return `${unknown.instancePath} is not a known key`
  const [error] = errors
  if (error === undefined) return null
  // A pattern is for programs: what it stands for is in the description.
  const { description } = error.keyword === 'pattern' ? schemaAt(schema, error.schemaPath) : {}
  const message = typeof description === 'string' ? `must be ${description}` : error.message
  return `${error.instancePath || '/'} ${message}`
}

/** `#/properties/a/items` by its steps. */
export function schemaAt(schema: TSchema, path: string): Record<string, unknown> {
  let part: unknown = schema
  for (const step of path.split('/').slice(1)) part = (part as Record<string, unknown> | undefined)?.[step]
  return (part ?? {}) as Record<string, unknown>
}
