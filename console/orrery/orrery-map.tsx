/** The living picture of the continuum. All that it tells is told by the list beside it as well. */
import { ActionIcon, useComputedColorScheme } from '@mantine/core'
import { useReducedMotion } from '@mantine/hooks'
import { IconFocusCentered, IconMinus, IconPlus } from '@tabler/icons-react'
import { type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Event as ContinuumEvent } from '@orrery/api/event.ts'
import type { Inventory } from '@orrery/api/inventory.ts'
import { useEvents } from '../live/follow.tsx'
import { cameraZoom, toWorld } from './camera.ts'
import { type Easel, easelOpen } from './easel.ts'
import { type Marks, marksAdd } from './flights.ts'
import { type Hit, hitTest } from './hit.ts'
import { type LayoutSite, layoutOf } from './layout.ts'
import { type FrameMeter, frameMeter } from './meter.ts'
import { sceneOf } from './scene.ts'
import { Tip } from './tip.tsx'
import './orrery.css'

type OrreryMapProps = {
  inventory: Inventory
  lit: Uint8Array
  label: string
  onOpen: (hit: Exclude<Hit, null>) => void
  /** draw as fast as possible and write the frame rate on the element */
  bench: boolean
}

/** A click that moved this little is no drag. */
const clickPixels = 4
const slackPixels = 3

