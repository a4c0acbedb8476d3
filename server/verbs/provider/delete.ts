import { OrreryError } from '@orrery/api/errors.ts'
import { countInWords } from '@orrery/core/planner/words.ts'
import { providerFind } from '../../db/provider.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { settle } from '../settle.ts'
import { record, transaction } from '../transaction.ts'
import { providerItem } from './item.ts'
import { assertNotManual } from './update.ts'

/** Deletes a provider that has no nodes left. */
export async function providerDelete(ctx: Ctx, ref: string): Promise<null> {
  requireRole(ctx, 'admin')
  await transaction(ctx, async (tx) => {
    const before = providerItem(ctx, found(await providerFind(tx, ref), 'provider', ref))
    assertNotManual(before)
    if (before.nodeCount > 0) {
      throw new OrreryError(
        'conflict',
        `Provider '${before.name}' has ${countInWords(before.nodeCount, 'node')}. Delete them first, or switch the provider off.`,
      )
    }
    const deleted = await tx
      .deleteFrom('provider')
      .where('id', '=', before.id)
      .returning('id')
      .executeTakeFirst()
    // Somebody else's call may have been first.
    found(deleted, 'provider', ref)
    await record(tx, ctx, 'provider.delete', {
      subject: { kind: 'provider', id: before.id, name: before.name },
      before,
    })
  })
  await settle(ctx, { providers: true })
  return null
}
