import { OrreryError } from '@orrery/api/errors.ts'
import { countInWords } from '@orrery/core/planner/words.ts'
import { siteFind, siteItem } from '../../db/site.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { settle } from '../settle.ts'
import { record, transaction } from '../transaction.ts'

/** Deletes a site that has no nodes left. Its history stays. */
export async function siteDelete(ctx: Ctx, ref: string): Promise<null> {
  requireRole(ctx, 'operator')
  await transaction(ctx, async (tx) => {
    const before = siteItem(found(await siteFind(tx, ref), 'site', ref))
    if (before.nodeCount > 0) {
      throw new OrreryError(
        'conflict',
        `Site '${before.name}' has ${countInWords(before.nodeCount, 'node')}. Delete or move them first.`,
      )
    }
    const deleted = await tx.deleteFrom('site').where('id', '=', before.id).returning('id').executeTakeFirst()
    // Somebody else's call may have been first.
    found(deleted, 'site', ref)
    await record(tx, ctx, 'site.delete', {
      subject: { kind: 'site', id: before.id, name: before.name },
      before,
    })
  })
  await settle(ctx, { sites: true })
  return null
}
