/**
 * The state of a simulation, in columns: one entry per task for what it asks, where it is and since when. A copy of it
 * is a fork, which goes on as the original would have.
 */
import type { WorkloadId } from '@orrery/api/id.ts'
import type { Demand } from '@orrery/api/quantity.ts'
import { inventoryCopy } from '../../inventory.ts'
import type { PlannerInventory, PlannerWorkload } from '../../inventory/model.ts'
import {
  type PlacementClass,
  type PlacementIndex,
  placementClass,
  placementIndexCreate,
} from '../../planner/placement-index.ts'
import type { PlannerPolicy } from '../../policy/model.ts'
import { type RandomStream, randomCopy, randomFloat, randomStream } from '../../random.ts'
import type { TraceTask } from '../../trace/model.ts'
import { type FragmentMeter, fragmentMeter } from '../fragment-meter.ts'
import { type Agenda, agendaCopy, agendaCreate } from './agenda.ts'
import { type Meter, meterCopy, meterCreate } from './meter.ts'

export const taskStates = ['coming', 'waiting', 'running', 'finished', 'rejected'] as const

/** One entry per task, in order of arrival. */
export type TaskColumns = {
  /** index into the simulation's demands */
  demand: Int32Array
  /** index into `taskStates` */
  state: Uint8Array
  arrivesAt: Float64Array
  /** seconds it runs once it has a place; infinity: until the end */
  runsFor: Float64Array
  startedAt: Float64Array
  /** -1: none */
  node: Int32Array
  /** a bit for each device of the node that it holds: devices 0 to 31, and 32 to 63 */
  devicesLow: Uint32Array
  devicesHigh: Uint32Array
  /** the task that waits behind it for the same, or -1 */
  behind: Int32Array
}

/** Those who wait for the same, first come first: indexes of tasks, -1 when nobody waits. */
export type WaitingLine = { first: number; last: number }

export type SimulationOptions = {
  policy: PlannerPolicy
  seed: number
  /** seconds from the trace's zero; the simulation ends then */
  horizonSeconds: number
  /** what becomes of a task that no node has room for */
  unplaced: 'wait' | 'reject'
}

export type Simulation = {
  options: SimulationOptions
  names: readonly string[]
  demands: readonly Demand[]
  tasks: TaskColumns
  inventory: PlannerInventory
  index: PlacementIndex
  classes: readonly PlacementClass[]
  lines: WaitingLine[]
  stream: RandomStream
  fragments: FragmentMeter
  /** departures; arrivals are in order already */
  agenda: Agenda
  nowSeconds: number
  /** the next task to arrive */
  next: number
  meter: Meter
}

/** The inventory becomes the simulation's own and is changed by it. Tasks that arrive after the horizon never come. */
export function simulationCreate(
  inventory: PlannerInventory,
  trace: readonly TraceTask[],
  options: SimulationOptions,
): Simulation {
  const sorted = trace.toSorted((a, b) => a.arrivalSeconds - b.arrivalSeconds)
  const { demands, demandOf } = demandsOf(sorted)
  const numbers = () => new Float64Array(sorted.length)
  const tasks: TaskColumns = {
    demand: demandOf,
    state: new Uint8Array(sorted.length),
    arrivesAt: Float64Array.from(sorted, (task) => task.arrivalSeconds),
    runsFor: Float64Array.from(sorted, (task) =>
      task.departureSeconds === null ? Number.POSITIVE_INFINITY : task.departureSeconds - task.arrivalSeconds,
    ),
    startedAt: numbers(),
    node: new Int32Array(sorted.length).fill(-1),
    devicesLow: new Uint32Array(sorted.length),
    devicesHigh: new Uint32Array(sorted.length),
    behind: new Int32Array(sorted.length).fill(-1),
  }
  const names = sorted.map((task) => task.name)
  const stream = randomStream(options.seed, 'simulation')
  const made = derived(inventory, demands, options, stream)
  return {
    options,
    names,
    demands,
    tasks,
    ...made,
    lines: demands.map(() => ({ first: -1, last: -1 })),
    stream,
    agenda: agendaCreate(),
    nowSeconds: 0,
    next: 0,
    meter: meterCreate(inventory, options.horizonSeconds, made.fragments.amountMilli()),
  }
}

/** A fork: it shares nothing that either side changes, and goes on as the original would. */
export function simulationCopy(simulation: Simulation): Simulation {
  const { tasks, demands, options } = simulation
  const stream = randomCopy(simulation.stream)
  return {
    ...simulation,
    tasks: {
      demand: tasks.demand,
      state: tasks.state.slice(),
      arrivesAt: tasks.arrivesAt,
      runsFor: tasks.runsFor,
      startedAt: tasks.startedAt.slice(),
      node: tasks.node.slice(),
      devicesLow: tasks.devicesLow.slice(),
      devicesHigh: tasks.devicesHigh.slice(),
      behind: tasks.behind.slice(),
    },
    ...derived(inventoryCopy(simulation.inventory), demands, options, stream),
    lines: simulation.lines.map((line) => ({ ...line })),
    stream,
    agenda: agendaCopy(simulation.agenda),
    meter: meterCopy(simulation.meter),
  }
}

/** What follows from the inventory: made anew for a copy. */
function derived(
  inventory: PlannerInventory,
  demands: readonly Demand[],
  { policy }: SimulationOptions,
  stream: RandomStream,
): Pick<Simulation, 'inventory' | 'index' | 'classes' | 'fragments'> {
  const index = placementIndexCreate(inventory, policy, () => randomFloat(stream))
  const classes = demands.map((demand, at) => placementClass(index, workloadOf(demand, at)))
  return { inventory, index, classes, fragments: fragmentMeter(inventory) }
}

function workloadOf(demand: Demand, at: number): PlannerWorkload {
  const name = `demand ${at}`
  // The planner never looks into an id.
  return { id: name as WorkloadId, name, kind: 'container', demand, constraints: {}, priority: 0 }
}

/** Tasks that ask for the same share one demand. */
function demandsOf(tasks: readonly TraceTask[]): { demands: Demand[]; demandOf: Int32Array } {
  const known = new Map<string, number>()
  const demands: Demand[] = []
  const demandOf = Int32Array.from(tasks, ({ demand }) => {
    const key = JSON.stringify(demand)
    let at = known.get(key)
    if (at === undefined) {
      at = demands.length
      known.set(key, at)
      demands.push(demand)
    }
    return at
  })
  return { demands, demandOf }
}
