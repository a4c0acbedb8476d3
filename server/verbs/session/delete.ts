import { sql } from 'kysely'
import type { Ctx } from '../context.ts'
import { record, transaction } from '../transaction.ts'

/** Ends the session or token that makes this call. */
export async function sessionDelete(ctx: Ctx, tokenId: string): Promise<null> {
  await transaction(ctx, async (tx) => {
    await tx
      .updateTable('token')
      .set({ revoked_at: sql`now()` })
      .where('id', '=', tokenId)
      .execute()
    await record(tx, ctx, 'session.delete', { subject: { kind: 'token', id: tokenId, name: null } })
  })
  ctx.feedNudge()
  return null
}
