import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { TokenCreate, TokenCreated } from '@orrery/api/principal.ts'
import { idNew } from '../../db/id.ts'
import { principalFind } from '../../db/principal.ts'
import { type TokenRow, secretNew, tokenBase, tokenInsert, tokenItem } from '../../db/token.ts'
import { requireRole, roleWithin } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { record, transaction } from '../transaction.ts'

const expiresInSecondsDefault = 90 * 86_400

/** Creates a token for oneself, or for another principal as admin. The secret is in this answer and nowhere else. */
export async function tokenCreate(ctx: Ctx, input: TokenCreate): Promise<TokenCreated> {
  requireRole(ctx, 'viewer')
  const secret = secretNew()
  const created = await transaction(
    ctx,
    async (tx) => {
      const principal = found(
        await principalFind(tx, input.principal ?? ctx.actor.id),
        'principal',
        input.principal ?? ctx.actor.name,
      )
      if (principal.id !== ctx.actor.id) requireRole(ctx, 'admin')
      if (principal.kind === 'system') {
        throw new OrreryError(
          'conflict',
          `'${principal.name}' is part of the program: nobody else speaks for it. Make a service with \`orrery principal create\`.`,
        )
      }
      const role = input.role ?? (principal.id === ctx.actor.id ? ctx.actor.role : principal.role)
      const ceiling = principal.id === ctx.actor.id ? ctx.actor.role : principal.role
      if (!roleWithin(role, ceiling)) {
        throw new OrreryError(
          'forbidden',
          `A token for '${principal.name}' may have the role ${ceiling} or less, not ${role}.`,
        )
      }
      const id = idNew<'token'>()
      await tokenInsert(tx, {
        id,
        principalId: principal.id,
        name: input.name,
        kind: 'api',
        role,
        secret,
        expiresInSeconds:
          input.expiresInSeconds === undefined ? expiresInSecondsDefault : input.expiresInSeconds,
      })
      const { rows } = await sql<TokenRow>`select * from (${tokenBase()}) t where t.id = ${id}`.execute(tx)
      const token = tokenItem(found(rows[0], 'token', id))
      await record(tx, ctx, 'token.create', {
        subject: { kind: 'token', id, name: input.name },
        after: token,
      })
      return token
    },
    secretShown,
  )
  ctx.feedNudge()
  return { token: created, secret }
}

function secretShown(): OrreryError {
  return new OrreryError(
    'conflict',
    'This token was made by the first call with this Idempotency-Key, and its secret is never stored. If the answer was lost, revoke the token and make another with a new key.',
  )
}
