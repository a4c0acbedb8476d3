import { describe, expect, it } from 'vitest'
import { clock, exact, relative, shortSpan, span } from './time.ts'

const at = '2026-01-31T12:00:00.123456Z'
const now = Date.parse(at)

describe('time in words', () => {
  it.for<[string, string]>([
    [span(-3), '0 s'],
    [span(59), '59 s'],
    [span(125), '2 min 5 s'],
    [span(3599), '59 min'],
    [span(12_000), '3 h 20 min'],
    [span(86_400 * 5 + 7200), '5 d 2 h'],
    [span(86_400 * 400), '400 d'],
    [shortSpan(86_400), '24 h'],
    [relative(at, now + 500), 'now'],
    [relative(at, now + 240_000), '4 min ago'],
    [relative(at, now - 7_200_000), 'in 2 h'],
    [exact(at, 'utc'), '2026-01-31 12:00:00 UTC'],
    [clock(at, 'utc'), '12:00:00'],
    [exact('not a time', 'utc'), 'not a time'],
  ])('%s is %s', ([written, expected]) => {
    expect(written).toBe(expected)
  })

  it('gives the offset with local time', () => {
    expect(exact(at, 'local')).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC[+−]\d{2}:\d{2}$/)
  })
})
