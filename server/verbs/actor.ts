import { OrreryError } from '@orrery/api/errors.ts'
import type { PrincipalId } from '@orrery/api/id.ts'
import { type RequiredRole, type Role, roleGrants } from '@orrery/api/principal.ts'

/** On whose behalf a verb runs. The role is the token's, which is at most the principal's own. */
export type Actor = { id: PrincipalId; name: string; role: Role }

export function requireRole(ctx: { actor: Actor }, required: RequiredRole): void {
  if (roleGrants[required].includes(ctx.actor.role)) return
  throw new OrreryError(
    'forbidden',
    `This needs the role ${required}; ${ctx.actor.name} acts as ${ctx.actor.role}. Ask an admin for a token with that role.`,
  )
}

/** Whether a role can do no more than the ceiling can. */
export function roleWithin(role: Role, ceiling: Role): boolean {
  return (
    role === ceiling ||
    Object.values(roleGrants).every((granted) => !granted.includes(role) || granted.includes(ceiling))
  )
}
