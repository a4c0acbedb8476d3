import type { Dataset } from '@orrery/api/dataset.ts'
import type { ListQuery, Page } from '@orrery/api/page.ts'
import { datasetListSpec } from '../../db/dataset.ts'
import { listPage } from '../../db/list.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'

export async function datasetList(ctx: Ctx, query: ListQuery): Promise<Page<Dataset>> {
  requireRole(ctx, 'viewer')
  return listPage(ctx.database.db, datasetListSpec(), query)
}
