import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fillSteps, lookOf, spansOf } from './sprites.ts'

it('gives every moon that looks different a look of its own', () => {
  const looks = new Set<number>()
  let count = 0
  for (let half = 3; half <= 52; half += 1) {
    for (let state = 0; state < 5; state += 1) {
      for (let fill = 0; fill <= fillSteps; fill += 1) {
        for (const lit of [true, false]) {
          looks.add(lookOf(half / 2, state, fill, lit))
          count += 1
        }
      }
    }
  }
  expect(looks.size).toBe(count)
})

it('finds where each row of a picture begins and ends', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 0, 7), { minLength: 25, maxLength: 25 }), (pixels) => {
      const spans = spansOf(Uint32Array.from(pixels), 5)
      for (let row = 0; row < 5; row += 1) {
        const line = pixels.slice(row * 5, row * 5 + 5)
        const first = line.findIndex((pixel) => pixel !== 0)
        if (first < 0) expect(spans[row * 2] ?? 0).toBeGreaterThanOrEqual(spans[row * 2 + 1] ?? 0)
        else
          expect([spans[row * 2], spans[row * 2 + 1]]).toEqual([
            first,
            line.findLastIndex((pixel) => pixel !== 0) + 1,
          ])
      }
    }),
  )
})
