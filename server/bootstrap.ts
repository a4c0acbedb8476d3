import { sql } from 'kysely'
import type { PrincipalId } from '@orrery/api/id.ts'
import type { Database } from './db/database.ts'
import { idNew } from './db/id.ts'
import { signInLink } from './sign-in-link.ts'
import { principalEnsure } from './db/principal.ts'
import { secretNew, tokenInsert } from './db/token.ts'
import type { Actor } from './verbs/actor.ts'

/** The program's own principal: loops act as it. */
export async function systemActor(database: Database): Promise<Actor> {
  const row = await principalEnsure(database.db, {
    id: idNew<'principal'>(),
    name: 'orrery',
    kind: 'system',
    role: 'admin',
  })
  return { id: row.id as PrincipalId, name: row.name, role: 'admin' }
}

/** The provider of machines that register themselves is always there. */
export async function manualProviderEnsure(database: Database): Promise<void> {
  await sql`insert into provider (id, name, kind) values (${idNew<'provider'>()}, 'manual', 'manual') on conflict (name) do nothing`.execute(
    database.db,
  )
}

/** Whoever comes later makes a new one: `orrery login --link`. */
const signInSeconds = 3600
const localTokenSeconds = 30 * 86_400

/**
 * The local user is the first admin: whoever can start the server owns it. Each start gives this user a token of its own for
 * the command line and a sign-in link that works once; both end with `revoke`. Other servers on the database have theirs.
 */
export async function localAdmin(
  database: Database,
  publicUrl: string,
): Promise<{ token: string; signInLink: string; revoke(): Promise<void> }> {
  const name = 'admin'
  const admin = await principalEnsure(database.db, {
    id: idNew<'principal'>(),
    name,
    kind: 'person',
    role: 'admin',
  })
  const id = idNew<'token'>()
  const token = secretNew()
  const code = secretNew()
  // Another admin may have taken this one's role: a token never does more than its principal.
  const given = { principalId: admin.id, role: admin.role }
  await tokenInsert(database.db, {
    ...given,
    id,
    name: 'local command line',
    kind: 'api',
    secret: token,
    expiresInSeconds: localTokenSeconds,
  })
  const linkId = idNew<'token'>()
  await tokenInsert(database.db, {
    ...given,
    id: linkId,
    name: 'sign-in link',
    kind: 'sign-in',
    secret: code,
    expiresInSeconds: signInSeconds,
  })
  return {
    token,
    signInLink: signInLink(publicUrl, code),
    async revoke() {
      await database.db
        .updateTable('token')
        .set({ revoked_at: sql`now()` })
        .where('id', 'in', [id, linkId])
        .where('revoked_at', 'is', null)
        .execute()
    },
  }
}
