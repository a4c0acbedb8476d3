import { timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { PrincipalId } from '@orrery/api/id.ts'
import type { Database } from '../db/database.ts'
import type { Feed } from '../db/feed.ts'
import { type Credential, credentialFind, secretHash } from '../db/token.ts'
import type { Actor } from '../verbs/actor.ts'
import { addressKey } from './address.ts'
import { failuresCount } from './failures.ts'

export type Caller = { actor: Actor; credential: Credential }

/** Who a secret speaks for, remembered for a few seconds and forgotten the moment any token or principal changes. */
export type Authenticator = {
  /**
   * Null when the secret is not valid now. An address that has brought too many such secrets is told to wait (`limit`),
   * unless this secret was valid a while ago: nobody is shut out by what a neighbour does.
   */
  callerOf(secret: string, address?: string): Promise<Caller | null>
  clear(): void
  close(): void
}

const rememberMs = 5000
const rememberMax = 10_000
const usedEveryMs = 60_000
const failuresPerMinute = 300

export function authenticatorOpen(
  database: Database,
  feed: Feed,
  onError: (error: unknown, message: string) => void,
): Authenticator {
  const known = new Map<string, { caller: Caller; untilMs: number }>()
  const used = new Map<string, number>()
  const failures = failuresCount(failuresPerMinute)
  /** Grows whenever what is known may be out of date: an answer that was asked for before is not remembered. */
  let generation = 0
  const forget = () => {
    generation += 1
    for (const each of known.values()) each.untilMs = 0
  }
  const unsubscribe = feed.subscribe((events) => {
    if (events.some((event) => event.subject_kind === 'token' || event.subject_kind === 'principal')) forget()
  })

  function markUsed(tokenId: string, nowMs: number): void {
    if ((used.get(tokenId) ?? 0) + usedEveryMs > nowMs) return
    if (used.size > rememberMax) used.clear()
    used.set(tokenId, nowMs)
    sql`insert into token_used (token_id, last_used_at) values (${tokenId}, now()) on conflict (token_id) do update set last_used_at = now()`
      .execute(database.db)
      .catch((error: unknown) => onError(error, 'a token’s last use could not be noted'))
  }

  return {
    async callerOf(secret, address) {
      const nowMs = Date.now()
      const key = secretHash(secret).toString('base64')
      const remembered = known.get(key)
      if (remembered !== undefined && remembered.untilMs > nowMs) return remembered.caller
      const from = address === undefined ? null : addressKey(address)
      if (remembered === undefined && from !== null && failures.tooMany(from)) {
        throw new OrreryError(
          'limit',
          'Too many calls with tokens that are not valid came from this address. Try again in a minute.',
        )
      }
      const asked = generation
      const credential = await credentialFind(database.db, secret)
      if (credential === null) {
        known.delete(key)
        if (from !== null) failures.note(from)
        return null
      }
      const caller: Caller = {
        actor: {
          id: credential.principalId as PrincipalId,
          name: credential.principalName,
          role: credential.role,
        },
        credential,
      }
      const expiresMs =
        credential.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(credential.expiresAt)
      if (known.size >= rememberMax) known.clear()
      known.set(key, { caller, untilMs: asked === generation ? Math.min(nowMs + rememberMs, expiresMs) : 0 })
      markUsed(credential.tokenId, nowMs)
      return caller
    },
    clear: forget,
    close: () => unsubscribe(),
  }
}

export const sessionCookie = 'orrery_session'

export type Presented = {
  authorization: string | undefined
  cookie: string | undefined
  csrf: string | undefined
  method: string
  /** of the caller; left out, failures are not counted */
  address?: string
}

/** The caller of a request: a bearer token, or a session cookie with its CSRF token on everything that changes. */
export async function callerRequire(authenticator: Authenticator, presented: Presented): Promise<Caller> {
  const bearer = /^Bearer +(\S+)$/i.exec(presented.authorization ?? '')?.[1]
  if (bearer !== undefined) {
    const caller = bearer.length <= 200 ? await authenticator.callerOf(bearer, presented.address) : null
    if (caller === null || caller.credential.kind === 'sign-in') {
      throw new OrreryError(
        'unauthorized',
        'The token is not valid: it is unknown, expired or revoked. Make a new one with `orrery token create`.',
      )
    }
    return caller
  }
  if (presented.authorization !== undefined) {
    throw new OrreryError('unauthorized', 'The Authorization header must be `Bearer TOKEN`.')
  }
  const cookie = presented.cookie
  const caller =
    cookie === undefined || cookie.length > 200
      ? null
      : await authenticator.callerOf(cookie, presented.address)
  if (caller === null || caller.credential.kind !== 'session') {
    throw new OrreryError(
      'unauthorized',
      'Sign in first: open a sign-in link (`orrery login --link`), or send `Authorization: Bearer TOKEN`.',
    )
  }
  if (
    presented.method !== 'GET' &&
    presented.method !== 'HEAD' &&
    !isSame(presented.csrf, caller.credential.csrf)
  ) {
    throw new OrreryError(
      'forbidden',
      'A change made with a session cookie needs its CSRF token in `x-orrery-csrf`; reload the page.',
    )
  }
  return caller
}

/** Compares in the same time wherever the two differ. */
function isSame(given: string | undefined, wanted: string | null): boolean {
  return given !== undefined && wanted !== null && timingSafeEqual(secretHash(given), secretHash(wanted))
}
