/** What a trace is made of, whichever format it came in. Times are seconds from the trace's own zero. */
import type { BadRow } from '@orrery/api/dataset.ts'
import type { Capacity, Demand } from '@orrery/api/quantity.ts'

export type TraceNode = { name: string; capacity: Capacity }

export type TraceTask = {
  name: string
  demand: Demand
  arrivalSeconds: number
  /** null: it is still there when the trace ends */
  departureSeconds: number | null
}

export type TraceParsed = {
  nodes: TraceNode[]
  tasks: TraceTask[]
  /** Each row that was left out, and why. */
  badRows: BadRow[]
  /** What the reader should know about the whole: units that were recognised, what was ignored. */
  notes: string[]
}

/** `task` is an index into the list of tasks that the events belong to. */
export type TraceEvent = { atSeconds: number; kind: 'arrival' | 'departure'; task: number }

/**
 * Arrivals and departures in order of time. At one instant departures come first, so that room that is given back can
 * be given away; then arrivals, in the order of the tasks.
 */
export function traceEvents(tasks: readonly TraceTask[]): TraceEvent[] {
  const events: TraceEvent[] = []
  tasks.forEach((task, index) => {
    events.push({ atSeconds: task.arrivalSeconds, kind: 'arrival', task: index })
    if (task.departureSeconds !== null) {
      events.push({ atSeconds: task.departureSeconds, kind: 'departure', task: index })
    }
  })
  const rank = (event: TraceEvent) => {
    if (event.kind === 'arrival') return 1
    // A task that leaves at the instant it came can only leave after it came.
    return tasks[event.task]?.arrivalSeconds === event.atSeconds ? 2 : 0
  }
  return events.sort((a, b) => a.atSeconds - b.atSeconds || rank(a) - rank(b) || a.task - b.task)
}

/** Thousandths of GPUs that a demand asks for in all. */
export function demandGpuMilli({ gpu }: Demand): number {
  return gpu.count * gpu.milli
}
