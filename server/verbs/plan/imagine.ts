import { inventoryCopy } from '@orrery/core/inventory.ts'
import type { PlannerInventory } from '@orrery/core/inventory/model.ts'
import { inventoryReserve } from '@orrery/core/inventory/reserve.ts'
import type { StepAhead } from '../../db/plan-open.ts'
import type { Ctx } from '../context.ts'
import { plannerWorkload } from './live.ts'

/** A copy of the live inventory in which the places that open plans will take are taken already. */
export function imagine(ctx: Pick<Ctx, 'planner' | 'mirror'>, ahead: readonly StepAhead[]): PlannerInventory {
  const imagined = { ...inventoryCopy(ctx.planner.inventory), target: ctx.planner.target }
  for (const { kind, workloadId, nodeId, gpuIndexes } of ahead) {
    if ((kind !== 'place' && kind !== 'migrate') || workloadId === null || nodeId === null) continue
    const row = ctx.mirror.workloads.get(workloadId)
    const node = imagined.indexes.get(nodeId)
    // What is gone takes no room; what arrived there meanwhile is counted by the mirror.
    if (row === undefined || node === undefined || row.nodeId === nodeId) continue
    const devices = imagined.nodes.gpuCount[node] ?? 0
    inventoryReserve(
      imagined,
      node,
      plannerWorkload(row),
      gpuIndexes.filter((index) => index < devices),
    )
  }
  return imagined
}
