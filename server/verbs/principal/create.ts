import type { Principal, PrincipalCreate } from '@orrery/api/principal.ts'
import { idNew } from '../../db/id.ts'
import { principalFind } from '../../db/principal.ts'
import { principalItem } from '../../db/token.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { record, transaction } from '../transaction.ts'

/** Makes a principal. It can do nothing until it is invited or given a token. */
export async function principalCreate(ctx: Ctx, input: PrincipalCreate): Promise<Principal> {
  requireRole(ctx, 'admin')
  const principal = await transaction(ctx, async (tx) => {
    const id = idNew<'principal'>()
    await tx
      .insertInto('principal')
      .values({ id, name: input.name, kind: input.kind ?? 'person', role: input.role })
      .execute()
    const item = principalItem(found(await principalFind(tx, id), 'principal', id))
    await record(tx, ctx, 'principal.create', {
      subject: { kind: 'principal', id, name: item.name },
      after: item,
    })
    return item
  })
  ctx.feedNudge()
  return principal
}
