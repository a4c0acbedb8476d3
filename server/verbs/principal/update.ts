import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import { type Principal, type PrincipalUpdate, type Role, roles } from '@orrery/api/principal.ts'
import { principalFind } from '../../db/principal.ts'
import { principalItem } from '../../db/token.ts'
import { requireRole, roleWithin } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { type Tx, record, transaction } from '../transaction.ts'

/**
 * Changes a principal's role or disables it. Its tokens follow at once: none may do more than its principal. A token that was
 * made for less stays what it was made for; who is signed in has the new role.
 */
export async function principalUpdate(ctx: Ctx, ref: string, input: PrincipalUpdate): Promise<Principal> {
  requireRole(ctx, 'admin')
  const principal = await transaction(ctx, async (tx) => {
    await adminsHold(tx)
    const { id } = found(await principalFind(tx, ref), 'principal', ref)
    await sql`select 1 from principal where id = ${id} for no key update`.execute(tx)
    const before = principalItem(found(await principalFind(tx, id), 'principal', ref))
    if (before.kind === 'system')
      throw new OrreryError('conflict', `'${before.name}' is part of the program; it cannot be changed.`)
    await tx
      .updateTable('principal')
      .set({
        ...(input.role === undefined ? {} : { role: input.role }),
        ...(input.disabled === undefined ? {} : { disabled: input.disabled }),
        changed_at: sql`clock_timestamp()`,
        version: sql`version + 1`,
      })
      .where('id', '=', before.id)
      .execute()
    if (input.role !== undefined) await tokensFollow(tx, before.id, input.role)
    await assertAdminLeft(tx)
    const after = principalItem(found(await principalFind(tx, before.id), 'principal', ref))
    await record(tx, ctx, 'principal.update', {
      subject: { kind: 'principal', id: after.id, name: after.name },
      before,
      after,
    })
    return after
  })
  ctx.feedNudge()
  return principal
}

async function tokensFollow(tx: Tx, principalId: string, role: Role): Promise<void> {
  const beyond = roles.filter((each) => !roleWithin(each, role))
  await sql`update token set role = ${role} where principal_id = ${principalId}
    and (kind in ('session', 'sign-in') or role = any (${beyond}::text[]))`.execute(tx)
}

/** Two admins who take each other's role at the same moment must see one another. */
export async function adminsHold(tx: Tx): Promise<void> {
  await sql`select 1 from principal where role = 'admin' and not disabled and kind = 'person' order by id for update`.execute(
    tx,
  )
}

/** Somebody must be able to let people in. */
export async function assertAdminLeft(tx: Tx): Promise<void> {
  const { rows } = await sql<{
    left: number
  }>`select count(*)::int as left from principal where role = 'admin' and not disabled and kind = 'person'`.execute(
    tx,
  )
  if ((rows[0]?.left ?? 0) === 0)
    throw new OrreryError(
      'conflict',
      'This would leave nobody with the role admin. Make another admin first.',
    )
}
