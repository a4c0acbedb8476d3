import { type Static, type TSchema, Type } from 'typebox'

/**
 * A name a person gives: 1 to 200 characters, none of them `/`, a control character or a space at either end. Not `.`
 * or `..`, which a URL's path cannot hold, and nothing in the shape of an id, which would be looked up as one.
 */
export const Name = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern:
    '^(?!\\.{1,2}$)(?![0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$)[^\\s/\\u0000-\\u001f\\u007f]([^/\\u0000-\\u001f\\u007f]*[^\\s/\\u0000-\\u001f\\u007f])?$',
  description:
    '1 to 200 characters without `/`, control characters or spaces at the ends; not `.` or `..`, and not in the shape of an id',
})

/** RFC 3339 in UTC with up to microseconds, as `2026-01-31T12:00:00.123456Z`. Never a Date on its way. */
export const Timestamp = Type.String({
  pattern:
    '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$',
  maxLength: 40,
  description: 'RFC 3339 instant, as 2026-01-31T12:00:00.123456Z',
})
export type Timestamp = Static<typeof Timestamp>

export const Labels = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9._/-]{1,63}$' }),
  Type.String({ maxLength: 253 }),
  {
    maxProperties: 64,
    description: 'free key and value pairs; keys of 1 to 63 letters, digits, `.`, `_`, `-`, `/`',
  },
)
export type Labels = Static<typeof Labels>

export const Reason = Type.String({ maxLength: 2000 })

export function nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()])
}

/** A closed union of literals as one `enum`, which reads better in OpenAPI than `anyOf` of `const`. */
export function oneOf<const T extends readonly string[]>(values: T, description?: string) {
  return Type.Unsafe<T[number]>({
    type: 'string',
    enum: [...values],
    ...(description === undefined ? {} : { description }),
  })
}

export const strict = { additionalProperties: false } as const
