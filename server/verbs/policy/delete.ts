import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import { policyFind, policyItem } from '../../db/policy.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { record, transaction } from '../transaction.ts'

/** Deletes a policy that is not active. Plans and decisions keep its name. */
export async function policyDelete(ctx: Ctx, ref: string): Promise<null> {
  requireRole(ctx, 'admin')
  await transaction(ctx, async (tx) => {
    await sql`lock table policy in share row exclusive mode`.execute(tx)
    const before = policyItem(found(await policyFind(tx, ref), 'policy', ref))
    if (before.active) {
      throw new OrreryError(
        'conflict',
        `Policy '${before.name}' is the active one. Make another policy active first.`,
      )
    }
    await tx.deleteFrom('policy').where('id', '=', before.id).execute()
    await record(tx, ctx, 'policy.delete', {
      subject: { kind: 'policy', id: before.id, name: before.name },
      before,
    })
  })
  ctx.feedNudge()
  return null
}
