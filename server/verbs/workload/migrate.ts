import type { Workload, WorkloadBind } from '@orrery/api/workload.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { workloadIdOf } from './bind.ts'
import { type Placement, nodeTarget, placementMake } from './place.ts'

/** Moves to another node: room there is reserved and room here is given back in one statement. */
export async function workloadMigrate(ctx: Ctx, ref: string, input: WorkloadBind): Promise<Workload> {
  requireRole(ctx, 'operator')
  const node = await nodeTarget(ctx, input.node)
  const placement: Placement = {
    workloadId: await workloadIdOf(ctx, ref),
    mode: 'migrate',
    node,
    reason: input.reason ?? `migrated by ${ctx.actor.name}`,
  }
  return placementMake(ctx, placement, { workload: ref, node: node.name })
}
