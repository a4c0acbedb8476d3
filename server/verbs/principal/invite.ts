import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { SignInLink } from '@orrery/api/principal.ts'
import { idNew } from '../../db/id.ts'
import { principalFind } from '../../db/principal.ts'
import { secretNew, tokenInsert } from '../../db/token.ts'
import { signInLink } from '../../sign-in-link.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { record, transaction } from '../transaction.ts'

const expiresInSecondsDefault = 24 * 3600

/** A new one-time sign-in link. Links made before for the same principal end: the newest is the one that counts. */
export async function principalInvite(
  ctx: Ctx & { publicUrl: string },
  ref: string,
  input: { expiresInSeconds?: number },
): Promise<SignInLink> {
  requireRole(ctx, 'admin')
  const code = secretNew()
  const expiresAt = await transaction(
    ctx,
    async (tx) => {
      const principal = found(await principalFind(tx, ref), 'principal', ref)
      if (principal.disabled)
        throw new OrreryError('conflict', `'${principal.name}' is disabled. Enable it first.`)
      if (principal.kind !== 'person') {
        throw new OrreryError(
          'conflict',
          `'${principal.name}' is a ${principal.kind}, which does not sign in. Make it a token instead.`,
        )
      }
      await sql`update token set revoked_at = now() where principal_id = ${principal.id} and kind = 'sign-in' and revoked_at is null`.execute(
        tx,
      )
      const id = idNew<'token'>()
      await tokenInsert(tx, {
        id,
        principalId: principal.id,
        name: 'sign-in link',
        kind: 'sign-in',
        role: principal.role,
        secret: code,
        expiresInSeconds: input.expiresInSeconds ?? expiresInSecondsDefault,
      })
      await record(tx, ctx, 'principal.invite', {
        subject: { kind: 'principal', id: principal.id, name: principal.name },
      })
      const row = await tx
        .selectFrom('token')
        .select('expires_at')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      return row.expires_at ?? ''
    },
    codeShown,
  )
  ctx.feedNudge()
  return { url: signInLink(ctx.publicUrl, code), code, expiresAt }
}

function codeShown(): OrreryError {
  return new OrreryError(
    'conflict',
    'This link was made by the first call with this Idempotency-Key, and its code is never stored. If the answer was lost, make another link with a new key: the lost one ends.',
  )
}
