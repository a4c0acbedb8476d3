/** Quantities of a scenario, which its schema has let through, as numbers. */
import type { ScenarioDemand } from '@orrery/api/scenario.ts'
import type { Demand } from '@orrery/api/quantity.ts'
import { bytesParse, coresParse, durationParse } from '../../quantity.ts'

type Written = string | number

export function secondsOf(written: Written): number {
  return typeof written === 'number' ? written : (durationParse(written) ?? Number.NaN)
}

export function bytesOf(written: Written): number {
  return typeof written === 'number' ? Math.ceil(written) : (bytesParse(written) ?? Number.NaN)
}

export function coresOf(written: Written): number {
  return typeof written === 'number' ? written : (coresParse(written) ?? Number.NaN)
}

/** `80%` or 0.8. */
export function shareOf(written: Written): number {
  return typeof written === 'number' ? written : Number(written.replace('%', '')) / 100
}

export function demandRead(given: ScenarioDemand): Demand {
  const { gpus = 0, gpuShare = 1, gpuModels = [] } = given
  return {
    cpuCores: coresOf(given.cpuCores),
    memoryBytes: bytesOf(given.memory),
    diskBytes: bytesOf(given.disk ?? 0),
    gpu: { count: gpus, milli: gpus === 0 ? 0 : Math.ceil(1000 * shareOf(gpuShare)), models: gpuModels },
  }
}
