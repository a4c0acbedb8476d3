import type uPlot from 'uplot'

const lineHeight = 13
const gap = 6

/** Writes each line's name where it ends, in its colour, pushed apart where lines end together. */
export function curveLabels(
  plot: uPlot,
  lines: readonly { name: string; ink: string }[],
  font: string,
): void {
  const { ctx, bbox, data } = plot
  const ratio = uPlotRatio(plot)
  const room = ctx.canvas.width - bbox.left - bbox.width - gap * ratio
  if (room < 40 * ratio) return
  const ends = lines.flatMap((line, each) => {
    const value = Array.from(data[each + 1] ?? []).findLast((point) => point != null)
    return value == null ? [] : [{ ...line, y: plot.valToPos(value, 'y', true) }]
  })
  const height = lineHeight * ratio
  const places = apart(
    ends.map(({ y }) => y),
    height,
    bbox.top,
    bbox.top + bbox.height,
  )
  ctx.save()
  ctx.font = `${11 * ratio}px ${font}`
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'left'
  ends.forEach(({ name, ink }, each) => {
    ctx.fillStyle = ink
    ctx.fillText(fitting(ctx, name, room), bbox.left + bbox.width + gap * ratio, places[each] ?? 0)
  })
  ctx.restore()
}

/** The same heights, at least `height` from each other, in their order, between `top` and `bottom` where they fit. */
export function apart(wanted: readonly number[], height: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, each) => each).toSorted((one, other) => at(wanted, one) - at(wanted, other))
  const places = wanted.slice()
  let from = top
  for (const each of order) {
    places[each] = Math.max(at(wanted, each), from)
    from = at(places, each) + height
  }
  let until = bottom
  for (const each of order.toReversed()) {
    places[each] = Math.min(at(places, each), until)
    until = at(places, each) - height
  }
  return places
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0
}

function fitting(ctx: CanvasRenderingContext2D, text: string, room: number): string {
  if (ctx.measureText(text).width <= room) return text
  let cut = text.length
  while (cut > 1 && ctx.measureText(`${text.slice(0, cut)}…`).width > room) cut -= 1
  return `${text.slice(0, cut)}…`
}

function uPlotRatio(plot: uPlot): number {
  return plot.width > 0 ? plot.ctx.canvas.width / plot.width : 1
}
