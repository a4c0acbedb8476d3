import type { Observation } from '../../providers/provider.ts'
import type { Ctx } from '../../verbs/context.ts'
import { siteUpdate } from '../../verbs/site/update.ts'

/** Grams per kWh and share by which a site must have moved before the inventory follows: every change is history. */
const carbonStep = 5
const renewableStep = 0.02

/** Follows the grid: carbon intensity and renewable share of the sites that the provider stands at. */
export async function sitesObserve(ctx: Ctx, observation: Observation): Promise<void> {
  if (observation.sites.length === 0) return
  const sites = new Map([...ctx.mirror.sites.values()].map((site) => [site.name, site]))
  for (const observed of observation.sites) {
    const site = sites.get(observed.name)
    if (site === undefined) continue
    const carbonGramsPerKwh = Math.round(observed.carbonGramsPerKwh * 10) / 10
    const renewableShare = Math.round(observed.renewableShare * 1000) / 1000
    const moved =
      Math.abs(carbonGramsPerKwh - site.carbonGramsPerKwh) >= carbonStep ||
      Math.abs(renewableShare - site.renewableShare) >= renewableStep
    if (moved) await siteUpdate(ctx, site.id, { carbonGramsPerKwh, renewableShare })
  }
}
