import { expect, it } from 'vitest'
import type { Event as ContinuumEvent } from '@orrery/api/event.ts'
import { type Marks, flightSeconds, marksAdd, marksAge } from './flights.ts'

const known = new Map([
  ['a', 0],
  ['b', 1],
])
const nodeOf = (id: string) => known.get(id)
const event = (subjectKind: string, before: unknown, after: unknown, subjectId: string | null = null) =>
  ({ subjectKind, subjectId, before, after }) as ContinuumEvent
const none = (): Marks => ({ flights: [], pulses: [] })

it('lets a workload travel from where it was to where it will be, and pulse where it lands', () => {
  const marks = none()
  marksAdd(marks, event('workload', { nodeId: 'a' }, { nodeId: 'b' }), nodeOf, 10)
  expect(marks.flights).toEqual([{ from: 0, to: 1, startSeconds: 10, failed: false }])
  marksAge(marks, 10 + flightSeconds)
  expect(marks).toEqual({ flights: [], pulses: [{ node: 1, startSeconds: 10 + flightSeconds }] })
})

it('lets new work come from outside and old work leave', () => {
  const marks = none()
  marksAdd(marks, event('workload', null, { nodeId: 'a' }), nodeOf, 0)
  marksAdd(marks, event('workload', { nodeId: 'b' }, { state: 'failed' }), nodeOf, 0)
  expect(marks.flights.map((flight) => [flight.from, flight.to, flight.failed])).toEqual([
    [null, 0, false],
    [1, null, true],
  ])
})

it('pulses at a node for what changes there', () => {
  const marks = none()
  marksAdd(marks, event('node', null, null, 'b'), nodeOf, 0)
  marksAdd(marks, event('workload', { nodeId: 'a' }, { nodeId: 'a' }), nodeOf, 0)
  expect(marks.pulses.map((pulse) => pulse.node)).toEqual([1, 0])
})

it('shows nothing for what is not on the map, and stays bounded in a storm', () => {
  const marks = none()
  marksAdd(marks, event('token', null, null, 'x'), nodeOf, 0)
  marksAdd(marks, event('workload', null, null), nodeOf, 0)
  expect(marks).toEqual(none())
  for (let i = 0; i < 10_000; i += 1) marksAdd(marks, event('workload', null, { nodeId: 'a' }), nodeOf, 0)
  expect(marks.flights.length).toBeLessThan(300)
})
