/** The frames of a result as shares that can be drawn. */
import type { RunDetail } from '@orrery/api/run.ts'
import { type Resource, resources } from './heat-layout.ts'

export type HeatFrames = { seconds: readonly number[]; frames: readonly Uint8Array[] }

const none = 255
const whole = 254

/** A result without frames has one: its end. */
export function framesRead({
  nodes,
  frames,
  curve,
}: Pick<RunDetail, 'nodes' | 'frames' | 'curve'>): HeatFrames {
  if (frames.frames.length > 0) return { seconds: frames.seconds, frames: frames.frames.map(bytesOf) }
  const end = new Uint8Array(nodes.length * resources.length)
  nodes.forEach((node, at) => {
    resources.forEach((resource, row) => {
      const share = node[resource]
      end[at * resources.length + row] =
        share === null ? none : Math.round(whole * Math.min(1, Math.max(0, share)))
    })
  })
  return { seconds: [curve['seconds']?.at(-1) ?? 0], frames: [end] }
}

/** Null where the node has none of it. */
export function shareAt(frame: Uint8Array | undefined, node: number, resource: Resource): number | null {
  const value = frame?.[node * resources.length + resources.indexOf(resource)] ?? none
  return value === none ? null : value / whole
}

/** The resources that any node has. */
export function resourcesOf({ frames }: HeatFrames): Resource[] {
  const [first] = frames
  const count = (first?.length ?? 0) / resources.length
  return resources.filter((resource) => {
    for (let node = 0; node < count; node += 1) if (shareAt(first, node, resource) !== null) return true
    return false
  })
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0)
}
