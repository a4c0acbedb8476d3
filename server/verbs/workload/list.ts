import type { ListAtQuery, Page } from '@orrery/api/page.ts'
import type { Workload } from '@orrery/api/workload.ts'
import { listPage } from '../../db/list.ts'
import { workloadListSpec } from '../../db/workload.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { atCheck } from '../instant.ts'
import { usageFresh } from '../sample/fresh.ts'

export async function workloadList(ctx: Ctx, query: ListAtQuery): Promise<Page<Workload>> {
  requireRole(ctx, 'viewer')
  const at = atCheck(query.at, Date.now())
  const page = await listPage(ctx.database.db, workloadListSpec(at), query)
  return at === undefined ? { ...page, items: page.items.map((workload) => usageFresh(ctx, workload)) } : page
}
