/** The tasks of a simulation in columns, and what they ask for. */
import type { Demand } from '@orrery/api/quantity.ts'
import type { Constraints } from '@orrery/api/workload.ts'
import type { TraceTask } from '../../trace/model.ts'

/** What a task is up to, as the columns have it. */
export const taskState = {
  coming: 0,
  waiting: 1,
  /** holds its room; it may still have to start */
  running: 2,
  finished: 3,
  rejected: 4,
  /** its node failed, and it waits for another */
  lost: 5,
} as const

/** Tasks that ask for the same share one. */
export type Ask = { demand: Demand; constraints?: Constraints }

/** A task of a trace, or one that wants more of its place than a trace says. */
export type SimulationTask = TraceTask & {
  constraints?: Constraints
  /** seconds between its place and running; it holds its room meanwhile */
  startSeconds?: number
  /** indexes of usage profiles: of its cores, and of its memory */
  usage?: number
  memoryUsage?: number
}

/**
 * Tasks that hold their room when the simulation begins, as columns: what they ask for is reserved in the inventory
 * already. None of the columns is changed or kept.
 */
export type RunningTasks = {
  /** each once */
  asks: readonly Ask[]
  /** index into `asks` */
  ask: Int32Array
  node: Int32Array
  /** a bit for each device of the node that it holds: devices 0 to 31, and 32 to 63 */
  devicesLow: Uint32Array
  devicesHigh: Uint32Array
  /** seconds it still runs; infinity: until the end */
  remainingSeconds: Float64Array
  /** seconds before the simulation's zero, so none above 0; without it 0 for all */
  startedAt?: Float64Array
  /** by task, an index of a usage profile; -1: none */
  usage?: Int32Array
  memoryUsage?: Int32Array
  nameOf(at: number): string
}

/** One entry per task: those that run from the beginning, then the others in order of arrival. */
export type TaskColumns = {
  /** index into the simulation's asks */
  ask: Int32Array
  /** one of `taskState` */
  state: Uint8Array
  arrivesAt: Float64Array
  /** seconds it runs once it has a place; infinity: until the end */
  runsFor: Float64Array
  /** when it began to run, or will; of a lost one, when it was lost */
  startedAt: Float64Array
  /** -1: none */
  node: Int32Array
  /** a bit for each device of the node that it holds: devices 0 to 31, and 32 to 63 */
  devicesLow: Uint32Array
  devicesHigh: Uint32Array
  /** the task that waits behind it for the same, or -1 */
  behind: Int32Array
  /** seconds between place and running; null: as the options say, for all */
  startsIn: Float64Array | null
}

/** `sorted` are in order of arrival. */
export function tasksCreate(
  running: RunningTasks | undefined,
  sorted: readonly SimulationTask[],
  startSeconds: number,
): { tasks: TaskColumns; asks: readonly Ask[] } {
  const standing = running?.ask.length ?? 0
  const count = standing + sorted.length
  const tasks: TaskColumns = {
    ask: new Int32Array(count),
    state: new Uint8Array(count),
    arrivesAt: new Float64Array(count),
    runsFor: new Float64Array(count),
    startedAt: new Float64Array(count),
    node: new Int32Array(count).fill(-1),
    devicesLow: new Uint32Array(count),
    devicesHigh: new Uint32Array(count),
    behind: new Int32Array(count).fill(-1),
    startsIn: sorted.some(({ startSeconds }) => startSeconds !== undefined) ? new Float64Array(count) : null,
  }
  if (running !== undefined) runningWrite(tasks, running)
  const asks = asksFind(running?.asks ?? [], sorted, tasks.ask, standing)
  sorted.forEach((task, index) => {
    const at = standing + index
    tasks.arrivesAt[at] = task.arrivalSeconds
    if (tasks.startsIn !== null) tasks.startsIn[at] = task.startSeconds ?? startSeconds
    tasks.runsFor[at] =
      task.departureSeconds === null ? Number.POSITIVE_INFINITY : task.departureSeconds - task.arrivalSeconds
  })
  return { tasks, asks }
}

