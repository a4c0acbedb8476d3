/** The facade's own place in the inventory: a site whose capacity is given away without limit, as its original did. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { Ctx } from '../../verbs/context.ts'
import { siteCreate } from '../../verbs/site/create.ts'

export const siteName = 'envserver'
export const providerName = 'manual'

/** Makes the site unless it is there. An operator may give it an overcommit ratio; it is never put back. */
export async function siteEnsure(ctx: Ctx): Promise<void> {
  const known = [...ctx.mirror.sites.values()].some((site) => site.name === siteName)
  if (known) return
  try {
    await siteCreate(ctx, { name: siteName, kind: 'cloud', overcommitRatio: null })
  } catch (error) {
    // Another replica made it at the same moment.
    if (!(error instanceof OrreryError && error.code === 'conflict')) throw error
    await ctx.mirror.refresh({ sites: true })
  }
}