export function OrreryMap({ inventory, lit, label, onOpen, bench }: OrreryMapProps) {
  const box = useRef<HTMLDivElement>(null)
  const ground = useRef<HTMLCanvasElement>(null)
  const sky = useRef<HTMLCanvasElement>(null)
  const easel = useRef<Easel>(null)
  const marks = useRef<Marks>({ flights: [], pulses: [] })
  const drag = useRef<{ x: number; y: number; far: number } | null>(null)
  const [aspect, setAspect] = useState(0.6)
  const [tip, setTip] = useState<{ hit: Exclude<Hit, null>; x: number; y: number } | null>(null)
  const still = useReducedMotion() && !bench
  const scheme = useComputedColorScheme('light')

  const { nodes, sites } = inventory
  // Usage changes with every answer; where things are changes with what they are.
  const places = JSON.stringify(sites.map(({ name, latencyMs, kind }) => ({ name, latencyMs, kind })))
  const layout = useMemo(
    () =>
      layoutOf(JSON.parse(places) as LayoutSite[], { site: nodes.site, cpuCores: nodes.cpuCores }, aspect),
    [places, nodes.site, nodes.cpuCores, aspect],
  )
  const nodeIndex = useMemo(() => new Map(nodes.id.map((id, index) => [id, index])), [nodes.id])
  const scene = useMemo(() => sceneOf(inventory, lit), [inventory, lit])

  useEffect(() => {
    const [element, groundCanvas, skyCanvas] = [box.current, ground.current, sky.current]
    if (element === null || groundCanvas === null || skyCanvas === null) return undefined
    const meter = bench ? frameMeter() : null
    const opened = easelOpen({
      ground: groundCanvas,
      sky: skyCanvas,
      marks: marks.current,
      still,
      measure: meter === null ? null : (frame) => report(element, meter, frame),
    })
    easel.current = opened
    const watch = new ResizeObserver(() => {
      opened.resize(element.clientWidth, element.clientHeight)
      // In steps: a rail that folds must not send every site to another place.
      setAspect(Math.round((element.clientHeight / Math.max(1, element.clientWidth)) * 5) / 5)
    })
    watch.observe(element)
    // Names drawn before the typeface was there are drawn again.
    void document.fonts.ready.then(() => opened.repaint())
    // React listens to wheels passively, which cannot keep the page from scrolling.
    const wheel = (event: WheelEvent) => {
      event.preventDefault()
      const { left, top } = element.getBoundingClientRect()
      opened.look((camera, fit) =>
        cameraZoom(camera, Math.exp(-event.deltaY * 0.0015), event.clientX - left, event.clientY - top, fit),
      )
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => {
      element.removeEventListener('wheel', wheel)
      watch.disconnect()
      opened.close()
      easel.current = null
    }
  }, [still, bench])

  useEffect(() => easel.current?.repaint(), [scheme])
  useEffect(
    () => easel.current?.show({ layout, scene, names: sites.map((site) => site.name) }),
    [layout, scene, sites, still, bench],
  )

  const heard = useCallback(
    (event: ContinuumEvent) => {
      if (!still && easel.current !== null && inventory.live) {
        marksAdd(marks.current, event, (id) => nodeIndex.get(id), easel.current.seconds())
      }
    },
    [still, nodeIndex, inventory.live],
  )
  useEvents(heard)

  const at = (event: PointerEvent) => {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    return { x: event.clientX - left, y: event.clientY - top }
  }
  const find = (x: number, y: number): Hit => {
    if (easel.current === null) return null
    const camera = easel.current.camera()
    const world = toWorld(camera, x, y)
    return hitTest(layout, world.x, world.y, easel.current.seconds(), slackPixels / camera.scale)
  }
  const move = (event: PointerEvent) => {
    const { x, y } = at(event)
    if (drag.current !== null && event.pointerType !== 'touch') {
      const [dx, dy] = [x - drag.current.x, y - drag.current.y]
      drag.current = { x, y, far: drag.current.far + Math.hypot(dx, dy) }
      if (drag.current.far > clickPixels) {
        easel.current?.look((camera) => ({ ...camera, x: camera.x + dx, y: camera.y + dy }))
        setTip(null)
        return
      }
    }
    const hit = find(x, y)
    easel.current?.point(hit)
    setTip(hit === null ? null : { hit, x, y })
  }
  const zoom = (factor: number) =>
    easel.current?.look((camera, fit) =>
      cameraZoom(
        camera,
        factor,
        (box.current?.clientWidth ?? 0) / 2,
        (box.current?.clientHeight ?? 0) / 2,
        fit,
      ),
    )
  return (
    <div className="orrery-map" ref={box}>
      <canvas ref={ground} className="orrery-layer" aria-hidden="true" />
      <canvas
        ref={sky}
        className={tip === null ? 'orrery-layer orrery-sky' : 'orrery-layer orrery-sky orrery-hit'}
        role="img"
        aria-label={label}
        onPointerMove={move}
        onPointerLeave={() => {
          easel.current?.point(null)
          setTip(null)
        }}
        onPointerDown={(event) => {
          drag.current = { ...at(event), far: 0 }
          if (event.pointerType !== 'touch') event.currentTarget.setPointerCapture(event.pointerId)
        }}
        onPointerUp={(event) => {
          const far = drag.current?.far ?? Infinity
          drag.current = null
          const { x, y } = at(event)
          const hit = far <= clickPixels ? find(x, y) : null
          if (hit !== null) onOpen(hit)
        }}
        onDoubleClick={() => easel.current?.refit()}
      />
      {tip !== null && (
        <Tip inventory={inventory} hit={tip.hit} x={tip.x} y={tip.y} width={box.current?.clientWidth ?? 0} />
      )}
      <div className="orrery-zoom" role="group" aria-label="Zoom">
        <ActionIcon variant="default" aria-label="Nearer" title="Nearer" onClick={() => zoom(1.5)}>
          <IconPlus size={15} />
        </ActionIcon>
        <ActionIcon variant="default" aria-label="Farther" title="Farther" onClick={() => zoom(1 / 1.5)}>
          <IconMinus size={15} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label="Show everything"
          title="Show everything"
          onClick={() => easel.current?.refit()}
        >
          <IconFocusCentered size={15} />
        </ActionIcon>
      </div>
    </div>
  )
}

/** `data-fps`, `data-slowest-ms`, `data-frames` and `data-moons` of the map, renewed every tenth frame. */
function report(element: HTMLElement, meter: FrameMeter, frame: { ms: number; moons: number }): void {
  meter.add(frame.ms)
  const { fps, slowestMs, frames } = meter.read()
  if (frames % 10 !== 0) return
  element.dataset['fps'] = fps.toFixed(1)
  element.dataset['slowestMs'] = slowestMs.toFixed(1)
  element.dataset['frames'] = String(frames)
  element.dataset['moons'] = String(frame.moons)
}
