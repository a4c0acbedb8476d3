import type { ListQuery, Page } from '@orrery/api/page.ts'
import type { Policy } from '@orrery/api/policy.ts'
import { listPage } from '../../db/list.ts'
import { policyListSpec } from '../../db/policy.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'

export async function policyList(ctx: Ctx, query: ListQuery): Promise<Page<Policy>> {
  requireRole(ctx, 'viewer')
  return listPage(ctx.database.db, policyListSpec(), query)
}
