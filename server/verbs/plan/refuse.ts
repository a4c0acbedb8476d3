import { sql } from 'kysely'
import { type Plan, planActions } from '@orrery/api/plan.ts'
import { planSteps } from '../../db/plan.ts'
import { refusalsWrite } from '../../db/refusal.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { operationEndIn } from '../operation/state.ts'
import { record, transaction } from '../transaction.ts'
import { planHeld } from './approve.ts'
import { planWhole } from './view.ts'

/**
 * Refuses a plan; nothing of it is done. Its workloads wait again, and the same plan is not proposed again until
 * something in the inventory changes.
 */
export async function planRefuse(ctx: Ctx, ref: string, input: { reason?: string } = {}): Promise<Plan> {
  requireRole(ctx, 'operator')
  const plan = await transaction(ctx, async (tx) => {
    const held = await planHeld(tx, ref, 'refuse', planActions.refuse)
    await sql`update plan set state = 'refused', decided_at = clock_timestamp(), ended_at = clock_timestamp()
      where id = ${held.id}::uuid`.execute(tx)
    const because = input.reason === undefined ? '' : `: ${input.reason}`
    const sentence = `${ctx.actor.name} refused plan ${held.id}${because}.`
    const again = `${sentence} It is planned again when the inventory changes.`
    const steps = await planSteps(tx, held.id)
    await refusalsWrite(
      tx,
      steps.flatMap((step) => {
        if (step.workload_id === null) return []
        // What waits, or is in the way of a drain, comes up again by itself; what was to be moved for the better does not.
        const isAgain = step.from_node_id === null || held.origin === 'drain'
        const reason = isAgain ? again : `${sentence} It stays where it is.`
        return [{ workloadId: step.workload_id, nodeId: step.from_node_id, reason }]
      }),
    )
    if (held.operationId !== null) {
      await operationEndIn(tx, ctx, held.operationId, {
        state: 'cancelled',
        error: `${ctx.actor.name} refused the plan`,
      })
    }
    await record(tx, ctx, 'plan.refuse', {
      subject: { kind: 'plan', id: held.id, name: null },
      before: { state: held.state },
      after: { state: 'refused' },
      reason: input.reason ?? null,
    })
    return planWhole(tx, held.id)
  })
  ctx.feedNudge()
  ctx.nudge('plan')
  return plan
}
