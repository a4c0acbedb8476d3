/** What a simulation came to, in figures that can be compared between policies and seeds. */
import type { Simulation } from './state.ts'

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
}

/** Of a simulation that has come to its horizon. */
export function simulationResult({ meter, options, nowSeconds }: Simulation): SimulationResult {
  const { capacity, sums, peaks, points } = meter
  const span = nowSeconds
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : null)
  const at = (column: Float64Array, whole: number) => Array.from(column, (value) => share(value, whole))
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
    curve: {
      seconds: Array.from(points.seconds),
      cpu: at(points.cpu, capacity.cpu),
      memory: at(points.memory, capacity.memory),
      gpu: at(points.gpuMilli, capacity.gpuMilli),
      fragmentShare: Array.from(points.fragmentMilli, (fragment, point) =>
        share(fragment, capacity.gpuMilli - (points.gpuMilli[point] ?? 0)),
      ),
      waiting: Array.from(points.waiting),
      running: Array.from(points.running),
    },
  }
}
