import { Type } from 'typebox'
import { expect, it } from 'vitest'
import { schemaFault } from './schema-fault.ts'

const schema = Type.Object(
  {
    sites: Type.Array(
      Type.Object({
        opens: Type.String({ pattern: '^[0-9]{2}:[0-9]{2}$', description: 'a time of day, as 08:30' }),
        code: Type.Optional(Type.String({ pattern: '^[A-Z]$' })),
      }),
    ),
  },
  { additionalProperties: false },
)

it.each([
  [{ sites: [{ opens: 'noon' }] }, '/sites/0/opens must be a time of day, as 08:30'],
  [{ sites: [{ opens: '08:30', code: 'ab' }] }, '/sites/0/code must match pattern "^[A-Z]$"'],
  [{ sites: 1 }, '/sites must be array'],
  [{ sites: [], other: 1 }, '/other is not a known key'],
  [{ sites: [] }, null],
])('of %j it says what would be right', (value, fault) => {
  expect(schemaFault(schema, value)).toBe(fault)
})
