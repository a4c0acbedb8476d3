import type { Plan } from '@orrery/api/plan.ts'
import type { Handle } from '../../db/database.ts'
import { planFind, planItem, planSteps, stepItem } from '../../db/plan.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'

export async function planView(ctx: Ctx, ref: string): Promise<Plan> {
  requireRole(ctx, 'viewer')
  return planWhole(ctx.database.db, ref)
}

/** A plan with its steps in order, or `not_found`. */
export async function planWhole(handle: Handle, ref: string): Promise<Plan> {
  const plan = planItem(found(await planFind(handle, ref), 'plan', ref))
  return { ...plan, steps: (await planSteps(handle, plan.id)).map(stepItem) }
}
