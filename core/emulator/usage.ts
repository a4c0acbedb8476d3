/**
 * What emulated workloads and hosts use. A workload follows a recorded series where it has one, else a made-up daily
 * curve with jitter; a host uses the sum of what its workloads use, and a little itself.
 */
import type { Demand } from '@orrery/api/quantity.ts'
import { type SampleField, sampleFields } from '@orrery/api/sample.ts'
import { randomAt, randomBeta, randomStream } from '../random.ts'
import type { SeriesRow } from '../trace/series.ts'
import type { EmulatorConfig, EmulatorNodes } from './config.ts'
import { powerWatts } from './energy.ts'

export type MachineUsage = Record<Exclude<SampleField, 'powerWatts'>, number>
export type HostUsage = Record<SampleField, number>

export type UsageSubject = {
  /** the same for as long as the workload lives, wherever it runs */
  key: string
  demand: Demand
  /** when it began, in emulated seconds since 1970: a series is followed from its first row on */
  startSeconds: number
}

/** Never more cores and memory than the workload asked for. */
export function usageAt(
  config: EmulatorConfig,
  subject: UsageSubject,
  nowSeconds: number,
  series?: readonly SeriesRow[],
): MachineUsage {
  const usage = syntheticUsage(config, subject, nowSeconds)
  const row = series === undefined ? null : seriesRowAt(series, nowSeconds - subject.startSeconds)
  if (row !== null) {
    sampleFields.forEach((field, index) => {
      const value = row.values[index]
      if (value !== null && value !== undefined && field !== 'powerWatts') usage[field] = value
    })
  }
  usage.cpuCores = Math.min(usage.cpuCores, subject.demand.cpuCores)
  usage.memoryBytes = Math.min(Math.round(usage.memoryBytes), subject.demand.memoryBytes)
  return usage
}

/**
 * The row that holds after so many seconds: each lasts until the next, and after the last the series begins anew. The
 * last lasts as long as the rows do on average.
 */
export function seriesRowAt(series: readonly SeriesRow[], elapsedSeconds: number): SeriesRow | null {
  const first = series[0]
  const last = series[series.length - 1]
  if (first === undefined || last === undefined) return null
  const span = last.atMicros - first.atMicros
  if (span <= 0) return first
  const period = span + span / (series.length - 1)
  const into = first.atMicros + ((((elapsedSeconds * 1e6) % period) + period) % period)
  let low = 0
  let high = series.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((series[middle]?.atMicros ?? 0) <= into) low = middle
    else high = middle - 1
  }
  return series[low] ?? null
}

const day = 86_400
const mib = 1024 ** 2

/** Each workload has its own level, its own busy hour and its own appetite for disk and network, drawn from its key. */
function syntheticUsage(config: EmulatorConfig, subject: UsageSubject, nowSeconds: number): MachineUsage {
  const { demand, key } = subject
  const character = randomStream(config.seed, 'usage', key)
  const level = randomBeta(character, 2, 3)
  const memoryLevel = randomBeta(character, 5, 3)
  const swing = randomBeta(character, 2, 3)
  // Most are busy by day, with the peak spread around 14 h UTC.
  const peakHour = 9 + 10 * randomBeta(character, 2, 2)
  const [disk, net] = [randomBeta(character, 1, 4), randomBeta(character, 1, 3)]
  const curve = 1 + swing * Math.cos(2 * Math.PI * (nowSeconds / day - peakHour / 24))
  const jitter = (what: string) => 1 + config.noise * (2 * smooth(config, `${key} ${what}`, nowSeconds) - 1)
  const cpuShare = clamp(level * curve * jitter('cpu'), 0.005, 1)
  const memoryShare = clamp(
    memoryLevel * (1 + 0.1 * swing * (curve - 1)) * (1 + (jitter('memory') - 1) / 4),
    0.05,
    1,
  )
  const busy = cpuShare * demand.cpuCores
  return {
    cpuCores: busy,
    memoryBytes: memoryShare * demand.memoryBytes,
    diskReadBytesPerSecond: Math.round(busy * disk * 8 * mib * jitter('read')),
    diskWriteBytesPerSecond: Math.round(busy * disk * 5 * mib * jitter('write')),
    netRxBytesPerSecond: Math.round(busy * net * 3 * mib * jitter('rx')),
    netTxBytesPerSecond: Math.round(busy * net * 2 * mib * jitter('tx')),
  }
}

/** Between 0 and 1: one draw for each bucket of time, with a straight line from one to the next. */
function smooth(config: EmulatorConfig, label: string, nowSeconds: number): number {
  const at = nowSeconds / (config.sampleSeconds * 5)
  const bucket = Math.floor(at)
  const from = randomAt(config.seed, label, bucket)
  return from + (randomAt(config.seed, label, bucket + 1) - from) * (at - bucket)
}

/**
 * What a host uses while it runs these machines. Cores and memory stop at its capacity: on an overcommitted host the
 * machines then get less than they would use. `gpuMilli` is what is given away of its GPUs, for its power.
 */
export function hostUsage(
  group: Pick<EmulatorNodes, 'capacity' | 'power' | 'baseCpuShare' | 'baseMemoryBytes'>,
  machines: readonly MachineUsage[],
  gpuMilli: number,
): HostUsage {
  const { capacity } = group
  const total = (field: keyof MachineUsage) => machines.reduce((sum, usage) => sum + usage[field], 0)
  const cpuCores = Math.min(capacity.cpuCores, group.baseCpuShare * capacity.cpuCores + total('cpuCores'))
  return {
    cpuCores,
    memoryBytes: Math.min(capacity.memoryBytes, group.baseMemoryBytes + total('memoryBytes')),
    diskReadBytesPerSecond: total('diskReadBytesPerSecond'),
    diskWriteBytesPerSecond: total('diskWriteBytesPerSecond'),
    netRxBytesPerSecond: total('netRxBytesPerSecond'),
    netTxBytesPerSecond: total('netTxBytesPerSecond'),
    powerWatts: powerWatts(group, cpuCores, gpuMilli),
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
