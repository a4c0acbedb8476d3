import type { Site } from '@orrery/api/site.ts'
import { siteFind, siteItem } from '../../db/site.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { atCheck } from '../instant.ts'

export async function siteView(ctx: Ctx, ref: string, query: { at?: string } = {}): Promise<Site> {
  requireRole(ctx, 'viewer')
  return siteItem(found(await siteFind(ctx.database.db, ref, atCheck(query.at, Date.now())), 'site', ref))
}
