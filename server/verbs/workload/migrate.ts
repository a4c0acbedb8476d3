import type { Workload, WorkloadBind } from '@orrery/api/workload.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { workloadIdOf } from './bind.ts'
import { nodeTarget, placedWorkload, placementApply } from './place.ts'

/** Moves to another node: room there is reserved and room here is given back in one statement. */
export async function workloadMigrate(ctx: Ctx, ref: string, input: WorkloadBind): Promise<Workload> {
  requireRole(ctx, 'operator')
  const node = await nodeTarget(ctx, input.node)
  const placed = await placementApply(ctx, {
    workloadId: await workloadIdOf(ctx, ref),
    mode: 'migrate',
    node,
    reason: input.reason ?? `migrated by ${ctx.actor.name}`,
  })
  return placedWorkload(ctx, placed, { workload: ref, node: node.name })
}
