import type { Operation } from '@orrery/api/operation.ts'
import type { ListQuery, Page } from '@orrery/api/page.ts'
import { listPage } from '../../db/list.ts'
import { operationListSpec } from '../../db/operation.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'

export async function operationList(ctx: Ctx, query: ListQuery): Promise<Page<Operation>> {
  requireRole(ctx, 'viewer')
  return listPage(ctx.database.db, operationListSpec(), query)
}
