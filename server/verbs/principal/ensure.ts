import type { PrincipalId } from '@orrery/api/id.ts'
import type { Role } from '@orrery/api/principal.ts'
import { idNew } from '../../db/id.ts'
import { principalEnsure } from '../../db/principal.ts'
import type { Actor } from '../actor.ts'
import type { Services } from '../context.ts'

/**
 * The principal that a part of the program acts as (`facade:envserver`), made at its first start: what nobody signed in
 * for has a name in the audit trail all the same. Not a call of anybody's, so no role is asked for.
 */
export async function principalSystem(
  services: Pick<Services, 'database'>,
  name: string,
  role: Role,
): Promise<Actor> {
  const row = await principalEnsure(services.database.db, {
    id: idNew<'principal'>(),
    name,
    kind: 'system',
    role,
  })
  return { id: row.id as PrincipalId, name: row.name, role: row.role }
}
