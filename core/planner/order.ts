/** In which order those who wait are decided for. */
import type { Demand } from '@orrery/api/quantity.ts'
import { demandCpu } from '../inventory/reserve.ts'
import type { PlannerInventory, PlannerWorkload } from '../inventory/model.ts'
import type { PlannerPolicy } from '../policy/model.ts'

/**
 * How large a demand is: the largest of its shares of the largest node's cores, memory and GPUs. First fit decreasing
 * takes the largest first (Johnson, "Near-optimal bin packing algorithms", MIT 1973; for several resources Panigrahy et
 * al., "Heuristics for vector bin packing", 2011).
 */
export function demandSize({ largest }: PlannerInventory, demand: Demand): number {
  const share = (asked: number, whole: number) => (whole > 0 ? asked / whole : 0)
  return Math.max(
    share(demandCpu(demand), largest.cpu),
    share(demand.memoryBytes, largest.memory),
    share(demand.gpu.count * demand.gpu.milli, largest.gpuMilli),
  )
}

/** Higher priority first, then as the policy orders, then as given. */
export function pendingOrder<Workload extends Pick<PlannerWorkload, 'priority' | 'demand'>>(
  inventory: PlannerInventory,
  policy: Pick<PlannerPolicy, 'order'>,
  workloads: readonly Workload[],
): Workload[] {
  if (policy.order !== 'decreasing') return workloads.toSorted((a, b) => b.priority - a.priority)
  return workloads
    .map((workload) => ({ workload, size: demandSize(inventory, workload.demand) }))
    .toSorted((a, b) => b.workload.priority - a.workload.priority || b.size - a.size)
    .map(({ workload }) => workload)
}
