import { expect, it } from 'vitest'
import { policyInks } from './policy-ink.ts'

it('gives a policy the same colour in whatever company', () => {
  const alone = policyInks(['fgd'], 'light').get('fgd')
  expect(policyInks(['best-fit', 'fgd', 'random'], 'light').get('fgd')).toBe(alone)
})

it('gives no two of fourteen policies the same', () => {
  const names = Array.from({ length: 14 }, (_, index) => `policy ${index}`)
  expect(new Set(policyInks(names, 'light').values()).size).toBe(14)
  expect(policyInks([...names, 'one more'], 'light').size).toBe(15)
})

it.for(['light', 'dark'] as const)('can be read on %s paper', (scheme) => {
  const paper = luminance(scheme === 'light' ? '#ffffff' : '#14181f')
  const names = Array.from({ length: 14 }, (_, index) => `policy ${index}`)
  for (const ink of policyInks(names, scheme).values()) {
    const [low = 0, high = 0] = [paper, luminance(ink)].toSorted((one, other) => one - other)
    expect((high + 0.05) / (low + 0.05), ink).toBeGreaterThan(4.5)
  }
})

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
