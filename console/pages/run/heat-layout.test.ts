import { expect, it } from 'vitest'
import { headHeight, heatHit, heatLayout, rowHeight } from './heat-layout.ts'

const sites = (...counts: number[]) =>
  counts.flatMap((count, site) => Array.from({ length: count }, () => `site-${site}`))

it('shows every node once, whatever the width', () => {
  for (const width of [200, 340, 700, 1400]) {
    for (const given of [
      sites(1),
      sites(18, 8, 7, 11, 8, 4),
      sites(1500, 3, 400),
      sites(...Array(200).fill(1)),
    ]) {
      const { blocks } = heatLayout(given, 4, width)
      expect(blocks.flatMap(({ nodes }) => nodes).toSorted((one, other) => one - other)).toEqual(
        given.map((_, node) => node),
      )
      for (const block of blocks) expect(block.x + block.width, `${width}`).toBeLessThanOrEqual(width)
    }
  }
})

it('does not cut a site that fits into a line', () => {
  const { blocks } = heatLayout(sites(18, 8, 7, 11, 8, 4), 4, 420)
  expect(new Set(blocks.map(({ site }) => site)).size).toBe(blocks.length)
})

it('finds the node under the pointer', () => {
  const layout = heatLayout(sites(3, 2), 2, 700)
  const second = layout.blocks[1]
  if (second === undefined) throw new Error('two sites have two blocks')
  const y = second.y + headHeight + rowHeight
  expect(heatHit(layout, 2, second.x + layout.cellWidth * 1.5, y)).toBe(4)
  expect(heatHit(layout, 2, second.x - 1, y)).toBeNull()
  expect(heatHit(layout, 2, second.x, layout.height)).toBeNull()
})
