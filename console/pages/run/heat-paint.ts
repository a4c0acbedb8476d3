import type { Inks, Pen, Picture } from '../../charts/canvas.tsx'
import { scaleInk } from '../../charts/scale.ts'
import { shareAt } from './heat-frames.ts'
import { type HeatLayout, type Resource, gutter, headHeight, rowHeight } from './heat-layout.ts'

export const resourceWords: Record<Resource, string> = {
  cpu: 'CPU',
  memory: 'Memory',
  gpu: 'GPU',
  fragment: 'No use',
}

type HeatPaint = {
  layout: HeatLayout
  rows: readonly Resource[]
  frame: Uint8Array | undefined
  width: number
}

/** The map itself: sites with their names, a column per node, and the scale under it. */
export function heatPicture({ layout, rows, frame, width }: HeatPaint): Picture {
  return {
    height: layout.height,
    paint(pen, inks) {
      pen.clearRect(0, 0, width, layout.height)
      pen.font = `11px ${inks.font}`
      pen.textBaseline = 'middle'
      pen.fillStyle = inks.faint
      for (const top of layout.lines) {
        rows.forEach((row, at) =>
          pen.fillText(resourceWords[row], 0, top + headHeight + (at + 0.5) * rowHeight),
        )
      }
      for (const block of layout.blocks) blockPaint(pen, inks, { layout, rows, frame, width }, block)
      legendPaint(pen, inks, layout.height)
    },
  }
}

function blockPaint(
  pen: Pen,
  inks: Inks,
  { layout, rows, frame, width }: HeatPaint,
  { site, x, y, nodes }: HeatLayout['blocks'][number],
): void {
  pen.fillStyle = inks.ink
  pen.fillText(clipped(pen, site, width - x), x, y + headHeight / 2 - 1)
  const gap = layout.cellWidth > 5 ? 1 : 0
  nodes.forEach((node, column) => {
    rows.forEach((row, at) => {
      const share = shareAt(frame, node, row)
      const left = x + column * layout.cellWidth
      const top = y + headHeight + at * rowHeight
      const wide = layout.cellWidth - gap
      if (share === null) {
        // Has none of it: no colour of the scale, which would say empty.
        pen.fillStyle = inks.line
        pen.fillRect(left + wide / 2 - 1, top + rowHeight / 2 - 1, 2, 2)
        return
      }
      pen.fillStyle = scaleInk(share, inks.scheme)
      pen.fillRect(left, top, wide, rowHeight - 1)
    })
  })
}

const legendWidth = 160

function legendPaint(pen: Pen, inks: Inks, height: number): void {
  const top = height - 16
  pen.fillStyle = inks.faint
  pen.fillText('0%', gutter - 22, top + 5)
  for (let x = 0; x < legendWidth; x += 1) {
    pen.fillStyle = scaleInk(x / (legendWidth - 1), inks.scheme)
    pen.fillRect(gutter + x, top, 1, 10)
  }
  pen.strokeStyle = inks.line
  pen.strokeRect(gutter - 0.5, top - 0.5, legendWidth + 1, 11)
  pen.fillStyle = inks.faint
  pen.fillText('100%', gutter + legendWidth + 7, top + 5)
}

function clipped(pen: Pen, text: string, room: number): string {
  if (pen.measureText(text).width <= room) return text
  let cut = text.length
  while (cut > 1 && pen.measureText(`${text.slice(0, cut)}…`).width > room) cut -= 1
  return `${text.slice(0, cut)}…`
}
