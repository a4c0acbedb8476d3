/**
 * Between the environment's units and ours. It follows OpenNebula: 100 is one core; memory is bytes as a double. What a
 * client wrote is kept beside the native numbers (`compat`), since it reads back exactly what it wrote: negative, absurd
 * and fractional sizes too.
 */
import { bytesMax, cpuCoresMax } from '@orrery/api/quantity.ts'
import type { UsageNow } from './mirror-rows.ts'

const perCore = 100

/** Sizes as a client wrote them, and its initial usage where there was any. */
export type Compat = { total_cpu: number; total_memory: number; usage?: number[] }

/** The values of a row's usage, in the order in which hosts, VMs and metrics show them. */
export type Shown = readonly [
  cpu: number,
  memory: number,
  diskRead: number,
  diskWrite: number,
  netRx: number,
  netTx: number,
  energy: number,
]

/** Never less than asked, never beyond what the inventory counts; a negative size is none. */
export function sizeNative(body: { total_cpu: number; total_memory: number }): {
  cpuCores: number
  memoryBytes: number
} {
  return {
    cpuCores: Math.min(Math.max(0, body.total_cpu / perCore), cpuCoresMax),
    memoryBytes: Math.min(Math.max(0, Math.ceil(body.total_memory)), bytesMax),
  }
}

export function compatOf(
  body: { total_cpu: number; total_memory: number },
  usage: Shown,
): Record<string, unknown> {
  const { total_cpu, total_memory } = body
  const used = usage.some((value) => value !== 0)
  return { total_cpu, total_memory, ...(used ? { usage } : {}) } satisfies Compat | object
}

/** The totals of a row: as they were written, or those of the inventory in the environment's units. */
export function totalsShown(row: {
  compat: Record<string, unknown> | null
  cpuCores: number
  memoryBytes: number
}): {
  cpu: number
  memory: number
} {
  const { total_cpu: cpu, total_memory: memory } = row.compat ?? {}
  return {
    cpu: typeof cpu === 'number' ? cpu : percentOfCores(row.cpuCores),
    memory: typeof memory === 'number' ? memory : row.memoryBytes,
  }
}

/** Cores in the environment's unit, without the noise that a product of doubles brings (0.07 cores are 7). */
export function percentOfCores(cores: number): number {
  const product = cores * perCore
  return Number.isInteger(product) ? product : Number(product.toPrecision(15))
}

/** The latest usage of a row: what was last reported, else what it was created with, else nothing. */
export function usageShown(usage: UsageNow | undefined, compat: Record<string, unknown> | null): Shown {
  if (usage !== undefined) return valuesShown(usage.values)
  const initial: unknown = compat?.['usage']
  if (!Array.isArray(initial)) return nothing
  const value = (index: number) => (typeof initial[index] === 'number' ? initial[index] : 0)
  return [value(0), value(1), value(2), value(3), value(4), value(5), value(6)]
}
const nothing: Shown = [0, 0, 0, 0, 0, 0, 0]

/** Sample columns as a client sees them; a number that was reported in its unit reads back to the last bit. */
export function valuesShown(values: UsageNow['values']): Shown {
  const reported = values[7]
  const cpu = reported ?? percentOfCores(values[0] ?? 0)
  return [cpu, values[1] ?? 0, values[2] ?? 0, values[3] ?? 0, values[4] ?? 0, values[5] ?? 0, values[6] ?? 0]
}

/** The other way: sample columns with the number as it was written behind them. */
export function valuesOf(shown: Shown): number[] {
  const [cpu, memory, diskRead, diskWrite, netRx, netTx, energy] = shown
  return [cpu / perCore, memory, diskRead, diskWrite, netRx, netTx, energy, cpu]
}
