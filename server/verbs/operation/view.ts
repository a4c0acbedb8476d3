import type { Operation } from '@orrery/api/operation.ts'
import { operationFind, operationItem } from '../../db/operation.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'

export async function operationView(ctx: Ctx, ref: string): Promise<Operation> {
  requireRole(ctx, 'viewer')
  return operationItem(found(await operationFind(ctx.database.db, ref), 'operation', ref))
}
