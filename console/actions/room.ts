/** Whether a demand fits a node, and what is missing when it does not. The database decides; this tells before asking it. */
import type { Node } from '@orrery/api/node.ts'
import type { DemandInput } from '@orrery/api/quantity.ts'
import { bytes, figures } from '../words/quantity.ts'

type Room = Pick<Node, 'capacity' | 'allocated'>

/** Null when it fits. `ratio` is the site's overcommit ratio; null is without limit. */
export function shortage(node: Room, demand: DemandInput, ratio: number | null = 1): string | null {
  if (ratio === null) return null
  const { capacity, allocated } = node
  const missing: string[] = []
  const cpu = demand.cpuCores - (capacity.cpuCores * ratio - allocated.cpuCores)
  const memory = demand.memoryBytes - (capacity.memoryBytes * ratio - allocated.memoryBytes)
  if (cpu > 1e-9) missing.push(`${figures(cpu)} cores`)
  if (memory > 0) missing.push(`${bytes(memory)} of memory`)
  const gpu = demand.gpu
  if (gpu !== undefined && gpu.count > 0) {
    const milli = gpu.milli ?? 1000
    const free = capacity.gpus.filter(
      (device, index) =>
        device.milli - (allocated.gpuMilli[index] ?? 0) >= milli &&
        (gpu.models === undefined || gpu.models.length === 0 || gpu.models.includes(device.model)),
    ).length
    if (free < gpu.count) missing.push(`${gpu.count - free} of ${gpu.count} GPUs`)
  }
  return missing.length === 0 ? null : `It lacks ${missing.join(', ')}.`
}
