import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goTableCompute } from './go-random-jump.ts'
import { goTable } from './go-random-table.ts'
import { goIntn, goPermutation, goShuffle, goSkip, goStream, goUint32 } from './go-random.ts'

describe('the random stream of Go', () => {
  it('draws what every program in Go drew before it seeded', () => {
    const stream = goStream(1)
    expect(Array.from({ length: 5 }, () => goIntn(stream, 100))).toEqual([81, 87, 47, 59, 81])
  })

  it('has a table that is its own generator, 7.8e12 outputs on', () => {
    const { high, low } = goTableCompute()
    expect(goTable()).toEqual({ high, low })
  })

  it('shuffles and permutes without losing anyone, the same way for the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 }), fc.integer({ min: 0, max: 300 }), (seed, count) => {
        const all = Array.from({ length: count }, (_, index) => index)
        const shuffled = goShuffle(goStream(seed), all.slice())
        const permuted = Array.from(goPermutation(goStream(seed), count))
        expect(shuffled.toSorted((a, b) => a - b)).toEqual(all)
        expect(permuted.toSorted((a, b) => a - b)).toEqual(all)
        expect(goShuffle(goStream(seed), all.slice())).toEqual(shuffled)
      }),
    )
  })

  it('takes a seed of 0 and seeds beyond its modulus', () => {
    const first = (seed: number) => goUint32(goStream(seed))
    expect(first(0)).toBe(first(89_482_311))
    expect(first(2 ** 31 - 1 + 42)).toBe(first(42))
  })

  it('leaves one output out for each skip', () => {
    const skipped = goStream(7)
    goSkip(skipped)
    const drawn = goStream(7)
    goUint32(drawn)
    expect(goUint32(skipped)).toBe(goUint32(drawn))
  })
})
