import { expect, it } from 'vitest'
import { coalesce } from './coalesce.ts'

/** A clock that only moves when it is told to. */
function handClock() {
  let now = 0
  let due: { at: number; run: () => void } | null = null
  return {
    timers: {
      now: () => now,
      after: (ms: number, run: () => void) => (due = { at: now + ms, run }),
      cancel: () => (due = null),
    },
    advance(ms: number) {
      now += ms
      const next = due
      if (next !== null && next.at <= now) {
        due = null
        next.run()
      }
    },
  }
}

it('hands the first on at once and a burst after it together, not more often than the period', () => {
  const clock = handClock()
  const flushes: string[][] = []
  const gather = coalesce(500, (names) => flushes.push([...names].sort()), clock.timers)
  gather.add(['a'])
  clock.advance(0)
  for (let i = 0; i < 100; i += 1) {
    gather.add([i % 2 === 0 ? 'b' : 'c'])
    clock.advance(4)
  }
  expect(flushes).toEqual([['a']])
  clock.advance(100)
  expect(flushes).toEqual([['a'], ['b', 'c']])
})

it('hands nothing on after it is closed', () => {
  const clock = handClock()
  const flushes: unknown[] = []
  const gather = coalesce(500, (names) => flushes.push(names), clock.timers)
  gather.add(['a'])
  gather.close()
  clock.advance(1000)
  expect(flushes).toEqual([])
})
