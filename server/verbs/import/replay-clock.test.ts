import { expect, test } from 'vitest'
import { replayClockCreate } from './replay-clock.ts'

const second = 1e6

test('an instant of the trace is released when its share of real time is over', () => {
  let nowMs = 5000
  const clock = replayClockCreate(100 * second, 10, () => nowMs)
  expect(clock.waitMs(100 * second)).toBe(0)
  expect(clock.waitMs(120 * second)).toBe(2000)
  nowMs += 1500
  expect(clock.waitMs(120 * second)).toBe(500)
  nowMs += 600
  expect(clock.waitMs(120 * second)).toBe(0)
})

test('what came due while events were decided is released together, up to a second of real time', () => {
  let nowMs = 0
  const clock = replayClockCreate(0, 10, () => nowMs)
  nowMs = 800
  clock.decided(1 * second)
  expect(clock.waitMs(8 * second)).toBe(0)
  expect(clock.waitMs(9 * second)).toBe(100)
})

test('longer delays are lost: the clock does not hurry to make up for them', () => {
  let nowMs = 0
  const clock = replayClockCreate(0, 10, () => nowMs)
  nowMs = 60_000
  clock.decided(1 * second)
  // The next event is due for one second, no more, so that the one ten trace seconds later is due now and no later one is.
  expect(clock.waitMs(11 * second)).toBe(0)
  expect(clock.waitMs(12 * second)).toBe(100)
})

test('without a speed everything is due at once', () => {
  expect(replayClockCreate(0, null, () => 0).waitMs(1e15)).toBe(0)
})
