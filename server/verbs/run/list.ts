import type { ListQuery, Page } from '@orrery/api/page.ts'
import type { RunSummary } from '@orrery/api/run.ts'
import { listPage } from '../../db/list.ts'
import { runListSpec } from '../../db/run.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'

export async function runList(ctx: Ctx, query: ListQuery): Promise<Page<RunSummary>> {
  requireRole(ctx, 'viewer')
  return listPage(ctx.database.db, runListSpec(), query)
}
