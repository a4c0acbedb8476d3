import { createHash, randomBytes } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { PrincipalId, TokenId } from '@orrery/api/id.ts'
import type { Principal, Role, Token } from '@orrery/api/principal.ts'
import type { Handle } from './database.ts'

/** A new secret of 256 bits. The prefix makes a leaked one recognisable to scanners. */
export function secretNew(): string {
  return `orrery_${randomBytes(32).toString('base64url')}`
}

/** Only this is stored. A random 256-bit secret needs no slow hash. */
export function secretHash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

export type TokenRow = {
  id: string
  principal_id: string
  principal_name: string
  name: string
  role: Role
  kind: Token['kind']
  created_at: string
  expires_at: string | null
  last_used_at: string | null
  revoked_at: string | null
}

export function tokenBase(): RawBuilder<unknown> {
  return sql`select k.id, k.principal_id, p.name as principal_name, k.name, k.role, k.kind, k.created_at, k.expires_at, k.revoked_at, u.last_used_at
    from token k join principal p on p.id = k.principal_id left join token_used u on u.token_id = k.id`
}

export function tokenItem(row: TokenRow): Token {
  return {
    id: row.id as TokenId,
    principalId: row.principal_id as PrincipalId,
    principalName: row.principal_name,
    name: row.name,
    role: row.role,
    kind: row.kind,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }
}

export type TokenInsert = {
  id: string
  principalId: string
  name: string
  kind: Token['kind']
  role: Role
  secret: string
  csrf?: string
  expiresInSeconds: number | null
}

export async function tokenInsert(handle: Handle, token: TokenInsert): Promise<void> {
  await sql`insert into token (id, principal_id, name, kind, role, hash, csrf, expires_at)
    values (${token.id}, ${token.principalId}, ${token.name}, ${token.kind}, ${token.role}, ${secretHash(token.secret)}, ${token.csrf ?? null},
      case when ${token.expiresInSeconds}::float8 is null then null else now() + make_interval(secs => ${token.expiresInSeconds}::float8) end)`.execute(
    handle,
  )
}

export type Credential = {
  tokenId: string
  kind: Token['kind']
  csrf: string | null
  expiresAt: string | null
  principalId: string
  principalName: string
  role: Role
}

/** Who a secret speaks for, if it is valid now. */
export async function credentialFind(handle: Handle, secret: string): Promise<Credential | null> {
  const { rows } =
    await sql<Credential>`select k.id as "tokenId", k.kind, k.csrf, k.expires_at as "expiresAt", p.id as "principalId",
      p.name as "principalName", k.role
    from token k join principal p on p.id = k.principal_id
    where k.hash = ${secretHash(secret)} and k.revoked_at is null and not p.disabled and (k.expires_at is null or k.expires_at > now())`.execute(
      handle,
    )
  return rows[0] ?? null
}

export type PrincipalRow = {
  id: string
  name: string
  kind: Principal['kind']
  role: Role
  disabled: boolean
  last_seen_at: string | null
  created_at: string
  changed_at: string
  version: number
}

export function principalBase(): RawBuilder<unknown> {
  return sql`select p.*, (select max(u.last_used_at) from token k join token_used u on u.token_id = k.id where k.principal_id = p.id) as last_seen_at
    from principal p`
}

export function principalItem(row: PrincipalRow): Principal {
  return {
    id: row.id as PrincipalId,
    name: row.name,
    kind: row.kind,
    role: row.role,
    disabled: row.disabled,
    lastSeenAt: row.last_seen_at,
    createdAt: row.created_at,
    updatedAt: row.changed_at,
    version: row.version,
  }
}
