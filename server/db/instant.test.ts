import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantRead, instantText } from './instant.ts'

test('an instant keeps its microseconds, in any zone', () => {
  expect(instantRead('1970-01-01T00:00:00.000001Z')).toBe(1n)
  expect(instantRead('2026-01-31T12:00:00.123456789+01:30')).toBe(instantRead('2026-01-31T10:30:00.123456Z'))
  expect(instantRead('1969-12-31T23:59:59.999999Z')).toBe(-1n)
  expect(instantText(-1n)).toBe('1969-12-31T23:59:59.999999Z')
  expect(instantRead('0099-03-01T00:00:00Z')).toBe((instantRead('0099-02-28T23:59:59Z') ?? 0n) + 1_000_000n)
})

test('every instant reads back as it was written', () => {
  const first = instantRead('0001-01-01T00:00:00Z') ?? 0n
  const last = instantRead('9999-12-31T23:59:59.999999Z') ?? 0n
  fc.assert(
    fc.property(fc.bigInt(first, last), (micros) => {
      expect(instantRead(instantText(micros))).toBe(micros)
    }),
  )
})

test.each([
  '2026-02-29T00:00:00Z',
  '2026-02-31T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-10T00:00:00Z',
  '2026-01-31T24:00:00Z',
  '2026-01-31T23:60:00Z',
  '2026-01-31T23:59:60Z',
  '2026-01-31T23:59:59+24:00',
  '2026-01-31T23:59:59+01:60',
  '0000-06-01T00:00:00Z',
  '0001-01-01T00:00:00+00:01',
  '9999-12-31T23:59:59-00:01',
  '2026-01-31 12:00:00Z',
  '2026-01-31T12:00:00',
  '2026',
  '1',
  '',
])('%j is no instant', (text) => {
  expect(instantRead(text)).toBeNull()
})

test('a leap day is one only in a leap year', () => {
  expect(instantRead('2024-02-29T00:00:00Z')).not.toBeNull()
  expect(instantRead('1900-02-29T00:00:00Z')).toBeNull()
  expect(instantRead('2000-02-29T00:00:00Z')).not.toBeNull()
})
