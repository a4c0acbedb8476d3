import fc from 'fast-check'
import { expect, it } from 'vitest'
import { stepsAt, stepsConstant, stepsNext, stepsOf } from './steps.ts'

it('holds a value until the next one, and begins anew after its period', () => {
  const steps = stepsOf(
    [
      [0, 7],
      [10, 8],
      [15, 9],
    ],
    20,
  )
  expect([0, 9.9, 10, 15, 19, 20, 30, 35].map((at) => stepsAt(steps, at))).toEqual([7, 7, 8, 9, 9, 7, 8, 9])
  expect([0, 10, 15, 20, 36].map((at) => stepsNext(steps, at))).toEqual([10, 15, 20, 30, 40])
  expect(stepsNext(steps, 103, 100)).toBe(110)
  expect(stepsNext(stepsConstant(5), 3)).toBe(Number.POSITIVE_INFINITY)
  expect(stepsNext(stepsOf([[0, 1]], 20), 3)).toBe(Number.POSITIVE_INFINITY)
})

it('always goes on, whatever the times round to', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
      fc.double({ min: 0, max: 1e8, noNaN: true }),
      (second, more, zero) => {
        const steps = stepsOf(
          [
            [0, 1],
            [second, 2],
          ],
          second + more,
        )
        let at = zero
        for (let turn = 0; turn < 20; turn += 1) {
          const next = stepsNext(steps, at, zero)
          expect(next).toBeGreaterThan(at)
          at = next
        }
      },
    ),
  )
})
