import type { ListAtQuery, Page } from '@orrery/api/page.ts'
import type { Site } from '@orrery/api/site.ts'
import { listPage } from '../../db/list.ts'
import { siteListSpec } from '../../db/site.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { atCheck } from '../instant.ts'

export async function siteList(ctx: Ctx, query: ListAtQuery): Promise<Page<Site>> {
  requireRole(ctx, 'viewer')
  return listPage(ctx.database.db, siteListSpec(atCheck(query.at, Date.now())), query)
}
