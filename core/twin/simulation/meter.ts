/**
 * What a simulation measures: sums over time between the events, exact whatever the step, and points of the same values
 * at even distances for curves.
 */
import type { PlannerInventory } from '../../inventory/model.ts'

/**
 * What is given away, what waits and what is used, at one moment. CPU is micro-cores, memory bytes, GPU thousandths;
 * what moves between two nodes is given away on both.
 */
const levelNames = [
  'cpu',
  'memory',
  'gpuMilli',
  /** idle GPU thousandths that are of no use to the target workload */
  'fragmentMilli',
  'waiting',
  'running',
] as const
const changeLevels = ['moving', 'down'] as const
/** micro-cores in use, and nodes that are asked for more than they have */
const usageLevels = ['cpuUsed', 'overloaded'] as const
/** bytes in use, and nodes that are asked for more than they have */
const memoryLevels = ['memoryUsed', 'memoryOverloaded'] as const
/** nodes that sleep */
const sleepLevels = ['asleep'] as const
const energyLevels = ['milliwatts', 'carbonGramsPerHour', 'costPerHour'] as const
/** the sum of those who are placed and say where they are asked from, and how many they are */
const latencyLevels = ['latencyMs', 'latencyTasks'] as const

export type LevelName =
  | (typeof levelNames)[number]
  | (typeof changeLevels)[number]
  | (typeof usageLevels)[number]
  | (typeof memoryLevels)[number]
  | (typeof sleepLevels)[number]
  | (typeof energyLevels)[number]
  | (typeof latencyLevels)[number]
export type Levels = Record<LevelName, number>

/** What a simulation has beyond tasks that come and go; what it has not is not measured. */
export type Measured = {
  changes: boolean
  usage: boolean
  memoryUsage: boolean
  sleep: boolean
  energy: boolean
  latency: boolean
}

export type Meter = {
  measured: Measured
  /** the levels that can be other than 0, and those of them that not every simulation has */
  names: readonly LevelName[]
  rare: readonly LevelName[]
  /** of the whole inventory, in the units of the levels */
  capacity: { cpu: number; memory: number; gpuMilli: number }
  levels: Levels
  /** levels times seconds */
  sums: Levels
  peaks: Pick<Levels, 'cpu' | 'memory' | 'gpuMilli'>
  /** tasks that ran from the beginning */
  standing: number
  arrived: number
  placed: number
  finished: number
  /** those included who lost their node where nobody may wait */
  rejected: number
  /** tasks that lost their node, each time */
  restarts: number
  /** seconds that they had run for nothing, and seconds until they had another place */
  lostSeconds: number
  downSeconds: number
  migrations: number
  migrationsGivenUp: number
  /** seconds in which a task held room on two nodes */
  migrationSeconds: number
  resized: number
  resizesRefused: number
  /** nodes that slept and were woken, each time; seconds that tasks waited for that */
  wakeUps: number
  wakeSeconds: number
  waitSecondsSum: number
  waitSecondsMost: number
  points: { seconds: Float64Array } & Partial<Record<LevelName, Float64Array>>
  /** points written so far */
  point: number
}

const pointCount = 201

