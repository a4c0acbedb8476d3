import type { Principal } from '@orrery/api/principal.ts'
import { principalFind } from '../../db/principal.ts'
import { principalItem } from '../../db/token.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'

export async function principalView(ctx: Ctx, ref: string): Promise<Principal> {
  requireRole(ctx, 'viewer')
  return principalItem(found(await principalFind(ctx.database.db, ref), 'principal', ref))
}
