/**
 * The state of a simulation, in columns: one entry per task for what it asks, where it is and since when. A copy of it
 * is a fork, which goes on as the original would have.
 */
import { inventoryCopy } from '../../inventory.ts'
import type { PlannerInventory, PlannerWorkload } from '../../inventory/model.ts'
import {
  type PlacementClass,
  type PlacementIndex,
  placementIndexCreate,
} from '../../planner/placement-index.ts'
import type { MoveRates } from '../../planner/reoptimise/cost.ts'
import type { PlannerPolicy } from '../../policy/model.ts'
import { type RandomStream, randomCopy, randomFloat, randomStream } from '../../random.ts'
import { type FragmentMeter, fragmentMeter, fragmentMeterCopy } from '../fragment-meter.ts'
import { type Agenda, agendaAdd, agendaCopy, agendaCreate } from './agenda.ts'
import { type Change, type KnownChange, changesKnow } from './known-change.ts'
import { type Energy, type EnergyModel, energyBegin, energyCopy, energyCreate } from './energy.ts'
import { latencyAdd } from './hold.ts'
import { type WaitingLines, linesCopy, linesCreate } from './lines.ts'
import { type Meter, meterCopy, meterCreate, meterPeak } from './meter.ts'
import type { Move } from './move.ts'
import type { Drain, Service } from './service.ts'
import {
  type Ask,
  type RunningTasks,
  type SimulationTask,
  type TaskColumns,
  leavesAt,
  tasksCopy,
  tasksCreate,
} from './tasks.ts'
import type { Told } from './tell.ts'
import { type Reoptimise, reoptimisePlan } from './reoptimise.ts'
import { type Sleep, type SleepModel, sleepBegin, sleepCopy, sleepCreate } from './sleep.ts'
import { type Usage, type UsageProfile, usageCopy, usageCreate, usageFollow } from './usage.ts'

export type SimulationOptions = {
  policy: PlannerPolicy
  seed: number
  /** seconds from the trace's zero; the simulation ends then */
  horizonSeconds: number
  /** what becomes of a task that no node has room for */
  unplaced: 'wait' | 'reject'
  /** seconds between a task's place and running, where the task says nothing of it; 0 unless told */
  startSeconds?: number
  /** what tasks are copied with from node to node; as the planner's re-optimisers have it unless told */
  moveRates?: MoveRates
}

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
  /** departures, ends of moves, steps of usage and of sites; arrivals are in order already */
  agenda: Agenda
  /** in order of time */
  changes: readonly KnownChange[]
  nextChange: number
  service: Service
  drains: readonly Drain[]
  /** by task */
  moves: Map<number, Move>
  /** null: not modelled */
  usage: Usage | null
  memoryUsage: Usage | null
  sleep: Sleep | null
  energy: Energy | null
  reoptimise: Reoptimise | null
  nowSeconds: number
  /** the next task to arrive */
  next: number
  /** Called before a place is looked for; it may look at everything and change nothing. */
  onLook?: (task: number) => void
  meter: Meter
  /** is told what happens; a copy has none */
  listener: ((told: Told) => void) | null
}

/** What a simulation may have beside tasks that come and go. */
export type SimulationStart = {
  /** tasks that hold their room at zero */
  running?: RunningTasks
  /** what happens to nodes and tasks, in any order */
  changes?: readonly Change[]
  /** what tasks use of the cores, and of the memory, that they were given; without it all of it, and nothing is overloaded */
  usage?: readonly UsageProfile[]
  memoryUsage?: readonly UsageProfile[]
  /** when nodes sleep that hold nothing; without it never */
  sleep?: SleepModel
  energy?: EnergyModel
  /** moves to better places, every so often */
  reoptimise?: Reoptimise
}

/**
 * The inventory becomes the simulation's own and is changed by it. Tasks that arrive after the horizon never come; those
 * that arrived at or before zero wait for a place when it begins.
 */
