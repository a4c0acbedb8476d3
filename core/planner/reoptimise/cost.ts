/**
 * What a move costs: what must be copied, and how long that takes. A live migration copies the memory while the workload
 * runs, and what it writes meanwhile once more (Clark et al., "Live migration of virtual machines", NSDI 2005); how much
 * that is nobody knows beforehand, so that the seconds are those of one copy.
 */
import type { PlannerInventory, PlannerWorkload } from '../../inventory/model.ts'

export type MoveCost = { seconds: number; bytes: number }

export type MoveRates = { withinSiteMbps: number; betweenSitesMbps: number; setupSeconds: number }

export const moveRatesUsual: MoveRates = { withinSiteMbps: 10_000, betweenSitesMbps: 1000, setupSeconds: 2 }

export function moveCost(
  { nodes }: PlannerInventory,
  { demand }: Pick<PlannerWorkload, 'demand'>,
  fromIndex: number,
  toIndex: number,
  rates: MoveRates = moveRatesUsual,
): MoveCost {
  const bytes = demand.memoryBytes + demand.diskBytes
  const mbps = nodes.site[fromIndex] === nodes.site[toIndex] ? rates.withinSiteMbps : rates.betweenSitesMbps
  return { seconds: rates.setupSeconds + (8 * bytes) / (mbps * 1e6), bytes }
}
