/** Values that nobody should send, and ways to put them into a body. */
import fc from 'fast-check'
import type { TSchema } from 'typebox'
import { schemaArbitrary } from './schema-arbitrary.ts'

/** JSON texts of values; numbers that JSON can write and no double can hold among them. */
const hostileTexts = [
  'null',
  'true',
  '[]',
  '{}',
  '[[[[[[[[[]]]]]]]]]',
  '""',
  '" "',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udc00x"',
  '"🛰️"',
  '"../../etc/passwd"',
  '"\'; drop table node; --"',
  '"${7*7}"',
  '"NaN"',
  '"Infinity"',
  '"1"',
  '1e999',
  '-1e999',
  '1e308',
  '-1',
  '-0',
  '-9007199254740993',
  '9007199254740993',
  '18446744073709551616',
  '0.1',
  '1e-320',
  '5e-324',
  '0',
  '"2026-02-30T00:00:00Z"',
  '"0000-01-01T00:00:00Z"',
  '"0001-01-01T00:00:00Z"',
  '"9999-12-31T23:59:59.999999999Z"',
  '"2026-01-01T00:00:00+23:59"',
  '"2026-01-01 00:00:00"',
  '"00000000-0000-0000-0000-000000000000"',
  '"ffffffff-ffff-ffff-ffff-ffffffffffff"',
  '"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"',
  JSON.stringify('x'.repeat(10_000)),
  JSON.stringify('é'.repeat(300)),
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{}}}',
] as const

const placeholder = '@@hostile@@'

/** Bodies as text: right ones, right ones with one value replaced, right ones with a key too many, and plain rubbish. */
export function bodyTexts(schema: TSchema): fc.Arbitrary<string> {
  const right = schemaArbitrary(schema)
  const replaced = fc.tuple(right, fc.nat(), fc.constantFrom(...hostileTexts)).map(([body, at, hostile]) => {
    const paths = pathsOf(body)
    const path = paths[at % paths.length] ?? []
    return JSON.stringify(replacedAt(body, path)).replace(`"${placeholder}"`, () => hostile)
  })
  const extra = fc
    .tuple(right, fc.constantFrom('zzz', '__proto__', 'constructor', 'toString', '', 'ID', 'id '))
    .map(([body, key]) => `{${JSON.stringify(key)}:1,${JSON.stringify(body).slice(1)}`.replace(',}', '}'))
  const truncated = fc.tuple(right, fc.double({ min: 0, max: 0.99, noNaN: true })).map(([body, share]) => {
    const text = JSON.stringify(body)
    return text.slice(0, Math.floor(text.length * share))
  })
  return fc.oneof(
    { weight: 1, arbitrary: right.map((body) => JSON.stringify(body)) },
    { weight: 8, arbitrary: replaced },
    { weight: 2, arbitrary: extra },
    { weight: 1, arbitrary: truncated },
    { weight: 1, arbitrary: fc.constantFrom(...hostileTexts) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
    { weight: 1, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
  )
}

/** Texts for a query value. */
export function queryTexts(schema: TSchema): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 2, arbitrary: schemaArbitrary(schema).map(String) },
    {
      weight: 3,
      arbitrary: fc
        .constantFrom(...hostileTexts)
        .map((text) => (text.startsWith('"') ? String(JSON.parse(text)) : text)),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        'name:',
        'state:ready state:',
        'cpu>80%',
        'cpu>',
        '-"',
        'at<5m',
        'label.x:*',
        'a:b,c,,',
        '\\',
        '%',
        '_',
        '*',
        '(',
        'since<99999999999999y',
        'bytes>1e999GiB',
        'memory>9999999999999999TiB',
      ),
    },
  )
}

type Path = (string | number)[]
/** Every place in a value, its root included. */
function pathsOf(value: unknown, at: Path = []): Path[] {
  if (Array.isArray(value)) return [at, ...value.flatMap((each, index) => pathsOf(each, [...at, index]))]
  if (typeof value === 'object' && value !== null)
    return [at, ...Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...at, key]))]
  return [at]
}

function replacedAt(value: unknown, path: Path): unknown {
  const [head, ...rest] = path
  if (head === undefined) return placeholder
  if (Array.isArray(value))
    return value.map((each, index) => (index === head ? replacedAt(each, rest) : each))
  return Object.fromEntries(
    Object.entries(value as object).map(([key, each]) => [key, key === head ? replacedAt(each, rest) : each]),
  )
}

/** What stands in a path where an id or a name belongs, as it goes over the wire. */
export const hostilePaths = [
  '00000000-0000-0000-0000-000000000000',
  '01890000-0000-7000-8000-000000000000',
  'no-such-thing',
  'a%2Fb',
  '%2F',
  '%2e%2e%2f%2e%2e',
  '..%5c..',
  '%20',
  '%20%20x',
  '%F0%9F%9B%B0%EF%B8%8F',
  '%00',
  'a%00b',
  '%zz',
  '%',
  '%ff%fe',
  '%C0%AF',
  '%ED%A0%80',
  "'%20or%201=1--",
  '%7B%7D',
  'x'.repeat(254),
  'x'.repeat(1900),
  'x'.repeat(10_000),
  '%F0%9F%9B%B0'.repeat(800),
] as const
