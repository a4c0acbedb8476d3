import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import { isUuid } from '@orrery/api/id.ts'
import { type TokenRow, tokenBase } from '../../db/token.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { record, transaction } from '../transaction.ts'

/**
 * Revokes a token, at once. A name is that of one of the caller's own tokens; another's is meant by its id, and is not there
 * for a caller who is not an admin.
 */
export async function tokenDelete(ctx: Ctx, ref: string): Promise<null> {
  requireRole(ctx, 'viewer')
  await transaction(ctx, async (tx) => {
    const mine = sql`t.principal_id = ${ctx.actor.id}::uuid`
    const where = isUuid(ref)
      ? sql`t.id = ${ref}::uuid and ${ctx.actor.role === 'admin' ? sql`true` : mine}`
      : sql`t.name = ${ref} and ${mine}`
    const { rows } =
      await sql<TokenRow>`select * from (${tokenBase()}) t where ${where} and t.revoked_at is null
      order by t.id limit 2`.execute(tx)
    const token = found(rows[0], 'token', ref)
    if (rows.length > 1) {
      throw new OrreryError(
        'conflict',
        `Several of your tokens are called '${token.name}'. Give the id of the one you mean; \`orrery token list\` shows them.`,
      )
    }
    const revoked = await tx
      .updateTable('token')
      .set({ revoked_at: sql`now()` })
      .where('id', '=', token.id)
      .where('revoked_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    // Somebody else's call may have been first.
    found(revoked, 'token', ref)
    await record(tx, ctx, 'token.delete', { subject: { kind: 'token', id: token.id, name: token.name } })
  })
  ctx.feedNudge()
  return null
}
