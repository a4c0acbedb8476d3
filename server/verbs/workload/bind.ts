import type { Workload, WorkloadBind } from '@orrery/api/workload.ts'
import { isUuid } from '@orrery/api/id.ts'
import { workloadFind } from '../../db/workload.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { type Placement, nodeTarget, placementMake } from './place.ts'

/** Reserves room on a node and starts there. Refused with the numbers when there is no room. */
export async function workloadBind(ctx: Ctx, ref: string, input: WorkloadBind): Promise<Workload> {
  requireRole(ctx, 'operator')
  const node = await nodeTarget(ctx, input.node)
  const workloadId = await workloadIdOf(ctx, ref)
  const placement: Placement = {
    workloadId,
    mode: 'bind',
    node,
    reason: input.reason ?? `bound by ${ctx.actor.name}`,
  }
  return placementMake(ctx, placement, { workload: ref, node: node.name })
}

/** An id as it is; a name looked up. */
export async function workloadIdOf(ctx: Ctx, ref: string): Promise<string> {
  if (isUuid(ref)) return ref
  return found(await workloadFind(ctx.database.db, ref), 'workload', ref).id
}
