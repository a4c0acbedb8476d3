/**
 * The two canvases of the picture and the loop that draws them. What holds still is drawn when it changes, what moves
 * at most thirty times a second, or as often as it can be when it is measured.
 */
import { type Camera, cameraFit } from './camera.ts'
import type { Marks } from './flights.ts'
import type { Hit } from './hit.ts'
import { type Inks, inksOf } from './inks.ts'
import type { Layout } from './layout.ts'
import { paintGround } from './paint-ground.ts'
import { paintSky } from './paint-sky.ts'
import type { Scene } from './scene.ts'
import { type Frame, type Sprites, spritesCreate } from './sprites.ts'

export type Picture = { layout: Layout; scene: Scene; names: readonly string[] }
export type EaselOptions = {
  ground: HTMLCanvasElement
  sky: HTMLCanvasElement
  marks: Marks
  /** no motion: a frame is drawn when something changes, and the moons stand */
  still: boolean
  /** draw as often as possible and report */
  measure: ((frame: { ms: number; moons: number }) => void) | null
}
export type Easel = {
  show(picture: Picture): void
  resize(width: number, height: number): void
  look(change: (camera: Camera, fit: Camera) => Camera): void
  refit(): void
  repaint(): void
  point(hit: Hit): void
  camera(): Camera
  /** of the picture's own time, which stands while nothing may move */
  seconds(): number
  close(): void
}

const frameMs = 1000 / 30
const pixelRatioMax = 2

export function easelOpen(options: EaselOptions): Easel {
  const { ground, sky, marks, still, measure } = options
  const groundInk = ground.getContext('2d')
  // Its pixels are written by hand every frame: they belong in ordinary memory.
  const skyInk = sky.getContext('2d', { willReadFrequently: true })
  const startedMs = performance.now()
  const pixelRatio = Math.min(pixelRatioMax, window.devicePixelRatio)
  let picture: Picture | null = null
  let inks: Inks = inksOf(ground)
  let sprites: Sprites = spritesCreate(inks)
  let size = { width: 1, height: 1 }
  let image = new ImageData(1, 1)
  let frameOf: Frame = { pixels: new Uint32Array(1), width: 1, height: 1 }
  let camera: Camera = { scale: 1, x: 0, y: 0 }
  let fit = camera
  let moved = false
  let hit: Hit = null
  let groundOld = true
  let skyOld = true
  let drawnMs = -Infinity
  let frame = 0

  const seconds = () => (still ? 0 : (performance.now() - startedMs) / 1000)
  const changed = () => {
    groundOld = true
    skyOld = true
  }
  const loop = (nowMs: number) => {
    frame = requestAnimationFrame(loop)
    if (picture === null || groundInk === null || skyInk === null) return
    const due = measure !== null || skyOld || (!still && nowMs - drawnMs >= frameMs - 2)
    if (!due) return
    const { layout, scene, names } = picture
    if (groundOld) paintGround(groundInk, { layout, scene, camera, names, inks, pixelRatio })
    const moons = paintSky(
      skyInk,
      { layout, scene, camera, inks, sprites, marks, hit, pixelRatio, image, frame: frameOf },
      seconds(),
    )
    measure?.({ ms: nowMs - drawnMs, moons })
    groundOld = false
    skyOld = false
    drawnMs = nowMs
  }
  frame = requestAnimationFrame(loop)

  return {
    show(next) {
      const relaid = next.layout !== picture?.layout
      picture = next
      if (relaid) {
        hit = null
        fit = cameraFit(next.layout, size.width, size.height)
        if (!moved) camera = fit
      }
      changed()
    },
    resize(width, height) {
      size = { width, height }
      for (const canvas of [ground, sky]) {
        canvas.width = Math.round(width * pixelRatio)
        canvas.height = Math.round(height * pixelRatio)
      }
      image = new ImageData(Math.max(1, sky.width), Math.max(1, sky.height))
      frameOf = { pixels: new Uint32Array(image.data.buffer), width: image.width, height: image.height }
      if (picture !== null) fit = cameraFit(picture.layout, width, height)
      if (!moved) camera = fit
      changed()
    },
    look(change) {
      camera = change(camera, fit)
      moved = true
      changed()
    },
    refit() {
      camera = fit
      moved = false
      changed()
    },
    repaint() {
      inks = inksOf(ground)
      sprites = spritesCreate(inks)
      changed()
    },
    point(next) {
      hit = next
      skyOld = true
    },
    camera: () => camera,
    seconds,
    close: () => cancelAnimationFrame(frame),
  }
}
