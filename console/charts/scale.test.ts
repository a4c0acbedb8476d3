import { expect, it } from 'vitest'
import { scaleInk } from './scale.ts'

it.for(['light', 'dark'] as const)('is lighter or darker with every step on %s paper', (scheme) => {
  const shares = Array.from({ length: 21 }, (_, at) => at / 20)
  const values = shares.map((share) => luminance(scaleInk(share, scheme)))
  const ordered = values.toSorted((one, other) => (scheme === 'light' ? other - one : one - other))
  expect(values).toEqual(ordered)
  expect(new Set(values).size).toBe(21)
})

it('takes what is over full for full', () => {
  expect(scaleInk(1.4, 'light')).toBe(scaleInk(1, 'light'))
  expect(scaleInk(-1, 'dark')).toBe(scaleInk(0, 'dark'))
})

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
