import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type RandomStream,
  randomAt,
  randomBelow,
  randomBeta,
  randomCopy,
  randomExponential,
  randomFloat,
  randomGamma,
  randomNormal,
  randomShuffle,
  randomStream,
  randomUint32,
} from './random.ts'

const draws = 40_000
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const variance = (values: number[]) => {
  const centre = mean(values)
  return mean(values.map((value) => (value - centre) ** 2))
}

describe('a stream', () => {
  it('repeats itself from the same seed and labels', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.oneof(fc.string(), fc.nat())), (seed, labels) => {
        const one = randomStream(seed, ...labels)
        const two = randomStream(seed, ...labels)
        for (let i = 0; i < 20; i += 1) expect(randomUint32(one)).toBe(randomUint32(two))
        expect(randomAt(seed, ...labels)).toBe(randomAt(seed, ...labels))
      }),
    )
  })

  it('is pinned: the same seed gives the same numbers in every version', () => {
    const stream = randomStream(42, 'arrivals', 7)
    expect([randomUint32(stream), randomUint32(stream), randomUint32(stream)]).toMatchInlineSnapshot(`
      [
        543532485,
        3722434795,
        2788449613,
      ]
    `)
    expect(randomAt(42, 'x')).toMatchInlineSnapshot(`0.7407666147461134`)
  })

  it('differs with the seed, with a label, and with where one label ends and the next begins', () => {
    const firsts = [
      randomAt(1),
      randomAt(2),
      randomAt(1 + 2 ** 32),
      randomAt(1, 'a'),
      randomAt(1, 'b'),
      randomAt(1, 'ab'),
      randomAt(1, 'a', 'b'),
      randomAt(1, '1'),
      randomAt(1, 1),
      randomAt(1, ''),
    ]
    expect(new Set(firsts).size).toBe(firsts.length)
  })

  it('goes on in a copy as it would have itself', () => {
    const stream = randomStream(5)
    randomUint32(stream)
    const copy = randomCopy(stream)
    const ahead = [randomFloat(copy), randomFloat(copy)]
    expect([randomFloat(stream), randomFloat(stream)]).toEqual(ahead)
  })
})

describe('draws', () => {
  it('are uniform over a range of integers', () => {
    const stream = randomStream(1)
    const counts = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < draws; i += 1) {
      const drawn = randomBelow(stream, 10)
      counts[drawn] = (counts[drawn] ?? 0) + 1
    }
    // Chi-square with 9 degrees of freedom: above 27.9 once in a thousand seeds; this seed is fixed.
    const chi = counts.reduce((sum, count) => sum + (count - draws / 10) ** 2 / (draws / 10), 0)
    expect(chi).toBeLessThan(27.9)
  })

  it('of neighbouring labels are not alike', () => {
    const a = Array.from({ length: draws }, (_, i) => randomAt(3, 'bucket', i))
    const b = a.slice(1)
    const centred = b.map((value, i) => (value - 0.5) * ((a[i] ?? 0) - 0.5))
    expect(mean(a)).toBeCloseTo(0.5, 2)
    expect(Math.abs(mean(centred)) * 12).toBeLessThan(0.02)
  })

  it.for<[string, (stream: RandomStream) => number, number, number]>([
    ['uniform', (stream) => randomFloat(stream), 1 / 2, 1 / 12],
    ['exponential', (stream) => randomExponential(stream, 3), 3, 9],
    ['normal', (stream) => randomNormal(stream, 5, 2), 5, 4],
    ['gamma', (stream) => randomGamma(stream, 2.5), 2.5, 2.5],
    ['gamma of a small shape', (stream) => randomGamma(stream, 0.4), 0.4, 0.4],
    ['beta', (stream) => randomBeta(stream, 2, 6), 1 / 4, 12 / (64 * 9)],
  ])('%s has its mean and its variance', ([, draw, expectedMean, expectedVariance]) => {
    const stream = randomStream(7)
    const values = Array.from({ length: draws }, () => draw(stream))
    expect(mean(values) / expectedMean).toBeCloseTo(1, 1)
    expect(variance(values) / expectedVariance).toBeCloseTo(1, 1)
  })

  it('keep every item of a shuffled list', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat()), (seed, items) => {
        const shuffled = randomShuffle(randomStream(seed), items.slice())
        expect(shuffled.toSorted()).toEqual(items.toSorted())
      }),
    )
  })

  it('refuse a range that is empty or too wide', () => {
    for (const count of [0, -1, 1.5, Number.NaN, 2 ** 32 + 1]) {
      expect(() => randomBelow(randomStream(1), count)).toThrow(RangeError)
    }
  })
})
