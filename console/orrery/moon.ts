/** One moon, as it is drawn. */
import { nodeStates } from '@orrery/api/node.ts'
import type { Inks } from './inks.ts'

export type Moon = {
  x: number
  y: number
  radius: number
  state: number
  /** 0 to 1 */ fill: number
  lit: boolean
}

/** A disc filled by use from the middle, ringed by health. Each state has its own line, so that colour is not alone. */
export function moonDraw(ink: CanvasRenderingContext2D, inks: Inks, moon: Moon): void {
  const { x, y, radius, state } = moon
  const colour = inks.state[state] ?? inks.faint
  const width = Math.max(1, radius * 0.26)
  const ring = Math.max(0.5, radius - width / 2)
  ink.save()
  ink.globalAlpha = moon.lit ? 1 : 0.14
  ink.fillStyle = inks.paper
  ink.beginPath()
  ink.arc(x, y, radius, 0, Math.PI * 2)
  ink.fill()
  if (moon.fill > 0) {
    ink.fillStyle = inks.fill
    ink.beginPath()
    ink.arc(x, y, (radius - width) * Math.sqrt(Math.min(1, moon.fill)), 0, Math.PI * 2)
    ink.fill()
  }
  ink.strokeStyle = colour
  ink.lineWidth = width
  ink.beginPath()
  switch (nodeStates[state]) {
    case 'draining':
      ink.arc(x, y, ring, -Math.PI / 2, Math.PI)
      break
    case 'discovered':
      ink.setLineDash([radius * 0.8, radius * 0.5])
      ink.arc(x, y, ring, 0, Math.PI * 2)
      break
    case 'unreachable':
      ink.arc(x, y, ring, 0, Math.PI * 2)
      for (const shift of [-0.5, 0, 0.5]) {
        ink.moveTo(x + (shift - 0.55) * radius, y + 0.55 * radius)
        ink.lineTo(x + (shift + 0.55) * radius, y - 0.55 * radius)
      }
      break
    case 'retired':
      ink.lineWidth = width / 2
      ink.arc(x, y, ring, 0, Math.PI * 2)
      break
    default:
      ink.arc(x, y, ring, 0, Math.PI * 2)
  }
  ink.stroke()
  ink.restore()
}
