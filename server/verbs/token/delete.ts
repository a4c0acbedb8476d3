import { sql } from 'kysely'
import { isUuid } from '@orrery/api/id.ts'
import { type TokenRow, tokenBase } from '../../db/token.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { record, transaction } from '../transaction.ts'

/** Revokes a token, at once. Another's token is not there for a caller who is not an admin. */
export async function tokenDelete(ctx: Ctx, ref: string): Promise<null> {
  requireRole(ctx, 'viewer')
  await transaction(ctx, async (tx) => {
    const where = isUuid(ref) ? sql`t.id = ${ref}::uuid` : sql`t.name = ${ref}`
    const mine = ctx.actor.role === 'admin' ? sql`true` : sql`t.principal_id = ${ctx.actor.id}::uuid`
    const { rows } =
      await sql<TokenRow>`select * from (${tokenBase()}) t where ${where} and ${mine} and t.revoked_at is null
      order by t.id desc limit 1`.execute(tx)
    const token = found(rows[0], 'token', ref)
    await tx
      .updateTable('token')
      .set({ revoked_at: sql`now()` })
      .where('id', '=', token.id)
      .execute()
    await record(tx, ctx, 'token.delete', { subject: { kind: 'token', id: token.id, name: token.name } })
  })
  ctx.feedNudge()
  return null
}
