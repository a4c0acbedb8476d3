/**
 * What a simulation measures: sums over time between the events, exact whatever the step, and points of the same values
 * at even distances for curves.
 */
import type { PlannerInventory } from '../../inventory/model.ts'

/** What is given away and what waits, at one moment. CPU is micro-cores, memory bytes, GPU thousandths. */
export type Levels = {
  cpu: number
  memory: number
  gpuMilli: number
  /** idle GPU thousandths that are of no use to the target workload */
  fragmentMilli: number
  waiting: number
  running: number
}
const levelNames = ['cpu', 'memory', 'gpuMilli', 'fragmentMilli', 'waiting', 'running'] as const

export type Meter = {
  /** of the whole inventory, in the units of the levels */
  capacity: { cpu: number; memory: number; gpuMilli: number }
  levels: Levels
  /** levels times seconds */
  sums: Levels
  peaks: Levels
  /** tasks that ran from the beginning */
  standing: number
  arrived: number
  placed: number
  finished: number
  rejected: number
  waitSecondsSum: number
  waitSecondsMost: number
  points: { seconds: Float64Array } & Record<keyof Levels, Float64Array>
  /** points written so far */
  point: number
}

const pointCount = 201

/** `fragmentMilli`: of the inventory as it is at the beginning. */
export function meterCreate(
  { nodes, count }: PlannerInventory,
  horizonSeconds: number,
  fragmentMilli: number,
): Meter {
  const none = (): Levels => ({ cpu: 0, memory: 0, gpuMilli: 0, fragmentMilli: 0, waiting: 0, running: 0 })
  const points = { seconds: new Float64Array(pointCount) } as Meter['points'] // the rest follows in the loop
  for (const name of levelNames) points[name] = new Float64Array(pointCount)
  for (let at = 0; at < pointCount; at += 1) points.seconds[at] = (horizonSeconds * at) / (pointCount - 1)
  const capacity = { cpu: 0, memory: 0, gpuMilli: 0 }
  const levels = { ...none(), fragmentMilli }
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
    capacity,
    levels,
    sums: none(),
    peaks: { ...levels },
    standing: 0,
    arrived: 0,
    placed: 0,
    finished: 0,
    rejected: 0,
    waitSecondsSum: 0,
    waitSecondsMost: 0,
    points,
    point: 0,
  }
}

export function meterCopy(meter: Meter): Meter {
  const points = { ...meter.points }
  for (const name of levelNames) points[name] = points[name].slice()
  return { ...meter, levels: { ...meter.levels }, sums: { ...meter.sums }, peaks: { ...meter.peaks }, points }
}

/** Time goes on with the levels as they are: up to and without `toSeconds`, so that a point shows what holds from then on. */
export function meterAdvance(meter: Meter, fromSeconds: number, toSeconds: number): void {
  const { levels, sums, points } = meter
  while (meter.point < pointCount && (points.seconds[meter.point] ?? 0) < toSeconds) pointWrite(meter)
  for (const name of levelNames) sums[name] += levels[name] * (toSeconds - fromSeconds)
}

/** The levels were changed. */
export function meterPeak({ levels, peaks }: Meter): void {
  for (const name of levelNames) if (levels[name] > peaks[name]) peaks[name] = levels[name]
}

/** At the horizon: the points that are left show how it ended. */
export function meterEnd(meter: Meter): void {
  while (meter.point < pointCount) pointWrite(meter)
}

function pointWrite(meter: Meter): void {
  for (const name of levelNames) meter.points[name][meter.point] = meter.levels[name]
  meter.point += 1
}
