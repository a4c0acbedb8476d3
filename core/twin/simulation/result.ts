/** What a simulation came to, in figures that can be compared between policies and seeds. */
import type { LevelName } from './meter.ts'
import type { Simulation } from './state.ts'

/** A figure is null where what it measures was not modelled, or there is nothing of it. */
export type SimulationResult = {
  policy: string
  seed: number
  horizonSeconds: number
  /** tasks that ran from the beginning; they are among the running and finished, not among the placed */
  standing: number
  arrived: number
  /** tasks that got a place */
  placed: number
  finished: number
  rejected: number
  /** at the end */
  running: number
  waiting: number
  /** of those that got a place */
  waitSecondsMean: number
  waitSecondsMost: number
  /** shares of the capacity that are given away, 0 to 1, over time; null where there is none of it */
  allocated: Shares
  allocatedPeak: Shares
  /** share of the idle GPUs that is of no use to the target workload, over time; null without GPUs */
  fragmentShare: number | null
  /** mean number of tasks that wait, over time */
  waitingMean: number
  /** how often a task lost its node */
  restarts: number
  /** what those had run for nothing, and what they waited for another place, in all */
  lostSeconds: number
  downSeconds: number
  migrations: number
  migrationsGivenUp: number
  /** in which tasks held room on two nodes */
  migrationSeconds: number
  resized: number
  resizesRefused: number
  /** share of the cores that are in use, over time */
  cpuUsedShare: number | null
  /** minutes in which a node was asked for more cores than it has, over all nodes */
  overloadMinutes: number | null
  /** the same of memory */
  memoryUsedShare: number | null
  memoryOverloadMinutes: number | null
  /** nodes that sleep, on average over time */
  asleepMean: number | null
  /** how often a node was woken, and what tasks waited for that after they had their place, in all */
  wakeUps: number
  wakeSeconds: number
  energyKwh: number | null
  carbonKg: number | null
  cost: number | null
  /** of those that are placed and say where they are asked from, over time */
  latencyMsMean: number | null
  curve: Curve
}
export type Shares = { cpu: number | null; memory: number | null; gpu: number | null }

/** The same values at even distances from the beginning to the horizon. */
export type Curve = {
  seconds: number[]
  cpu: (number | null)[]
  memory: (number | null)[]
  gpu: (number | null)[]
  fragmentShare: (number | null)[]
  waiting: number[]
  running: number[]
  /** these are empty where they were not modelled */
  moving: number[]
  down: number[]
  cpuUsed: (number | null)[]
  overloaded: number[]
  memoryUsed: (number | null)[]
  memoryOverloaded: number[]
  asleep: number[]
  watts: number[]
  carbonGramsPerHour: number[]
  latencyMs: (number | null)[]
}

/** Of a simulation that has come to its horizon. */
export function simulationResult({ meter, options, nowSeconds }: Simulation): SimulationResult {
  const { capacity, sums, peaks, points, measured } = meter
  const span = nowSeconds
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : null)
  const point = (name: LevelName) => Array.from(points[name] ?? [])
  const at = (name: LevelName, whole: number) => point(name).map((value) => share(value, whole))
  const gpuAt = point('gpuMilli')
  const latencyTasksAt = point('latencyTasks')
  const idleSum = capacity.gpuMilli * span - sums.gpuMilli
  return {
    policy: options.policy.name,
    seed: options.seed,
    horizonSeconds: options.horizonSeconds,
    standing: meter.standing,
    arrived: meter.arrived,
    placed: meter.placed,
    finished: meter.finished,
    rejected: meter.rejected,
    running: meter.levels.running,
    waiting: meter.levels.waiting,
    waitSecondsMean: meter.placed === 0 ? 0 : meter.waitSecondsSum / meter.placed,
    waitSecondsMost: meter.waitSecondsMost,
    allocated: {
      cpu: share(sums.cpu, capacity.cpu * span),
      memory: share(sums.memory, capacity.memory * span),
      gpu: share(sums.gpuMilli, capacity.gpuMilli * span),
    },
    allocatedPeak: {
      cpu: share(peaks.cpu, capacity.cpu),
      memory: share(peaks.memory, capacity.memory),
      gpu: share(peaks.gpuMilli, capacity.gpuMilli),
    },
    fragmentShare: share(sums.fragmentMilli, idleSum),
    waitingMean: span === 0 ? meter.levels.waiting : sums.waiting / span,
    restarts: meter.restarts,
    lostSeconds: meter.lostSeconds,
    downSeconds: meter.downSeconds,
    migrations: meter.migrations,
    migrationsGivenUp: meter.migrationsGivenUp,
    migrationSeconds: meter.migrationSeconds,
    resized: meter.resized,
    resizesRefused: meter.resizesRefused,
    cpuUsedShare: measured.usage ? share(sums.cpuUsed, capacity.cpu * span) : null,
    overloadMinutes: measured.usage ? sums.overloaded / 60 : null,
    memoryUsedShare: measured.memoryUsage ? share(sums.memoryUsed, capacity.memory * span) : null,
    memoryOverloadMinutes: measured.memoryUsage ? sums.memoryOverloaded / 60 : null,
    asleepMean: measured.sleep ? share(sums.asleep, span) : null,
    wakeUps: meter.wakeUps,
    wakeSeconds: meter.wakeSeconds,
    energyKwh: measured.energy ? sums.milliwatts / 1e6 / 3600 : null,
    carbonKg: measured.energy ? sums.carbonGramsPerHour / 3600 / 1000 : null,
    cost: measured.energy ? sums.costPerHour / 3600 : null,
    latencyMsMean: share(sums.latencyMs, sums.latencyTasks),
    curve: {
      seconds: Array.from(points.seconds),
      cpu: at('cpu', capacity.cpu),
      memory: at('memory', capacity.memory),
      gpu: at('gpuMilli', capacity.gpuMilli),
      fragmentShare: point('fragmentMilli').map((fragment, index) =>
        share(fragment, capacity.gpuMilli - (gpuAt[index] ?? 0)),
      ),
      waiting: point('waiting'),
      running: point('running'),
      moving: point('moving'),
      down: point('down'),
      cpuUsed: at('cpuUsed', capacity.cpu),
      overloaded: point('overloaded'),
      memoryUsed: at('memoryUsed', capacity.memory),
      memoryOverloaded: point('memoryOverloaded'),
      asleep: point('asleep'),
      watts: point('milliwatts').map((milliwatts) => milliwatts / 1000),
      carbonGramsPerHour: point('carbonGramsPerHour'),
      latencyMs: point('latencyMs').map((sum, index) => share(sum, latencyTasksAt[index] ?? 0)),
    },
  }
}
