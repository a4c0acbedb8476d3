import type { Policy } from '@orrery/api/policy.ts'
import { policyFind, policyItem } from '../../db/policy.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'

export async function policyView(ctx: Ctx, ref: string): Promise<Policy> {
  requireRole(ctx, 'viewer')
  return policyItem(found(await policyFind(ctx.database.db, ref), 'policy', ref))
}
