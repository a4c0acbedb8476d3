import { inventoryCopy } from '../inventory.ts'
import type { PlannerInventory, PlannerWorkload } from '../inventory/model.ts'
import { inventoryReserve } from '../inventory/reserve.ts'
import type { PlannerPolicy } from '../policy/model.ts'
import { type PlacementDecision, decide } from './decide.ts'
import { pendingOrder } from './order.ts'

/**
 * Decides for many workloads, each seeing the room that those before it took: higher priority first, then in the
 * order given (arrival), or as the policy orders. The inventory is not changed. The decisions come in the order they were made.
 *
 * While places are only taken, what did not fit does not fit later: a workload that asks for the same as one that
 * waits gets its answer without another search, with the counts of that moment.
 */
export function planPending(
  inventory: PlannerInventory,
  workloads: readonly PlannerWorkload[],
  policy: PlannerPolicy,
  random?: () => number,
): PlacementDecision[] {
  const imagined = inventoryCopy(inventory)
  const waiting = new Map<string, PlacementDecision>()
  return pendingOrder(inventory, policy, workloads).map((workload) => {
    const asks = JSON.stringify([workload.demand, workload.constraints])
    const same = waiting.get(asks)
    if (same !== undefined) return { ...same, workloadId: workload.id, workloadName: workload.name }
    const decision = decide(imagined, workload, policy, random)
    if (decision.nodeIndex === null) waiting.set(asks, decision)
    else inventoryReserve(imagined, decision.nodeIndex, workload, decision.gpuIndexes)
    return decision
  })
}
