/**
 * What a trace describes, whichever format it came in: nodes at sites, workloads that come and go, and measurements.
 * Times are microseconds since 1970. Traces that count seconds from a zero of their own (openb) begin at `traceEpoch`.
 */
import type { BadRow, ImportCreate } from '@orrery/api/dataset.ts'
import type { Demand } from '@orrery/api/quantity.ts'
import type { NodeCreate } from '@orrery/api/node.ts'
import { sampleFields } from '@orrery/api/sample.ts'
import type { Constraints, Workload } from '@orrery/api/workload.ts'
import type { TraceFile } from '@orrery/core/trace/csv.ts'
import { traceLoad } from '@orrery/core/trace/load.ts'
import { openbParse } from '@orrery/core/trace/openb.ts'
import { type OwnArrival, ownParse } from '@orrery/core/trace/own.ts'

/** Second 0 of a trace without dates. The year of the openb trace's publication; the day is a convention. */
export const traceEpoch = '2023-01-01T00:00:00.000000Z'
const epochMicros = Date.parse(traceEpoch) * 1000

export type ReplayTask = {
  name: string
  kind: Workload['kind']
  demand: Demand
  constraints: Constraints
  priority: number
  labels: Record<string, string>
  arrivalMicros: number
  /** null: it is still there when the trace ends */
  departureMicros: number | null
}

export type ReplaySample = {
  of: 'node' | 'workload'
  name: string
  atMicros: number
  values: (number | null)[]
}

export type Continuum = {
  layout: 'openb' | 'orrery'
  /** the sites that its nodes name; one, unless the trace says otherwise */
  sites: string[]
  nodes: NodeCreate[]
  tasks: ReplayTask[]
  /** in order of time */
  samples: ReplaySample[]
}

type ContinuumRead = { continuum: Continuum; accepted: number; badRows: BadRow[]; notes: string[] }

export function continuumOfOpenb(
  nodesFile: TraceFile,
  podsFile: TraceFile,
  input: ImportCreate,
): ContinuumRead {
  const parsed = openbParse(nodesFile, podsFile)
  const site = input.site ?? 'openb'
  const notes = [...parsed.notes, `second 0 of the trace is ${traceEpoch}`]
  let { tasks } = parsed
  if (input.load !== undefined && tasks.length > 0) {
    const gpuMilliCapacity = parsed.nodes.reduce(
      (sum, node) => sum + node.capacity.gpus.reduce((milli, gpu) => milli + gpu.milli, 0),
      0,
    )
    const loaded = traceLoad(tasks, { load: input.load, gpuMilliCapacity, seed: input.seed ?? 0 })
    tasks = loaded.tasks
    notes.push(...loaded.notes)
  }
  const micros = (seconds: number) => epochMicros + seconds * 1_000_000
  return {
    continuum: {
      layout: 'openb',
      sites: [site],
      nodes: parsed.nodes.map((node) => ({ name: node.name, site, capacity: node.capacity })),
      tasks: tasks.map((task) => ({
        name: task.name,
        kind: 'container',
        demand: task.demand,
        constraints: {},
        priority: 0,
        labels: {},
        arrivalMicros: micros(task.arrivalSeconds),
        departureMicros: task.departureSeconds === null ? null : micros(task.departureSeconds),
      })),
      samples: [],
    },
    accepted: parsed.nodes.length + parsed.tasks.length,
    badRows: parsed.badRows,
    notes,
  }
}

export function continuumOfOwn(file: TraceFile, input: ImportCreate): ContinuumRead {
  const parsed = ownParse(file)
  const notes: string[] = []
  const leaves = departuresByArrival(parsed.arrivals, parsed.departures)
  let unkept = 0
  const tasks = parsed.arrivals.map((arrival, index): ReplayTask => {
    const { constraints, dropped } = constraintsKept(arrival.constraints)
    if (dropped) unkept += 1
    const { kind, demand, priority, labels } = arrival
    return {
      name: arrival.arrival,
      kind,
      demand,
      constraints,
      priority,
      labels,
      arrivalMicros: arrival.at,
      departureMicros: leaves[index] ?? null,
    }
  })
  if (unkept > 0)
    notes.push(
      `${unkept} workloads asked for properties of a site, which a trace does not tell; they may go to any of its sites`,
    )
  const columns = sampleFields.map((field) => parsed.fields.indexOf(field))
  return {
    continuum: {
      layout: 'orrery',
      sites: input.site === undefined ? [...new Set(parsed.nodes.map((node) => node.site))] : [input.site],
      nodes: parsed.nodes.map((node) => ({
        name: node.node,
        kind: node.kind,
        site: input.site ?? node.site,
        capacity: node.capacity,
        capabilities: node.capabilities,
        labels: node.labels,
      })),
      tasks,
      samples: parsed.samples
        .map((sample) => ({
          of: sample.of,
          name: sample.sample,
          atMicros: sample.at,
          values: columns.map((column) => sample.values[column] ?? null),
        }))
        .toSorted((a, b) => a.atMicros - b.atMicros),
    },
    accepted: parsed.nodes.length + parsed.arrivals.length + parsed.departures.length + parsed.samples.length,
    badRows: parsed.badRows,
    notes,
  }
}

/** The departure of each arrival, by its index: the next one of its name in the file. */
function departuresByArrival(
  arrivals: readonly OwnArrival[],
  departures: readonly { departure: string; at: number }[],
): (number | null)[] {
  const of = new Map<string, number[]>()
  for (const { departure, at } of departures) of.set(departure, [...(of.get(departure) ?? []), at])
  return arrivals.map(({ arrival }) => of.get(arrival)?.shift() ?? null)
}

function constraintsKept(constraints: OwnArrival['constraints']): {
  constraints: Constraints
  dropped: boolean
} {
  const { riskLevel, renewableShareMin, latencyMsMax, ...kept } = constraints
  return {
    constraints: kept,
    dropped: riskLevel !== undefined || renewableShareMin !== undefined || latencyMsMax !== undefined,
  }
}