/** `fragmentMilli`: of the inventory as it is at the beginning. */
export function meterCreate(
  { nodes, count }: PlannerInventory,
  horizonSeconds: number,
  fragmentMilli: number,
  measured: Measured,
): Meter {
  const rare: LevelName[] = [
    ...(measured.changes ? changeLevels : []),
    ...(measured.usage ? usageLevels : []),
    ...(measured.memoryUsage ? memoryLevels : []),
    ...(measured.sleep ? sleepLevels : []),
    ...(measured.energy ? energyLevels : []),
    ...(measured.latency ? latencyLevels : []),
  ]
  const names = [...levelNames, ...rare]
  const points: Meter['points'] = { seconds: new Float64Array(pointCount) }
  for (const name of names) points[name] = new Float64Array(pointCount)
  for (let at = 0; at < pointCount; at += 1) points.seconds[at] = (horizonSeconds * at) / (pointCount - 1)
  const capacity = { cpu: 0, memory: 0, gpuMilli: 0 }
  const levels = { ...none, fragmentMilli }
  for (let node = 0; node < count; node += 1) {
    if (nodes.present[node] !== 1) continue
    capacity.cpu += nodes.cpuCapacity[node] ?? 0
    capacity.memory += nodes.memoryCapacity[node] ?? 0
    capacity.gpuMilli += nodes.gpuMilliCapacity[node] ?? 0
    levels.cpu += nodes.cpuAllocated[node] ?? 0
    levels.memory += nodes.memoryAllocated[node] ?? 0
    levels.gpuMilli += (nodes.gpuMilliCapacity[node] ?? 0) - (nodes.gpuMilliFree[node] ?? 0)
  }
  return {
    measured,
    names,
    rare,
    capacity,
    levels,
    sums: { ...none },
    peaks: { cpu: levels.cpu, memory: levels.memory, gpuMilli: levels.gpuMilli },
    standing: 0,
    arrived: 0,
    placed: 0,
    finished: 0,
    rejected: 0,
    restarts: 0,
    lostSeconds: 0,
    downSeconds: 0,
    migrations: 0,
    migrationsGivenUp: 0,
    migrationSeconds: 0,
    resized: 0,
    resizesRefused: 0,
    wakeUps: 0,
    wakeSeconds: 0,
    waitSecondsSum: 0,
    waitSecondsMost: 0,
    points,
    point: 0,
  }
}

const none: Levels = {
  cpu: 0,
  memory: 0,
  gpuMilli: 0,
  fragmentMilli: 0,
  waiting: 0,
  running: 0,
  moving: 0,
  down: 0,
  cpuUsed: 0,
  overloaded: 0,
  memoryUsed: 0,
  memoryOverloaded: 0,
  asleep: 0,
  milliwatts: 0,
  carbonGramsPerHour: 0,
  costPerHour: 0,
  latencyMs: 0,
  latencyTasks: 0,
}

export function meterCopy(meter: Meter): Meter {
  const points = { ...meter.points }
  for (const name of meter.names) points[name] = points[name]?.slice() ?? new Float64Array(pointCount)
  return { ...meter, levels: { ...meter.levels }, sums: { ...meter.sums }, peaks: { ...meter.peaks }, points }
}

/** Time goes on with the levels as they are: up to and without `toSeconds`, so that a point shows what holds from then on. */
export function meterAdvance(meter: Meter, fromSeconds: number, toSeconds: number): void {
  const { levels, sums, points } = meter
  while (meter.point < pointCount && (points.seconds[meter.point] ?? 0) < toSeconds) pointWrite(meter)
  const seconds = toSeconds - fromSeconds
  // Each event comes by here: those that every simulation has are written out, which is several times faster.
  sums.cpu += levels.cpu * seconds
  sums.memory += levels.memory * seconds
  sums.gpuMilli += levels.gpuMilli * seconds
  sums.fragmentMilli += levels.fragmentMilli * seconds
  sums.waiting += levels.waiting * seconds
  sums.running += levels.running * seconds
  for (const name of meter.rare) sums[name] += levels[name] * seconds
}

/** The levels were changed. */
export function meterPeak({ levels, peaks }: Meter): void {
  if (levels.cpu > peaks.cpu) peaks.cpu = levels.cpu
  if (levels.memory > peaks.memory) peaks.memory = levels.memory
  if (levels.gpuMilli > peaks.gpuMilli) peaks.gpuMilli = levels.gpuMilli
}

/** At the horizon: the points that are left show how it ended. */
export function meterEnd(meter: Meter): void {
  while (meter.point < pointCount) pointWrite(meter)
}

function pointWrite(meter: Meter): void {
  for (const name of meter.names) {
    const column = meter.points[name]
    if (column !== undefined) column[meter.point] = meter.levels[name]
  }
  meter.point += 1
}
