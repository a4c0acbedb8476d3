/**
 * The state of a simulation, in columns: one entry per task for what it asks, where it is and since when. A copy of it
 * is a fork, which goes on as the original would have.
 */
import type { WorkloadId } from '@orrery/api/id.ts'
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
import { type FragmentMeter, fragmentMeter, fragmentMeterCopy } from '../fragment-meter.ts'
import { type Agenda, agendaAdd, agendaCopy, agendaCreate } from './agenda.ts'
import { type WaitingLines, linesCopy, linesCreate } from './lines.ts'
import { type Meter, meterCopy, meterCreate } from './meter.ts'
import {
  type Ask,
  type RunningTasks,
  type SimulationTask,
  type TaskColumns,
  tasksCopy,
  tasksCreate,
} from './tasks.ts'

export type SimulationOptions = {
  policy: PlannerPolicy
  seed: number
  /** seconds from the trace's zero; the simulation ends then */
  horizonSeconds: number
  /** what becomes of a task that no node has room for */
  unplaced: 'wait' | 'reject'
}

/** How the world stands at zero, where it is not empty. */
export type SimulationStart = { running?: RunningTasks }

export type Simulation = {
  options: SimulationOptions
  nameOf: (task: number) => string
  asks: readonly Ask[]
  tasks: TaskColumns
  inventory: PlannerInventory
  index: PlacementIndex
  /** by ask; what nobody asked to be placed has none yet */
  workloads: (PlannerWorkload | undefined)[]
  classes: (PlacementClass | undefined)[]
  lines: WaitingLines
  stream: RandomStream
  fragments: FragmentMeter
  /** departures; arrivals are in order already */
  agenda: Agenda
  nowSeconds: number
  /** the next task to arrive */
  next: number
  /** Called before a place is looked for; it may look at everything and change nothing. */
  onLook?: (task: number) => void
  meter: Meter
}

/**
 * The inventory becomes the simulation's own and is changed by it. Tasks that arrive after the horizon never come; those
 * that arrived at or before zero wait for a place when it begins.
 */
export function simulationCreate(
  inventory: PlannerInventory,
  trace: readonly SimulationTask[],
  options: SimulationOptions,
  { running }: SimulationStart = {},
): Simulation {
  const sorted = trace.toSorted((a, b) => a.arrivalSeconds - b.arrivalSeconds)
  const { tasks, asks } = tasksCreate(running, sorted)
  const standing = running?.ask.length ?? 0
  const names = sorted.map((task) => task.name)
  const stream = randomStream(options.seed, 'simulation')
  const fragments = fragmentMeter(inventory)
  const meter = meterCreate(inventory, options.horizonSeconds, fragments.amountMilli())
  meter.standing = standing
  meter.levels.running = meter.peaks.running = standing
  return {
    options,
    nameOf: (task) => (task < standing ? (running?.nameOf(task) ?? '') : (names[task - standing] ?? '')),
    asks,
    tasks,
    ...derived(inventory, options, stream),
    lines: linesCreate(asks.length),
    stream,
    fragments,
    agenda: departuresOf(tasks, standing, options.horizonSeconds),
    nowSeconds: 0,
    next: standing,
    meter,
  }
}

/** A fork: it shares nothing that either side changes, and goes on as the original would. */
export function simulationCopy(simulation: Simulation): Simulation {
  const stream = randomCopy(simulation.stream)
  const inventory = inventoryCopy(simulation.inventory)
  return {
    ...simulation,
    tasks: tasksCopy(simulation.tasks),
    ...derived(inventory, simulation.options, stream),
    lines: linesCopy(simulation.lines),
    stream,
    fragments: fragmentMeterCopy(simulation.fragments, inventory),
    agenda: agendaCopy(simulation.agenda),
    meter: meterCopy(simulation.meter),
  }
}

/** What follows from the inventory: made anew for a copy. */
function derived(
  inventory: PlannerInventory,
  { policy }: SimulationOptions,
  stream: RandomStream,
): Pick<Simulation, 'inventory' | 'index' | 'workloads' | 'classes'> {
  const index = placementIndexCreate(inventory, policy, () => randomFloat(stream))
  return { inventory, index, workloads: [], classes: [] }
}

/** A class holds a tournament over all nodes, so that it is made for those who look for a place, not for all. */
export function classOf(simulation: Simulation, ask: number): PlacementClass {
  return (simulation.classes[ask] ??= placementClass(simulation.index, workloadOf(simulation, ask)))
}

/** What the planner sees of an ask. */
export function workloadOf({ workloads, asks }: Simulation, ask: number): PlannerWorkload {
  const known = workloads[ask]
  if (known !== undefined) return known
  const asked = asks[ask]
  if (asked === undefined) throw new Error(`there is no ask ${ask}`)
  const { demand, constraints = {} } = asked
  const name = `ask ${ask}`
  // The planner never looks into an id.
  return (workloads[ask] = {
    id: name as WorkloadId,
    name,
    kind: 'container',
    demand,
    constraints,
    priority: 0,
  })
}

function departuresOf({ startedAt, runsFor }: TaskColumns, standing: number, horizonSeconds: number): Agenda {
  const agenda = agendaCreate(Math.max(64, standing))
  for (let task = 0; task < standing; task += 1) {
    const leaves = (startedAt[task] ?? 0) + (runsFor[task] ?? 0)
    if (leaves <= horizonSeconds) agendaAdd(agenda, Math.max(0, leaves), task)
  }
  return agenda
}
