import { type Static, Type } from 'typebox'
import { PrincipalId, TokenId } from './id.ts'
import { Name, Timestamp, nullable, oneOf, strict } from './scalar.ts'

export const roles = ['viewer', 'operator', 'agent', 'device', 'participant', 'admin'] as const
export type Role = (typeof roles)[number]
/** Which roles satisfy a required one. An agent sees all and changes nothing but through its turns, behind its rails. */
export const roleGrants: Record<'viewer' | 'agent' | 'operator' | 'admin', readonly Role[]> = {
  viewer: ['viewer', 'operator', 'agent', 'admin'],
  agent: ['agent', 'operator', 'admin'],
  operator: ['operator', 'admin'],
  admin: ['admin'],
}
export type RequiredRole = keyof typeof roleGrants

export const Principal = Type.Object(
  {
    id: PrincipalId,
    name: Name,
    kind: oneOf(['person', 'service', 'system']),
    role: oneOf(roles),
    disabled: Type.Boolean(),
    lastSeenAt: nullable(Timestamp),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Type.Integer(),
  },
  strict,
)
export type Principal = Static<typeof Principal>

export const PrincipalCreate = Type.Object(
  { name: Name, kind: Type.Optional(oneOf(['person', 'service'])), role: oneOf(roles) },
  strict,
)
export type PrincipalCreate = Static<typeof PrincipalCreate>
export const PrincipalUpdate = Type.Object(
  { role: Type.Optional(oneOf(roles)), disabled: Type.Optional(Type.Boolean()) },
  { ...strict, minProperties: 1 },
)
export type PrincipalUpdate = Static<typeof PrincipalUpdate>

/** A one-time link that signs a browser in as that principal. `code` is the secret in the link, for `orrery login --code`. */
export const SignInLink = Type.Object(
  { url: Type.String(), code: Type.String(), expiresAt: Timestamp },
  strict,
)
export type SignInLink = Static<typeof SignInLink>

export const Token = Type.Object(
  {
    id: TokenId,
    principalId: PrincipalId,
    principalName: Type.String(),
    name: Type.String(),
    role: oneOf(roles),
    kind: oneOf(['api', 'session', 'sign-in']),
    createdAt: Timestamp,
    expiresAt: nullable(Timestamp),
    lastUsedAt: nullable(Timestamp),
    revokedAt: nullable(Timestamp),
  },
  strict,
)
export type Token = Static<typeof Token>

/** For oneself unless `principal` is named, which needs admin. The role is at most the principal's own. */
export const TokenCreate = Type.Object(
  {
    name: Name,
    principal: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
    role: Type.Optional(oneOf(roles)),
    expiresInSeconds: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 10 * 366 * 86_400 }))),
  },
  strict,
)
export type TokenCreate = Static<typeof TokenCreate>
/** The secret is shown this once; only its hash is kept. */
export const TokenCreated = Type.Object({ token: Token, secret: Type.String() }, strict)
export type TokenCreated = Static<typeof TokenCreated>

export const SessionCreate = Type.Object({ code: Type.String({ minLength: 1, maxLength: 200 }) }, strict)
/** Who is calling. `csrfToken` is for cookie sessions: send it back as `x-orrery-csrf`. */
export const Session = Type.Object(
  {
    principal: Principal,
    role: oneOf(roles),
    csrfToken: nullable(Type.String()),
    expiresAt: nullable(Timestamp),
  },
  strict,
)
export type Session = Static<typeof Session>
