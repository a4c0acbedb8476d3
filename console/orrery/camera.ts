/** How the world lies on the screen: scale, then shift. CSS pixels. */
import type { Layout } from './layout.ts'

export type Camera = { scale: number; x: number; y: number }

const margin = 26
/** Names below the lowest sites, and the key under them. */
const marginBottom = 52
const zoomMax = 14

/** The whole continuum in a window of this size. */
export function cameraFit(layout: Layout, width: number, height: number): Camera {
  const { left, right, top, bottom } = layout.bounds
  const scale = Math.min(
    (width - margin * 2) / (right - left),
    (height - margin - marginBottom) / (bottom - top),
    6,
  )
  return {
    scale: Math.max(0.01, scale),
    x: width / 2 - ((left + right) / 2) * scale,
    y: (height + margin - marginBottom) / 2 - ((top + bottom) / 2) * scale,
  }
}

/** Nearer or farther with the point under the pointer held still, between the whole picture and a moon of some size. */
export function cameraZoom(camera: Camera, factor: number, x: number, y: number, fit: Camera): Camera {
  const scale = Math.min(Math.max(camera.scale * factor, fit.scale * 0.8), Math.max(zoomMax, fit.scale))
  const by = scale / camera.scale
  return { scale, x: x - (x - camera.x) * by, y: y - (y - camera.y) * by }
}

export function toWorld(camera: Camera, x: number, y: number): { x: number; y: number } {
  return { x: (x - camera.x) / camera.scale, y: (y - camera.y) / camera.scale }
}
