/** What holds still: rings with their distance, orbits, planets with their gauges and names. Drawn when the view changes. */
import type { Camera } from './camera.ts'
import type { Inks } from './inks.ts'
import type { Layout, Ring } from './layout.ts'
import type { Scene } from './scene.ts'

export type Ground = {
  layout: Layout
  scene: Scene
  camera: Camera
  names: readonly string[]
  inks: Inks
  pixelRatio: number
}

type Box = { left: number; top: number; right: number; bottom: number }

export function paintGround(ink: CanvasRenderingContext2D, ground: Ground): void {
  const { layout, camera, inks, pixelRatio } = ground
  const { width, height } = ink.canvas
  ink.setTransform(1, 0, 0, 1, 0, 0)
  ink.clearRect(0, 0, width, height)
  ink.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
  const taken: Box[] = Array.from({ length: layout.siteX.length }, (_, site) => boxOf(ground, site))
  ink.lineWidth = 1
  for (const ring of layout.rings) {
    ink.strokeStyle = inks.lineStrong
    ink.setLineDash([2, 4])
    ink.beginPath()
    ink.ellipse(camera.x, camera.y, ring.a * camera.scale, ring.b * camera.scale, 0, 0, Math.PI * 2)
    ink.stroke()
  }
  ink.setLineDash([])
  for (const orbit of layout.orbits) {
    const radius = orbit.radius * camera.scale
    if (radius < 8) continue
    ink.strokeStyle = inks.line
    ink.globalAlpha = 0.6
    ink.beginPath()
    ink.arc(xOf(ground, orbit.site), yOf(ground, orbit.site), radius, 0, Math.PI * 2)
    ink.stroke()
  }
  ink.globalAlpha = 1
  for (let site = 0; site < layout.siteX.length; site += 1) planet(ink, ground, site)
  // Larger sites have the first say about where names go.
  const bySize = Array.from({ length: layout.siteX.length }, (_, site) => site).toSorted(
    (one, other) => (layout.extent[other] ?? 0) - (layout.extent[one] ?? 0),
  )
  for (const site of bySize) siteName(ink, ground, site, taken)
  for (const ring of layout.rings) ringName(ink, ground, ring, taken)
}

const xOf = ({ layout, camera }: Ground, site: number) => (layout.siteX[site] ?? 0) * camera.scale + camera.x
const yOf = ({ layout, camera }: Ground, site: number) => (layout.siteY[site] ?? 0) * camera.scale + camera.y

/** A disc with a gauge around it: pale what is reserved, solid what is used. */
function planet(ink: CanvasRenderingContext2D, ground: Ground, site: number): void {
  const { layout, scene, camera, inks } = ground
  const x = xOf(ground, site)
  const y = yOf(ground, site)
  const radius = Math.max(3, (layout.planetRadius[site] ?? 0) * camera.scale)
  const width = Math.max(1.5, radius * 0.2)
  ink.fillStyle = inks.paper
  ink.strokeStyle = inks.lineStrong
  ink.lineWidth = 1
  ink.beginPath()
  ink.arc(x, y, radius, 0, Math.PI * 2)
  ink.fill()
  ink.stroke()
  const gauge = (share: number, colour: string) => {
    if (share <= 0) return
    ink.strokeStyle = colour
    ink.lineWidth = width
    ink.beginPath()
    ink.arc(x, y, radius - width / 2 - 1, -Math.PI / 2, -Math.PI / 2 + Math.PI * 2 * share)
    ink.stroke()
  }
  gauge(scene.reserved[site] ?? 0, inks.reserved)
  gauge(scene.used[site] ?? 0, inks.fill)
  if (radius < 15) return
  // Where nothing is measured, what is reserved says more than nought.
  const used = scene.used[site] ?? 0
  const words = `${Math.round((used > 0 ? used : (scene.reserved[site] ?? 0)) * 100)}%`
  ink.fillStyle = used > 0 ? inks.ink : inks.faint
  ink.font = `600 ${Math.min(15, radius * 0.5)}px ${inks.font}`
  ink.textAlign = 'center'
  ink.textBaseline = 'middle'
  ink.fillText(words, x, y + 0.5)
}

/** The square in the circle of a site and its moons, which no name may cover. */
function boxOf(ground: Ground, site: number): Box {
  const [x, y] = [xOf(ground, site), yOf(ground, site)]
  const reach = (ground.layout.extent[site] ?? 0) * ground.camera.scale * 0.9
  return { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach }
}

/** Below its site, or above it where there is no room; where there is neither, the pointer still tells. */
function siteName(ink: CanvasRenderingContext2D, ground: Ground, site: number, taken: Box[]): void {
  const { layout, camera, inks, names } = ground
  const name = names[site] ?? ''
  ink.font = `550 11.5px ${inks.font}`
  const half = ink.measureText(name).width / 2 + 3
  const x = xOf(ground, site)
  const y = yOf(ground, site)
  const reach = (layout.extent[site] ?? 0) * camera.scale + 2
  const top = [y + reach, y - reach - 15].find((each) =>
    claim(taken, { left: x - half, right: x + half, top: each, bottom: each + 15 }),
  )
  if (top === undefined) return
  ink.textAlign = 'center'
  ink.textBaseline = 'top'
  ink.fillStyle = inks.ink
  ink.fillText(name, x, top + 1)
}

/** On its ring at the first place of these that is free, from the top round. */
const ringTurns = [0, 0.06, -0.06, 0.12, -0.12, 0.5, 0.56, 0.44, 0.25, 0.75]

function ringName(ink: CanvasRenderingContext2D, { camera, inks }: Ground, ring: Ring, taken: Box[]): void {
  const words = ring.latencyMsMax === null ? 'distance not known' : `≤ ${ring.latencyMsMax} ms`
  ink.font = `11px ${inks.font}`
  const half = ink.measureText(words).width / 2 + 4
  for (const turn of ringTurns) {
    const angle = (turn - 0.25) * Math.PI * 2
    const x = camera.x + ring.a * camera.scale * Math.cos(angle)
    const y = camera.y + ring.b * camera.scale * Math.sin(angle)
    if (!claim(taken, { left: x - half, right: x + half, top: y - 8, bottom: y + 8 })) continue
    ink.textAlign = 'center'
    ink.textBaseline = 'middle'
    ink.clearRect(x - half, y - 7, half * 2, 14)
    ink.fillStyle = inks.faint
    ink.fillText(words, x, y)
    return
  }
}

function claim(taken: Box[], box: Box): boolean {
  const free = taken.every(
    (other) =>
      box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom,
  )
  if (free) taken.push(box)
  return free
}
