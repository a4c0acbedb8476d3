/** Where the cells of a heat map lie: sites one after the other, a column per node, a row per resource. */
export const resources = ['cpu', 'memory', 'gpu', 'fragment'] as const
export type Resource = (typeof resources)[number]

export type HeatBlock = { site: string; x: number; y: number; width: number; nodes: readonly number[] }
export type HeatLayout = {
  blocks: HeatBlock[]
  /** tops of the lines of blocks, for the names of the rows */
  lines: number[]
  cellWidth: number
  height: number
}

export const rowHeight = 13
export const headHeight = 16
export const gutter = 62
const blockGap = 14
const lineGap = 10
const legendHeight = 30

/**
 * `sites`: the site of each node. Cells are as wide as lets the whole stay in a few lines; a site that is longer than a
 * line goes on in the next.
 */
export function heatLayout(sites: readonly string[], rowCount: number, width: number): HeatLayout {
  const room = Math.max(40, width - gutter)
  const cellWidth = cellWidthFor(sites.length, room)
  const nodesOf = new Map<string, number[]>()
  sites.forEach((site, node) => {
    const known = nodesOf.get(site)
    if (known === undefined) nodesOf.set(site, [node])
    else known.push(node)
  })
  const lineHeight = headHeight + rowCount * rowHeight + lineGap
  const perLine = Math.max(1, Math.floor(room / cellWidth))
  const blocks: HeatBlock[] = []
  const lines = [0]
  let x = 0
  for (const [site, nodes] of nodesOf) {
    for (let from = 0; from < nodes.length;) {
      const fits = Math.floor((room - x) / cellWidth)
      const left = nodes.length - from
      // A name needs some room, and a site that fits into a line is not cut.
      if (x > 0 && (fits < Math.min(left, perLine) || room - x < nameWidth(site))) {
        lines.push((lines.at(-1) ?? 0) + lineHeight)
        x = 0
        continue
      }
      const part = nodes.slice(from, from + Math.max(1, fits))
      const wide = part.length * cellWidth
      blocks.push({ site, x: gutter + x, y: lines.at(-1) ?? 0, width: wide, nodes: part })
      from += part.length
      x += Math.max(wide, nameWidth(site)) + blockGap
    }
  }
  return { blocks, lines, cellWidth, height: (lines.at(-1) ?? 0) + lineHeight + legendHeight }
}

/** The node whose column is there, or null. */
export function heatHit(
  { blocks, cellWidth }: HeatLayout,
  rowCount: number,
  x: number,
  y: number,
): number | null {
  const block = blocks.find(
    (each) =>
      x >= each.x && x < each.x + each.width && y >= each.y && y < each.y + headHeight + rowCount * rowHeight,
  )
  return block?.nodes[Math.floor((x - block.x) / cellWidth)] ?? null
}

function cellWidthFor(nodes: number, room: number): number {
  for (const [most, width] of [
    [120, 14],
    [400, 9],
    [1000, 6],
  ] as const) {
    if (nodes <= most) return Math.min(width, room)
  }
  return 4
}

function nameWidth(site: string): number {
  return Math.min(110, site.length * 6.5)
}
