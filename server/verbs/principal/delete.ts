import { OrreryError } from '@orrery/api/errors.ts'
import { principalFind } from '../../db/principal.ts'
import { principalItem } from '../../db/token.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { record, transaction } from '../transaction.ts'
import { adminsHold, assertAdminLeft } from './update.ts'

/** Deletes a principal and its tokens. Its events stay. */
export async function principalDelete(ctx: Ctx, ref: string): Promise<null> {
  requireRole(ctx, 'admin')
  await transaction(ctx, async (tx) => {
    await adminsHold(tx)
    const before = principalItem(found(await principalFind(tx, ref), 'principal', ref))
    if (before.kind === 'system')
      throw new OrreryError('conflict', `'${before.name}' is part of the program; it cannot be deleted.`)
    await tx.deleteFrom('principal').where('id', '=', before.id).execute()
    await assertAdminLeft(tx)
    await record(tx, ctx, 'principal.delete', {
      subject: { kind: 'principal', id: before.id, name: before.name },
      before,
    })
  })
  ctx.feedNudge()
  return null
}
