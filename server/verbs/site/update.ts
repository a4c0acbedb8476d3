import { sql } from 'kysely'
import type { Site, SiteUpdate } from '@orrery/api/site.ts'
import { siteFind, siteItem } from '../../db/site.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { settle } from '../settle.ts'
import { record, transaction } from '../transaction.ts'

/** Changes a site. A smaller overcommit ratio moves nothing: it only keeps more from being placed. */
export async function siteUpdate(ctx: Ctx, ref: string, input: SiteUpdate): Promise<Site> {
  requireRole(ctx, 'operator')
  const site = await transaction(ctx, async (tx) => {
    const { id } = found(await siteFind(tx, ref), 'site', ref)
    await sql`select 1 from site where id = ${id} for no key update`.execute(tx)
    const before = siteItem(found(await siteFind(tx, id), 'site', ref))
    await tx
      .updateTable('site')
      .set({
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(input.kind === undefined ? {} : { kind: input.kind }),
        ...(input.geo === undefined ? {} : { geo: input.geo === null ? null : JSON.stringify(input.geo) }),
        ...(input.carbonGramsPerKwh === undefined ? {} : { carbon_grams_per_kwh: input.carbonGramsPerKwh }),
        ...(input.renewableShare === undefined ? {} : { renewable_share: input.renewableShare }),
        ...(input.allowedRiskLevels === undefined ? {} : { allowed_risk_levels: input.allowedRiskLevels }),
        ...(input.links === undefined ? {} : { links: JSON.stringify(input.links) }),
        ...(input.overcommitRatio === undefined ? {} : { overcommit_ratio: input.overcommitRatio }),
        ...(input.labels === undefined ? {} : { labels: JSON.stringify(input.labels) }),
        version: sql`version`,
      })
      .where('id', '=', id)
      .execute()
    if (input.overcommitRatio !== undefined) {
      // Held first, so that the limits are those of the capacities as they are now.
      await sql`select 1 from node_allocation where node_id in (select id from node where site_id = ${id})
        order by node_id for update`.execute(tx)
      await sql`select node_allocation_limits(id) from (select id from node where site_id = ${id} order by id) n`.execute(
        tx,
      )
    }
    const after = siteItem(found(await siteFind(tx, id), 'site', ref))
    await record(tx, ctx, 'site.update', {
      subject: { kind: 'site', id: after.id, name: after.name },
      before,
      after,
    })
    return after
  })
  await settle(ctx, { sites: true })
  ctx.nudge('plan')
  return site
}
