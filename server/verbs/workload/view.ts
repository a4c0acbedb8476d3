import { isUuid } from '@orrery/api/id.ts'
import type { Workload } from '@orrery/api/workload.ts'
import { workloadFind, workloadItem } from '../../db/workload.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { atCheck } from '../instant.ts'
import { usageFresh } from '../sample/fresh.ts'

export async function workloadView(ctx: Ctx, ref: string, query: { at?: string } = {}): Promise<Workload> {
  requireRole(ctx, 'viewer')
  const at = atCheck(query.at, Date.now())
  const row =
    at === undefined && isUuid(ref)
      ? await ctx.workloadReader.read(ref)
      : await workloadFind(ctx.database.db, ref, at)
  const workload = workloadItem(found(row, 'workload', ref))
  return at === undefined ? usageFresh(ctx, workload) : workload
}
