/** Work that travels and events that pulse: short-lived marks over the picture, bounded however much happens. */
import type { Event as ContinuumEvent } from '@orrery/api/event.ts'

/** Nodes by index; null is outside the continuum: work arrives from there and leaves to there. */
export type Flight = { from: number | null; to: number | null; startSeconds: number; failed: boolean }
export type Pulse = { node: number; startSeconds: number }

export const flightSeconds = 1.4
export const pulseSeconds = 1.1
const marksMax = 240

export type Marks = { flights: Flight[]; pulses: Pulse[] }

/** Adds what an event shows. `nodeOf` gives the index of a node by its id. */
export function marksAdd(
  marks: Marks,
  event: ContinuumEvent,
  nodeOf: (id: string) => number | undefined,
  seconds: number,
): void {
  if (event.subjectKind === 'node') {
    const node = event.subjectId === null ? undefined : nodeOf(event.subjectId)
    if (node !== undefined && marks.pulses.length < marksMax)
      marks.pulses.push({ node, startSeconds: seconds })
    return
  }
  if (event.subjectKind !== 'workload') return
  const from = nodeIdIn(event.before)
  const to = nodeIdIn(event.after)
  const fromNode = from === null ? null : (nodeOf(from) ?? null)
  const toNode = to === null ? null : (nodeOf(to) ?? null)
  if (fromNode === toNode) {
    if (toNode !== null && marks.pulses.length < marksMax)
      marks.pulses.push({ node: toNode, startSeconds: seconds })
  } else if (marks.flights.length < marksMax) {
    marks.flights.push({
      from: fromNode,
      to: toNode,
      startSeconds: seconds,
      failed: stateIn(event.after) === 'failed',
    })
  }
}

/** Drops what is over. A flight that ends becomes a pulse where it lands. */
export function marksAge(marks: Marks, seconds: number): void {
  const landed = marks.flights.filter((flight) => seconds - flight.startSeconds >= flightSeconds)
  if (landed.length > 0) {
    marks.flights = marks.flights.filter((flight) => seconds - flight.startSeconds < flightSeconds)
    for (const flight of landed) {
      if (flight.to !== null && marks.pulses.length < marksMax)
        marks.pulses.push({ node: flight.to, startSeconds: seconds })
    }
  }
  if (marks.pulses.length > 0)
    marks.pulses = marks.pulses.filter((pulse) => seconds - pulse.startSeconds < pulseSeconds)
}

function nodeIdIn(picture: unknown): string | null {
  const id = fieldIn(picture, 'nodeId')
  return typeof id === 'string' ? id : null
}

function stateIn(picture: unknown): unknown {
  return fieldIn(picture, 'state')
}

function fieldIn(picture: unknown, field: string): unknown {
  return typeof picture === 'object' && picture !== null
    ? (picture as Record<string, unknown>)[field]
    : undefined
}
