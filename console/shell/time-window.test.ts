import fc from 'fast-check'
import { expect, it } from 'vitest'
import { instantAt, positionOf, positions, ranges, windowOf } from './time-window.ts'

const now = Date.parse('2026-01-31T12:00:00Z')

it('ends now and does not start before the first event', () => {
  expect(windowOf('24 h', now, '2026-01-31T11:00:00Z', null)).toEqual({
    startMs: now - 3_600_000,
    endMs: now,
  })
  expect(windowOf('15 min', now, '2026-01-31T11:00:00Z', null).startMs).toBe(now - 900_000)
  expect(windowOf('All', now, '2026-01-01T00:00:00Z', null).startMs).toBe(Date.parse('2026-01-01T00:00:00Z'))
})

it('reaches back to the time that a link names', () => {
  expect(windowOf('15 min', now, null, '2026-01-30T12:00:00Z').startMs).toBe(now - 86_400_000)
})

it('has now at its right end', () => {
  const window = windowOf('1 h', now, null, null)
  expect(instantAt(window, positions)).toBeNull()
  expect(positionOf(window, null)).toBe(positions)
  expect(instantAt(window, 500)).toBe('2026-01-31T11:30:00.000Z')
})

it('finds its place again from the instant of any position', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ranges), fc.integer({ min: 0, max: positions - 1 }), (range, position) => {
      const window = windowOf(range, now, '2025-06-01T00:00:00Z', null)
      expect(positionOf(window, instantAt(window, position))).toBe(position)
    }),
  )
})
