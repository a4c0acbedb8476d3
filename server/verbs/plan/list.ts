import type { ListQuery, Page } from '@orrery/api/page.ts'
import type { PlanSummary } from '@orrery/api/plan.ts'
import { listPage } from '../../db/list.ts'
import { planListSpec } from '../../db/plan.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'

export async function planList(ctx: Ctx, query: ListQuery): Promise<Page<PlanSummary>> {
  requireRole(ctx, 'viewer')
  return listPage(ctx.database.db, planListSpec(), query)
}