export function simulationCreate(
  inventory: PlannerInventory,
  trace: readonly SimulationTask[],
  options: SimulationOptions,
  start: SimulationStart = {},
): Simulation {
  const { running } = start
  const sorted = trace.toSorted((a, b) => a.arrivalSeconds - b.arrivalSeconds)
  const created = tasksCreate(running, sorted, options.startSeconds ?? 0)
  const { tasks } = created
  const standing = running?.ask.length ?? 0
  const names = sorted.map((task) => task.name)
  const nameOf = (task: number) =>
    task < standing ? (running?.nameOf(task) ?? '') : (names[task - standing] ?? '')
  const { changes, asks } = changesKnow(start.changes ?? [], created.asks, tasks.ask, nameOf)
  const stream = randomStream(options.seed, 'simulation')
  const fragments = fragmentMeter(inventory)
  const meter = meterCreate(inventory, options.horizonSeconds, fragments.amountMilli(), {
    changes: changes.length > 0 || start.reoptimise !== undefined,
    usage: start.usage !== undefined,
    memoryUsage: start.memoryUsage !== undefined,
    sleep: start.sleep !== undefined,
    energy: start.energy !== undefined,
    latency: asks.some(({ constraints }) => constraints?.latencyFrom !== undefined),
  })
  meter.standing = meter.levels.running = standing
  const simulation: Simulation = {
    options,
    nameOf,
    asks,
    tasks,
    ...derived(inventory, options, stream),
    lines: linesCreate(asks.length),
    stream,
    fragments,
    agenda: departuresOf(tasks, standing, options.horizonSeconds),
    changes,
    nextChange: 0,
    service: serviceOf(inventory),
    drains: [],
    moves: new Map(),
    usage:
      start.usage === undefined
        ? null
        : usageCreate('cpu', inventory.count, start.usage, profilesOf(running, sorted, 'usage')),
    memoryUsage:
      start.memoryUsage === undefined
        ? null
        : usageCreate(
            'memory',
            inventory.count,
            start.memoryUsage,
            profilesOf(running, sorted, 'memoryUsage'),
          ),
    sleep: start.sleep === undefined ? null : sleepCreate(inventory.count, start.sleep),
    energy: start.energy === undefined ? null : energyCreate(inventory, start.energy),
    reoptimise: start.reoptimise ?? null,
    nowSeconds: 0,
    next: standing,
    meter,
    listener: null,
  }
  for (let task = 0; task < standing; task += 1) {
    usageFollow(simulation, task)
    if (meter.measured.latency) latencyAdd(simulation, tasks.ask[task] ?? -1, tasks.node[task] ?? -1, 1)
  }
  sleepBegin(simulation)
  energyBegin(simulation)
  reoptimisePlan(simulation)
  meterPeak(meter)
  return simulation
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
    service: {
      down: simulation.service.down.slice(),
      closed: simulation.service.closed.slice(),
      absent: simulation.service.absent.slice(),
    },
    moves: new Map(simulation.moves),
    usage: simulation.usage === null ? null : usageCopy(simulation.usage),
    memoryUsage: simulation.memoryUsage === null ? null : usageCopy(simulation.memoryUsage),
    sleep: simulation.sleep === null ? null : sleepCopy(simulation.sleep),
    energy: simulation.energy === null ? null : energyCopy(simulation.energy),
    meter: meterCopy(simulation.meter),
    listener: null,
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

function departuresOf(tasks: TaskColumns, standing: number, horizonSeconds: number): Agenda {
  const agenda = agendaCreate(Math.max(64, standing))
  for (let task = 0; task < standing; task += 1) {
    const leaves = leavesAt(tasks, task)
    if (leaves <= horizonSeconds) agendaAdd(agenda, leaves, task)
  }
  return agenda
}

function serviceOf({ nodes, count }: PlannerInventory): Service {
  const absent = Uint8Array.from(nodes.ready.subarray(0, count), (ready) => 1 - ready)
  return { down: new Uint8Array(count), closed: new Uint8Array(count), absent }
}

function profilesOf(
  running: RunningTasks | undefined,
  sorted: readonly SimulationTask[],
  key: 'usage' | 'memoryUsage',
): Int32Array {
  const standing = running?.ask.length ?? 0
  const profiles = new Int32Array(standing + sorted.length).fill(-1)
  const known = running?.[key]
  if (known !== undefined) profiles.set(known)
  sorted.forEach((task, index) => (profiles[standing + index] = task[key] ?? -1))
  return profiles
}