/** What only tells where tasks come from and what they want is never changed, and shared. */
export function tasksCopy(tasks: TaskColumns): TaskColumns {
  return {
    ask: tasks.ask.slice(),
    state: tasks.state.slice(),
    arrivesAt: tasks.arrivesAt,
    runsFor: tasks.runsFor,
    startedAt: tasks.startedAt.slice(),
    node: tasks.node.slice(),
    devicesLow: tasks.devicesLow.slice(),
    devicesHigh: tasks.devicesHigh.slice(),
    behind: tasks.behind.slice(),
    startsIn: tasks.startsIn,
  }
}

function runningWrite(tasks: TaskColumns, running: RunningTasks): void {
  const { remainingSeconds, startedAt } = running
  const count = running.ask.length
  tasks.ask.set(running.ask)
  tasks.state.fill(taskState.running, 0, count)
  tasks.node.set(running.node)
  tasks.devicesLow.set(running.devicesLow)
  tasks.devicesHigh.set(running.devicesHigh)
  tasks.runsFor.set(remainingSeconds)
  if (startedAt === undefined) return
  tasks.arrivesAt.set(startedAt)
  tasks.startedAt.set(startedAt)
  for (let at = 0; at < count; at += 1) {
    tasks.runsFor[at] = (remainingSeconds[at] ?? 0) - (startedAt[at] ?? 0)
  }
}

/** Writes each task's ask and gives them all; those of the tasks that run keep their indexes. */
function asksFind(
  standing: readonly Ask[],
  sorted: readonly SimulationTask[],
  column: Int32Array,
  from: number,
): readonly Ask[] {
  // Whoever forks a hundred thousand tasks and adds none need not compare them.
  if (sorted.length === 0) return standing
  const asks = standing.slice()
  const known = new Map(asks.map((ask, at) => [askKey(ask), at]))
  sorted.forEach(({ demand, constraints }, index) => {
    const ask = constraints === undefined ? { demand } : { demand, constraints }
    const key = askKey(ask)
    let at = known.get(key)
    if (at === undefined) {
      at = asks.push(ask) - 1
      known.set(key, at)
    }
    column[from + index] = at
  })
  return asks
}

export function askKey({ demand, constraints }: Ask): string {
  const { cpuCores, memoryBytes, diskBytes, gpu } = demand
  const key = `${cpuCores} ${memoryBytes} ${diskBytes} ${gpu.count} ${gpu.milli} ${gpu.models.join('|')}`
  return constraints === undefined ? key : `${key} ${JSON.stringify(constraints)}`
}

/** When a task that runs leaves; infinity: never. */
export function leavesAt({ startedAt, runsFor }: TaskColumns, task: number): number {
  return Math.max(0, (startedAt[task] ?? 0) + (runsFor[task] ?? 0))
}

export function devicesKeep(
  { devicesLow, devicesHigh }: TaskColumns,
  task: number,
  devices: readonly number[],
): void {
  let [low, high] = [0, 0]
  for (const device of devices) {
    if (device < 32) low |= 1 << device
    else high |= 1 << (device - 32)
  }
  devicesLow[task] = low
  devicesHigh[task] = high
}

/** The devices that a task holds, lowest first. */
export function devicesOf(
  { devicesLow, devicesHigh }: Pick<TaskColumns, 'devicesLow' | 'devicesHigh'>,
  task: number,
): number[] {
  const devices: number[] = []
  const [low, high] = [devicesLow[task] ?? 0, devicesHigh[task] ?? 0]
  if (low === 0 && high === 0) return devices
  for (let device = 0; device < 64; device += 1) {
    const word = device < 32 ? low : high
    if ((word & (1 << (device & 31))) !== 0) devices.push(device)
  }
  return devices
}
