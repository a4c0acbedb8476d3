import type { Site, SiteCreate } from '@orrery/api/site.ts'
import { idNew } from '../../db/id.ts'
import { siteFind, siteItem } from '../../db/site.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { settle } from '../settle.ts'
import { record, transaction } from '../transaction.ts'

/** Creates a site. Its overcommit ratio is 1 unless given: capacity is given away once. */
export async function siteCreate(ctx: Ctx, input: SiteCreate): Promise<Site> {
  requireRole(ctx, 'operator')
  const site = await transaction(ctx, async (tx) => {
    const id = idNew<'site'>()
    await tx
      .insertInto('site')
      .values({
        id,
        name: input.name,
        kind: input.kind,
        geo: input.geo == null ? null : JSON.stringify(input.geo),
        carbon_grams_per_kwh: input.carbonGramsPerKwh ?? 0,
        renewable_share: input.renewableShare ?? 0,
        allowed_risk_levels: input.allowedRiskLevels ?? [],
        links: JSON.stringify(input.links ?? []),
        overcommit_ratio: input.overcommitRatio === undefined ? 1 : input.overcommitRatio,
        labels: JSON.stringify(input.labels ?? {}),
      })
      .execute()
    const row = await siteFind(tx, id)
    if (row === null) throw new Error('a site that was just inserted is not there')
    const item = siteItem(row)
    await record(tx, ctx, 'site.create', { subject: { kind: 'site', id, name: item.name }, after: item })
    return item
  })
  await settle(ctx, { sites: true })
  return site
}
