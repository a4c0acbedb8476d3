import { OrreryError } from '@orrery/api/errors.ts'
import type { Plan, PlanCreate } from '@orrery/api/plan.ts'
import { type PolicyRow, policyActive, policyFind } from '../../db/policy.ts'
import { type StepAhead, stepsAhead } from '../../db/plan-open.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { settle } from '../settle.ts'
import { transaction } from '../transaction.ts'
import { type Chooser, chooserOf, decideEach, decisionWrite } from './decide.ts'
import { imagine } from './imagine.ts'
import { plannerWorkload } from './live.ts'
import { stepsWanted } from './steps-wanted.ts'
import { planWhole } from './view.ts'
import { waitsForApproval } from './words.ts'
import { type PlanDraft, planWriteIn, stepOf } from './write.ts'
import { workloadsNamed } from './named.ts'

const workloadsMax = 10_000

/**
 * Proposes a plan: the steps that are given, or places that the policy chooses for what waits. It touches nothing until
 * somebody approves it; its workloads are not planned by the loop meanwhile.
 */
export async function planCreate(ctx: Ctx, input: PlanCreate): Promise<Plan> {
  requireRole(ctx, 'operator')
  if (input.steps !== undefined && input.workloads !== undefined) {
    throw new OrreryError('invalid', 'Give `steps` or `workloads`, not both.', { pointer: '/workloads' })
  }
  const row = await policyOf(ctx, input.policy)
  const chooser = chooserOf(row, 'plan', ctx.actor.name, String(ctx.planner.revision))
  const ahead = await stepsAhead(ctx.database.db)
  const chosen =
    input.steps === undefined
      ? await placesChosen(ctx, chooser, ahead, input.workloads)
      : await stepsWanted(ctx, chooser, ahead, input.steps)
  const { plan, changed } = await transaction(ctx, async (tx) => {
    const draft: PlanDraft = {
      ...chosen,
      origin: ctx.actor.name,
      state: 'proposed',
      reason: input.reason ?? null,
    }
    const id = await planWriteIn(tx, ctx, chooser, draft)
    const waiting = await waitsForApproval(tx, id, draft.steps)
    return { plan: await planWhole(tx, id), changed: [...waiting] }
  })
  await settle(ctx, { workloads: changed })
  return plan
}

async function policyOf(ctx: Ctx, ref: string | undefined): Promise<PolicyRow> {
  const { db } = ctx.database
  if (ref !== undefined) return found(await policyFind(db, ref), 'policy', ref)
  const active = await policyActive(db)
  if (active === null)
    throw new OrreryError('conflict', 'No policy is active. Name one with `policy`, or make one active.')
  return active
}

async function placesChosen(
  ctx: Ctx,
  chooser: Chooser,
  ahead: readonly StepAhead[],
  refs: readonly string[] | undefined,
): Promise<Pick<PlanDraft, 'steps' | 'decisions'>> {
  const open = new Map(ahead.map((step) => [step.workloadId, step.planId]))
  const rows =
    refs === undefined
      ? Array.from(ctx.planner.waiting, (id) => ctx.mirror.workloads.get(id))
          .filter((row) => row !== undefined)
          .filter((row) => !open.has(row.id))
      : await workloadsNamed(ctx, refs)
  for (const row of refs === undefined ? [] : rows) {
    const plan = open.get(row.id)
    if (plan !== undefined)
      throw new OrreryError(
        'conflict',
        `Workload '${row.name}' is in plan ${plan} already. Answer that one first.`,
      )
    if (row.nodeId !== null)
      throw new OrreryError(
        'conflict',
        `Workload '${row.name}' has a node already. Use a \`migrate\` step to move it.`,
      )
    if (row.state !== 'pending')
      throw new OrreryError(
        'conflict',
        `Workload '${row.name}' is ${row.state}; a pending one can be placed.`,
      )
  }
  if (rows.length === 0)
    throw new OrreryError('conflict', 'Nothing waits for a place, so there is nothing to plan.')
  const workloads = rows
    .map(plannerWorkload)
    .toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))
    .slice(0, workloadsMax)
  const made = decideEach(imagine(ctx, ahead), workloads, chooser)
  const placed = made.filter((decision) => decision.outcome === 'placed')
  if (placed.length === 0) {
    throw new OrreryError(
      'no_capacity',
      `None of ${made.length} waiting workloads has a place. ${made[0]?.message ?? ''}`.trim(),
    )
  }
  const decisions = placed.map((decision) => decisionWrite(decision, chooser, null))
  return {
    steps: placed.map((decision, index) => stepOf(index + 1, decision, decisions[index]?.id ?? '', null)),
    decisions,
  }
}
