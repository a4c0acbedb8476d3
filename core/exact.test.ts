import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalScale, decimalTimes } from './exact.ts'

describe('scaling a decimal', () => {
  it.for<[number, number, number]>([
    [0, 0, 0],
    [0.1, 100_000, 100_000],
    [0.57, 570_000, 570_000],
    [1.1, 1_100_000, 1_100_000],
    [2.3, 2_300_000, 2_300_000],
    [0.1 + 0.2, 300_000, 300_000],
    [1 / 3, 333_333, 333_334],
    [1e-9, 0, 1],
    [1.00000000001, 1_000_000, 1_000_001],
    [1_000_000, 1e12, 1e12],
    [999_999.999999, 999_999_999_999, 999_999_999_999],
    [Number.MIN_VALUE, 0, 1],
  ])('takes %d to %d or %d millionths', ([value, down, up]) => {
    expect(decimalScale(value, 6, 'down')).toBe(down)
    expect(decimalScale(value, 6, 'up')).toBe(up)
  })

  it('is exact for every decimal of six places', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (millionths) => {
        const value = Number(`${millionths}e-6`)
        expect(decimalScale(value, 6, 'up')).toBe(millionths)
        expect(decimalScale(value, 6, 'down')).toBe(millionths)
      }),
    )
  })

  it('is never on the wrong side', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (value) => {
        // The 15 significant digits are what the database keeps of a double.
        const kept = Number(value.toPrecision(15))
        const down = decimalScale(value, 6, 'down')
        const up = decimalScale(value, 6, 'up')
        expect(down / 1e6).toBeLessThanOrEqual(kept * (1 + 1e-15))
        expect(up / 1e6).toBeGreaterThanOrEqual(kept * (1 - 1e-15))
        expect(up - down).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('multiplying by a ratio', () => {
  it.for<[number, number, number]>([
    [7, 1, 7],
    [10, 1.1, 11],
    [3, 0.1, 0],
    [100, 0.29, 29],
    [9_007_199_254_740_991, 1, 9_007_199_254_740_991],
    [9_000_000_000_000_000, 0.3, 2_700_000_000_000_000],
    [5, 1e6, 5e6],
    [1, 1e-20, 0],
  ])('%d by %d is %d, rounded down', ([count, factor, expected]) => {
    expect(decimalTimes(count, factor, 'down')).toBe(expected)
  })
})
