import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Role, Session } from '@orrery/api/principal.ts'
import { idNew } from '../../db/id.ts'
import { principalFind } from '../../db/principal.ts'
import { credentialFind, principalItem, secretNew, tokenInsert } from '../../db/token.ts'
import type { Services } from '../context.ts'
import { found } from '../found.ts'
import { record, transaction } from '../transaction.ts'

const sessionSeconds = 30 * 86_400

/** Exchanges a one-time code for a session: the code ends in the same transaction that makes the session. */
export async function sessionCreate(
  services: Services,
  code: string,
): Promise<{ session: Session; secret: string }> {
  const credential = await credentialFind(services.database.db, code)
  if (credential === null || credential.kind !== 'sign-in') throw refused()
  const ctx = {
    ...services,
    actor: {
      id: credential.principalId as Session['principal']['id'],
      name: credential.principalName,
      role: credential.role,
    },
  }
  const secret = secretNew()
  const csrf = secretNew()
  const session = await transaction(ctx, async (tx) => {
    // Who comes second waits here and finds it used; what changed since the code was looked up counts.
    const { rows: used } = await sql<{
      role: Role
    }>`update token k set revoked_at = clock_timestamp() from principal p
      where k.id = ${credential.tokenId} and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp())
        and p.id = k.principal_id and not p.disabled returning k.role`.execute(tx)
    const role = used[0]?.role
    if (role === undefined) throw refused()
    const id = idNew<'token'>()
    await tokenInsert(tx, {
      id,
      principalId: credential.principalId,
      name: 'browser session',
      kind: 'session',
      role,
      secret,
      csrf,
      expiresInSeconds: sessionSeconds,
    })
    await record(tx, ctx, 'session.create', { subject: { kind: 'token', id, name: 'browser session' } })
    const principal = found(
      await principalFind(tx, credential.principalId),
      'principal',
      credential.principalName,
    )
    const { expires_at: expiresAt } = await tx
      .selectFrom('token')
      .select('expires_at')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return { principal: principalItem(principal), role, csrfToken: csrf, expiresAt }
  })
  services.feedNudge()
  return { session, secret }
}

function refused(): OrreryError {
  return new OrreryError(
    'unauthorized',
    'This sign-in link is not valid: it was used, it has expired, or a newer one was made. Make a new one with `orrery login --link`, or ask an admin.',
  )
}
