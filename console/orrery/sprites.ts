/**
 * Moons drawn once per look and copied as pixels ten thousand times a frame: far cheaper than ten thousand drawing
 * commands where a processor does the graphics. A look is a radius in half pixels, a state, a filling in eighths, and
 * whether the filter lets it glow. Places are kept to half a pixel, so that slow moons glide.
 */
import { nodeStates } from '@orrery/api/node.ts'
import type { Inks } from './inks.ts'
import { moonDraw } from './moon.ts'

export const fillSteps = 8
/** Larger moons are few on the screen and are drawn directly. */
export const spriteRadiusMax = 26
const spritesMax = 20_000

export type Frame = { pixels: Uint32Array; width: number; height: number }
export type Sprites = {
  /** Copies the moon into the frame with its middle at a place, in pixels. */
  stamp(frame: Frame, look: number, x: number, y: number): void
}

type Sprite = {
  size: number
  pixels: Uint32Array
  /** first and end of what is drawn, per row */ spans: Int16Array
}

export function lookOf(radiusPixels: number, state: number, fill: number, lit: boolean): number {
  const half = Math.max(3, Math.round(Math.min(radiusPixels, spriteRadiusMax) * 2))
  return ((half * nodeStates.length + state) * (fillSteps + 1) + fill) * 2 + (lit ? 1 : 0)
}

export function spritesCreate(inks: Inks): Sprites {
  const scratch = document.createElement('canvas')
  scratch.width = scratch.height = Math.ceil(spriteRadiusMax * 2) + 6
  const ink = scratch.getContext('2d', { willReadFrequently: true })
  const known = new Map<number, Sprite>()
  return {
    stamp(frame, look, x, y) {
      const halfX = Math.round(x * 2)
      const halfY = Math.round(y * 2)
      const shift = (halfX & 1) | ((halfY & 1) << 1)
      const key = look * 4 + shift
      let sprite = known.get(key)
      if (sprite === undefined) {
        if (ink === null) return
        if (known.size >= spritesMax) known.clear()
        sprite = spriteDraw(ink, inks, look, (shift & 1) / 2, (shift >> 1) / 2)
        known.set(key, sprite)
      }
      copy(frame, sprite, (halfX >> 1) - (sprite.size >> 1), (halfY >> 1) - (sprite.size >> 1))
    },
  }
}

function spriteDraw(
  ink: CanvasRenderingContext2D,
  inks: Inks,
  look: number,
  shiftX: number,
  shiftY: number,
): Sprite {
  const lit = look % 2 === 1
  const fill = (Math.floor(look / 2) % (fillSteps + 1)) / fillSteps
  const state = Math.floor(look / 2 / (fillSteps + 1)) % nodeStates.length
  const radius = Math.floor(look / 2 / (fillSteps + 1) / nodeStates.length) / 2
  const size = 2 * Math.ceil(radius) + 4
  ink.clearRect(0, 0, size, size)
  moonDraw(ink, inks, { x: size / 2 + shiftX, y: size / 2 + shiftY, radius, state, fill, lit })
  const pixels = new Uint32Array(ink.getImageData(0, 0, size, size).data.buffer)
  return { size, pixels, spans: spansOf(pixels, size) }
}

/** Where each row of a picture begins and ends to be anything at all. */
export function spansOf(pixels: Uint32Array, size: number): Int16Array {
  const spans = new Int16Array(size * 2)
  for (let row = 0; row < size; row += 1) {
    let first = size
    let end = 0
    for (let column = 0; column < size; column += 1) {
      if (pixels[row * size + column] === 0) continue
      first = Math.min(first, column)
      end = column + 1
    }
    spans[row * 2] = first
    spans[row * 2 + 1] = end
  }
  return spans
}

function copy({ pixels, width, height }: Frame, sprite: Sprite, left: number, top: number): void {
  const { size, spans } = sprite
  const lastRow = Math.min(size, height - top)
  for (let row = Math.max(0, -top); row < lastRow; row += 1) {
    const first = Math.max(spans[row * 2] ?? 0, -left)
    const end = Math.min(spans[row * 2 + 1] ?? 0, width - left)
    let to = (top + row) * width + left + first
    let from = row * size + first
    for (let column = first; column < end; column += 1) {
      const pixel = sprite.pixels[from] ?? 0
      if (pixel !== 0) pixels[to] = pixel
      to += 1
      from += 1
    }
  }
}
