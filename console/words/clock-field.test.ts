import { expect, it } from 'vitest'
import { clockFieldRead, clockFieldWrite } from './clock-field.ts'

it('reads back what it writes, in UTC and in local time', () => {
  for (const zone of ['utc', 'local'] as const) {
    const at = '2026-01-31T12:34:56.000Z'
    expect(clockFieldRead(clockFieldWrite(at, zone), zone)).toBe(at)
  }
  expect(clockFieldWrite('2026-01-31T12:34:56.789Z', 'utc')).toBe('2026-01-31T12:34:56')
})

it('gives nothing for what is no instant', () => {
  expect(clockFieldWrite('', 'utc')).toBe('')
  expect(clockFieldRead('', 'local')).toBe('')
})
