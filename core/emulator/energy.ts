/** Power of hosts and carbon of sites. */
import type { EmulatorNodes, EmulatorSite } from './config.ts'

/** Idle power, and more for each core in use and each thousandth of a GPU given away. */
export function powerWatts(
  { power }: Pick<EmulatorNodes, 'power'>,
  cpuCoresUsed: number,
  gpuMilliAllocated: number,
): number {
  return power.idleWatts + power.wattsPerCore * cpuCoresUsed + (power.wattsPerGpu * gpuMilliAllocated) / 1000
}

/** Grams of CO2 equivalent per kWh at a site, and the renewable share of its energy. */
export function carbonAt(
  site: Pick<EmulatorSite, 'carbonGramsPerKwh' | 'renewableShare'>,
  nowSeconds: number,
): { carbonGramsPerKwh: number; renewableShare: number } {
  return {
    carbonGramsPerKwh: hourlyAt(site.carbonGramsPerKwh, nowSeconds),
    renewableShare: hourlyAt(site.renewableShare, nowSeconds),
  }
}

/** Between two full hours the value changes evenly; after 23 h comes 0 h. */
function hourlyAt(hours: readonly number[], nowSeconds: number): number {
  const hour = (((nowSeconds / 3600) % 24) + 24) % 24
  const from = hours[Math.floor(hour)] ?? 0
  const to = hours[(Math.floor(hour) + 1) % 24] ?? 0
  return from + (to - from) * (hour - Math.floor(hour))
}
