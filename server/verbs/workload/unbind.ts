import type { Workload } from '@orrery/api/workload.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { workloadIdOf } from './bind.ts'
import { type Placement, placementMake } from './place.ts'

/** Leaves the node and waits again. With `autoPlace` the plan loop finds it another place. */
export async function workloadUnbind(ctx: Ctx, ref: string, input: { reason?: string }): Promise<Workload> {
  requireRole(ctx, 'operator')
  const placement: Placement = {
    workloadId: await workloadIdOf(ctx, ref),
    mode: 'unbind',
    node: null,
    reason: input.reason ?? `unbound by ${ctx.actor.name}`,
  }
  const workload = await placementMake(ctx, placement, { workload: ref, node: '' })
  ctx.nudge('plan')
  return workload
}
