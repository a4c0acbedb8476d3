import type { Demand, DemandInput } from '@orrery/api/quantity.ts'
import { bytes, cores, figures } from '../words/quantity.ts'

/** `4 cores, 8 GiB, 2 × 0.5 GPU`. */
export function demandWords(demand: Demand | DemandInput): string {
  const gpu = demand.gpu
  return [
    cores(demand.cpuCores),
    bytes(demand.memoryBytes),
    (demand.diskBytes ?? 0) > 0 ? `${bytes(demand.diskBytes)} disk` : '',
    gpu !== undefined && gpu.count > 0 ? `${gpu.count} × ${figures((gpu.milli ?? 1000) / 1000)} GPU` : '',
  ]
    .filter((part) => part !== '')
    .join(', ')
}
