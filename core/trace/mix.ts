/**
 * The synthetic mix: what the demonstration draws its workloads from when there is no trace. The numbers are made up to
 * look like a small continuum; nothing is measured. Arrivals are a Poisson process whose rate follows the hour of the
 * day; lives are exponential, so that one that stands already is like one that just came.
 */
import type { Demand } from '@orrery/api/quantity.ts'
import type { Workload } from '@orrery/api/workload.ts'
import { type RandomStream, randomExponential, randomFloat, randomStream } from '../random.ts'
import type { TraceTask } from './model.ts'

export const mixPlaces = ['cloud', 'edge', 'lab', 'home'] as const
export type MixPlace = (typeof mixPlaces)[number]

export type MixSize = {
  name: string
  kind: Workload['kind']
  /** how often, against the other sizes of the place */
  weight: number
  lifeSeconds: number
  demand: Demand
}

export type Mix = {
  title: string
  sizes: readonly MixSize[]
  /** The rate is 1 + swing at the peak hour (UTC) and 1 - swing twelve hours from it, following a cosine. */
  peakHour: number
  swing: number
}

export type MixTask = TraceTask & { kind: Workload['kind']; place: MixPlace; size: string }

const gib = 1024 ** 3
const mib = 1024 ** 2
const hour = 3600

function size(
  name: string,
  kind: Workload['kind'],
  weight: number,
  lifeSeconds: number,
  [cpuCores, memoryBytes, diskBytes]: [number, number, number],
  gpu: Partial<Demand['gpu']> = {},
): MixSize {
  const demand = { cpuCores, memoryBytes, diskBytes, gpu: { count: 0, milli: 0, models: [], ...gpu } }
  return { name, kind, weight, lifeSeconds, demand }
}

export const mixes: Readonly<Record<MixPlace, Mix>> = {
  cloud: {
    title: 'Virtual machines and services that come in office hours and stay for hours to days',
    peakHour: 14,
    swing: 0.4,
    sizes: [
      size('web', 'vm', 30, 48 * hour, [1, 2 * gib, 10 * gib]),
      size('service', 'vm', 20, 72 * hour, [2, 8 * gib, 20 * gib]),
      size('database', 'vm', 8, 168 * hour, [8, 32 * gib, 200 * gib]),
      size('batch', 'container', 25, 2 * hour, [4, 8 * gib, 10 * gib]),
      size('function', 'runtime', 12, 6 * hour, [1, 2 * gib, 2 * gib]),
      size('training', 'container', 5, 12 * hour, [8, 64 * gib, 100 * gib], { count: 1, milli: 1000 }),
    ],
  },
  edge: {
    title: 'Function runtimes and inference near to where people are, busiest in the evening',
    peakHour: 18,
    swing: 0.6,
    sizes: [
      size('runtime', 'runtime', 40, 3 * hour, [1, 1 * gib, 1 * gib]),
      size('gateway', 'container', 15, 72 * hour, [0.5, 512 * mib, 1 * gib]),
      size('filter', 'module', 30, 1 * hour, [0.25, 256 * mib, 0]),
      size('inference', 'container', 15, 4 * hour, [2, 4 * gib, 8 * gib], { count: 1, milli: 250 }),
    ],
  },
  lab: {
    title: 'Seats of courses and the executions that students start, hardly any at night',
    peakHour: 11,
    swing: 0.9,
    sizes: [
      size('seat', 'seat', 60, 2 * hour, [2, 4 * gib, 20 * gib]),
      size('workstation', 'seat', 15, 3 * hour, [4, 8 * gib, 40 * gib], { count: 1, milli: 500 }),
      size('solver', 'container', 25, 0.5 * hour, [4, 8 * gib, 5 * gib]),
    ],
  },
  home: {
    title: 'Small modules on devices, busiest when people are at home',
    peakHour: 20,
    swing: 0.5,
    sizes: [
      size('sensor', 'module', 60, 24 * hour, [0.1, 64 * mib, 0]),
      size('camera', 'module', 25, 8 * hour, [0.5, 256 * mib, 0]),
      size('assistant', 'module', 15, 2 * hour, [1, 512 * mib, 0]),
    ],
  },
}

export type MixOptions = {
  seed: number
  place: MixPlace
  /** how many there are at once, on average over a day */
  standing: number
  /** seconds since midnight UTC of any day; the first tasks come then */
  startSeconds: number
}

/** How busy an hour is against the day's mean. */
export function mixRate(place: MixPlace, atSeconds: number): number {
  const { peakHour, swing } = mixes[place]
  return 1 + swing * Math.cos((2 * Math.PI * (atSeconds / hour - peakHour)) / 24)
}

/**
 * Tasks in order of arrival, without end: first `standing` that are there at the start, then new ones. The same
 * options give the same tasks.
 */
export function* mixTasks({ seed, place, standing, startSeconds }: MixOptions): Generator<MixTask, never> {
  const random = randomStream(seed, 'mix', place)
  const { sizes, swing } = mixes[place]
  // New ones come by weight; those that stand are more often the long-lived, in proportion to their lives.
  const present = sizes.map((each) => each.weight * each.lifeSeconds)
  const coming = sizes.map((each) => each.weight)
  const meanLife = sum(present) / sum(coming)
  let number = 0
  const task = (weights: readonly number[], atSeconds: number): MixTask => {
    const drawn = drawSize(random, sizes, weights)
    number += 1
    return {
      name: `${place}-${drawn.name}-${String(number).padStart(5, '0')}`,
      place,
      size: drawn.name,
      kind: drawn.kind,
      demand: drawn.demand,
      arrivalSeconds: atSeconds,
      departureSeconds: atSeconds + Math.max(1, Math.round(randomExponential(random, drawn.lifeSeconds))),
    }
  }
  for (let count = 0; count < standing; count += 1) yield task(present, startSeconds)
  // Thinning (Lewis and Shedler, 1979): draw at the highest rate, keep with the share that the hour has of it.
  const meanGap = meanLife / Math.max(standing, 1e-9) / (1 + swing)
  for (let atSeconds = startSeconds; ;) {
    atSeconds += randomExponential(random, meanGap)
    if (randomFloat(random) * (1 + swing) < mixRate(place, atSeconds))
      yield task(coming, Math.round(atSeconds))
  }
}

function drawSize(random: RandomStream, sizes: readonly MixSize[], weights: readonly number[]): MixSize {
  let left = randomFloat(random) * sum(weights)
  for (const [index, size] of sizes.entries()) {
    left -= weights[index] ?? 0
    if (left < 0) return size
  }
  // Rounding may leave a hair; every mix has at least one size.
  return sizes[sizes.length - 1] as MixSize
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
