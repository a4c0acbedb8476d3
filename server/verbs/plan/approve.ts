import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import { type Plan, planActions } from '@orrery/api/plan.ts'
import { planFind, planItem, planLock } from '../../db/plan.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { operationCreateIn } from '../operation/state.ts'
import { type Tx, record, transaction } from '../transaction.ts'
import { planWhole } from './view.ts'

/** Approves a plan: the apply loop carries it out, and an operation shows how far it is. */
export async function planApprove(ctx: Ctx, ref: string, input: { reason?: string } = {}): Promise<Plan> {
  requireRole(ctx, 'operator')
  const plan = await transaction(ctx, async (tx) => {
    const held = await planHeld(tx, ref, 'approve', planActions.approve)
    // The loop that applies it is not this server's for sure, so the operation has no owner that could be gone.
    const operationId = await operationCreateIn(tx, ctx, {
      kind: 'plan.apply',
      subject: { kind: 'plan', id: held.id },
      total: held.stepCount,
      owner: null,
    })
    await sql`update plan set state = 'approved', decided_at = clock_timestamp(), operation_id = ${operationId}::uuid
      where id = ${held.id}::uuid`.execute(tx)
    await record(tx, ctx, 'plan.approve', {
      subject: { kind: 'plan', id: held.id, name: null },
      before: { state: held.state },
      after: { state: 'approved', operationId },
      reason: input.reason ?? null,
    })
    return planWhole(tx, held.id)
  })
  ctx.feedNudge()
  ctx.nudge('apply')
  return plan
}

/** Locks a plan that a person wants to answer, or says why there is nothing to answer. */
export async function planHeld(tx: Tx, ref: string, verb: string, from: readonly string[]) {
  const { id } = found(await planFind(tx, ref), 'plan', ref)
  await planLock(tx, id)
  const plan = planItem(found(await planFind(tx, id), 'plan', ref))
  if (from.includes(plan.state)) return plan
  throw new OrreryError(
    'conflict',
    `The plan is ${plan.state}; one can ${verb} a plan that is ${from.join(' or ')}.`,
  )
}
