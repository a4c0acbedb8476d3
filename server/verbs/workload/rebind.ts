import type { Placed } from '../../db/placer.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { placeRefusal, placementApply } from './place.ts'

/**
 * Binds to a node wherever the workload is now, in one statement: the place it had is given back. For a protocol whose
 * bind overwrites. A workload that is gone by now is no error to it: answers false and does nothing.
 */
export async function workloadRebind(
  ctx: Ctx,
  workloadId: string,
  node: { id: string; name: string; providerId: string },
): Promise<boolean> {
  requireRole(ctx, 'operator')
  const reason = `bound by ${ctx.actor.name}`
  const placed = await placementApply(ctx, { workloadId, mode: 'rebind', node, reason })
  return happened(ctx, placed, node.name)
}

/** Unbinds if it is bound. Answers false when there was nothing to unbind. */
export async function workloadRelease(ctx: Ctx, workloadId: string): Promise<boolean> {
  requireRole(ctx, 'operator')
  const reason = `unbound by ${ctx.actor.name}`
  const placed = await placementApply(ctx, { workloadId, mode: 'unbind', node: null, reason })
  ctx.nudge('plan')
  return placed.outcome !== 'not_bound' && happened(ctx, placed, '')
}

function happened(ctx: Ctx, placed: Placed, node: string): boolean {
  if (placed.outcome === 'no_workload') return false
  if (placed.outcome === 'ok') return true
  const workload = ctx.mirror.workloads.get(placed.workloadId)?.name ?? placed.workloadId
  throw placeRefusal(ctx, placed, { workload, node })
}
