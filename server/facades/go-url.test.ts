import { describe, expect, it } from 'vitest'
import { pqTextRefusal, textOfBytes } from './go-text.ts'
import { goInt64, pathEscape, queryValue, targetParse } from './go-url.ts'

/** As Node.js hands over a target with bytes beyond ASCII. */
const latin1 = (text: string) => Buffer.from(text).toString('latin1')

describe('a target', () => {
  it.for<[string, string | null, string | null]>([
    ['/hosts?a=1?b', '/hosts', 'a=1?b'],
    ['/hosts/a%20b%2Fc', '/hosts/a b/c', null],
    ['/hosts/%F0%9F%98%80', '/hosts/😀', null],
    [latin1('/hosts/é'), '/hosts/é', null],
    ['/hosts/a+b', '/hosts/a+b', null],
    ['http://example.org/vms/x?y', '/vms/x', 'y'],
    ['/hosts/%zz', null, null],
    ['/hosts/%2', null, null],
  ])('%s', ([url, path, rawQuery]) => {
    expect(targetParse(url)).toEqual(path === null ? null : { path, rawQuery })
  })
  it('is written back with Go’s escapes', () => {
    expect(pathEscape("/vms/a b<é>/x+y:z@$&,;=!'()*~%")).toBe(
      '/vms/a%20b%3C%C3%A9%3E/x+y:z@$&,;=%21%27%28%29%2A~%25',
    )
    expect(pathEscape(targetParse('/hosts/%ff')?.path ?? '')).toBe('/hosts/%FF')
  })
})

describe('a query', () => {
  it.for<[string | null, string | undefined]>([
    [null, undefined],
    ['', undefined],
    ['id', ''],
    ['id=', ''],
    ['id=a+b%20c', 'a b c'],
    ['id=1&id=2', '1'],
    ['%69d=x', 'x'],
    ['id=%zz&id=ok', 'ok'],
    ['a;id=1', undefined],
    ['id=a=b', 'a=b'],
    [latin1('id=é'), 'é'],
  ])('%s', ([query, value]) => {
    expect(queryValue(query, 'id')).toBe(value)
  })
})

describe('an integer', () => {
  it.for<[string, bigint | null]>([
    ['0', 0n],
    ['+7', 7n],
    ['-7', -7n],
    ['007', 7n],
    ['9223372036854775807', 9_223_372_036_854_775_807n],
    ['9223372036854775808', null],
    ['-9223372036854775808', -9_223_372_036_854_775_808n],
    ['', null],
    ['1.0', null],
    ['1e3', null],
    ['1_000', null],
    [' 1', null],
    ['0x1', null],
    ['9'.repeat(100_000), null],
  ])('%s', ([text, value]) => {
    expect(goInt64(text)).toBe(value)
  })
})

describe('a text that the database cannot store', () => {
  const bytes = (...values: number[]) => textOfBytes(Buffer.from(values))
  const refusal = (hex: string) => `pq: invalid byte sequence for encoding "UTF8": ${hex}`
  it.for<[string, string | null]>([
    ['plain, é, 😀 \u0001', null],
    ['a\u0000b', refusal('0x00')],
    [bytes(0x61, 0xff), refusal('0xff')],
    [bytes(0xe2, 0x82), refusal('0xe2 0x82')],
    [bytes(0xe2, 0x28, 0xa1, 0x61), refusal('0xe2 0x28 0xa1')],
    [bytes(0xf0, 0x9f, 0x98, 0x80, 0xc3), refusal('0xc3')],
  ])('%j', ([text, expected]) => {
    expect(pqTextRefusal(text)).toBe(expected)
  })
})
