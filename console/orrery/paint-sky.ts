/** What moves: moons, travelling work, pulses, and what the pointer is on. Drawn every frame. */
import type { Camera } from './camera.ts'
import { type Marks, flightSeconds, marksAge, pulseSeconds } from './flights.ts'
import type { Hit } from './hit.ts'
import type { Inks } from './inks.ts'
import { type Layout, moonPlace } from './layout.ts'
import type { Scene } from './scene.ts'
import { type Moon, moonDraw } from './moon.ts'
import { type Frame, type Sprites, fillSteps, lookOf, spriteRadiusMax } from './sprites.ts'

export type Sky = {
  layout: Layout
  scene: Scene
  camera: Camera
  inks: Inks
  sprites: Sprites
  marks: Marks
  hit: Hit
  pixelRatio: number
  /** as large as the canvas; its pixels are those of `frame` */
  image: ImageData
  frame: Frame
}

/** Draws one frame; answers how many moons were in sight. */
export function paintSky(ink: CanvasRenderingContext2D, sky: Sky, seconds: number): number {
  const { pixelRatio } = sky
  ink.setTransform(1, 0, 0, 1, 0, 0)
  sky.frame.pixels.fill(0)
  const large: Moon[] = []
  const drawn = moons(sky, seconds, large)
  // This also wipes the frame before.
  ink.putImageData(sky.image, 0, 0)
  for (const moon of large) moonDraw(ink, sky.inks, moon)
  ink.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
  marksAge(sky.marks, seconds)
  pulses(ink, sky, seconds)
  flights(ink, sky, seconds)
  pointed(ink, sky, seconds)
  return drawn
}

/** Copies the moons in sight into the frame; those too large for that are added to `large`. */
function moons(sky: Sky, seconds: number, large: Moon[]): number {
  const { layout, scene, camera, sprites, pixelRatio, frame } = sky
  const { width, height } = frame
  const scale = camera.scale * pixelRatio
  let drawn = 0
  for (const orbit of layout.orbits) {
    const x0 = ((layout.siteX[orbit.site] ?? 0) * camera.scale + camera.x) * pixelRatio
    const y0 = ((layout.siteY[orbit.site] ?? 0) * camera.scale + camera.y) * pixelRatio
    const radius = orbit.radius * scale
    const reach = radius + orbit.moonRadius * scale
    if (x0 + reach < 0 || y0 + reach < 0 || x0 - reach > width || y0 - reach > height) continue
    // The next moon is this one turned by a step: two products instead of a sine and a cosine.
    const step = (Math.PI * 2) / orbit.count
    const [cosStep, sinStep] = [Math.cos(step), Math.sin(step)]
    const start = orbit.phase + orbit.speed * seconds
    let cos = Math.cos(start)
    let sin = Math.sin(start)
    for (let slot = 0; slot < orbit.count; slot += 1) {
      const node = layout.order[orbit.first + slot] ?? 0
      const x = x0 + radius * cos
      const y = y0 + radius * sin
      const turned = cos * cosStep - sin * sinStep
      sin = sin * cosStep + cos * sinStep
      cos = turned
      const size = (layout.nodeRadius[node] ?? 0) * scale
      if (x + size < 0 || y + size < 0 || x - size > width || y - size > height) continue
      drawn += 1
      const state = scene.state[node] ?? 0
      const fill = scene.fill[node] ?? 0
      const lit = scene.lit[node] === 1
      if (size > spriteRadiusMax) large.push({ x, y, radius: size, state, fill: fill / fillSteps, lit })
      else sprites.stamp(frame, lookOf(size, state, fill, lit), x, y)
    }
  }
  return drawn
}

function pulses(ink: CanvasRenderingContext2D, sky: Sky, seconds: number): void {
  ink.strokeStyle = sky.inks.accent
  ink.lineWidth = 1.5
  for (const pulse of sky.marks.pulses) {
    const place = moonPlace(sky.layout, pulse.node, seconds)
    if (place === null) continue
    const age = (seconds - pulse.startSeconds) / pulseSeconds
    ink.globalAlpha = 1 - age
    ink.beginPath()
    ink.arc(
      place.x * sky.camera.scale + sky.camera.x,
      place.y * sky.camera.scale + sky.camera.y,
      (sky.layout.nodeRadius[pulse.node] ?? 0) * sky.camera.scale + 2 + age * 12,
      0,
      Math.PI * 2,
    )
    ink.stroke()
  }
  ink.globalAlpha = 1
}

const tail = [0, 0.035, 0.07, 0.105, 0.14]

function flights(ink: CanvasRenderingContext2D, sky: Sky, seconds: number): void {
  const { camera, layout, inks } = sky
  const edge = layout.bounds.top * camera.scale + camera.y - 20
  const place = (node: number | null, other: { x: number; y: number } | null) => {
    const found = node === null ? null : moonPlace(layout, node, seconds)
    if (found !== null) return { x: found.x * camera.scale + camera.x, y: found.y * camera.scale + camera.y }
    return other === null
      ? null
      : { x: other.x + (camera.x - other.x) * 0.4, y: Math.min(edge, other.y - 60) }
  }
  for (const flight of sky.marks.flights) {
    const known = place(flight.to, null) ?? place(flight.from, null)
    const from = place(flight.from, known)
    const to = place(flight.to, known)
    if (from === null || to === null) continue
    const progress = (seconds - flight.startSeconds) / flightSeconds
    // Bends to one side, so that there and back are two paths.
    const middle = {
      x: (from.x + to.x) / 2 + (to.y - from.y) * 0.18,
      y: (from.y + to.y) / 2 - (to.x - from.x) * 0.18,
    }
    ink.fillStyle = flight.failed ? inks.failed : inks.accent
    for (const [index, behind] of tail.entries()) {
      const at = ease(Math.max(0, progress - behind))
      const x = bend(from.x, middle.x, to.x, at)
      const y = bend(from.y, middle.y, to.y, at)
      ink.globalAlpha = (1 - index / tail.length) * (flight.to === null ? 1 - progress : 1)
      ink.beginPath()
      ink.arc(x, y, 3.2 - index * 0.5, 0, Math.PI * 2)
      ink.fill()
    }
  }
  ink.globalAlpha = 1
}

function ease(at: number): number {
  return at < 0.5 ? 2 * at * at : 1 - (2 - 2 * at) ** 2 / 2
}

function bend(from: number, middle: number, to: number, at: number): number {
  return (1 - at) ** 2 * from + 2 * at * (1 - at) * middle + at * at * to
}

function pointed(ink: CanvasRenderingContext2D, sky: Sky, seconds: number): void {
  const { hit, layout, camera, inks } = sky
  if (hit === null) return
  const place =
    hit.kind === 'node'
      ? moonPlace(layout, hit.node, seconds)
      : { x: layout.siteX[hit.site] ?? 0, y: layout.siteY[hit.site] ?? 0 }
  if (place === null) return
  const radius =
    hit.kind === 'node' ? (layout.nodeRadius[hit.node] ?? 0) : (layout.planetRadius[hit.site] ?? 0)
  ink.strokeStyle = inks.accent
  ink.lineWidth = 2
  ink.beginPath()
  ink.arc(
    place.x * camera.scale + camera.x,
    place.y * camera.scale + camera.y,
    radius * camera.scale + 4,
    0,
    Math.PI * 2,
  )
  ink.stroke()
}
