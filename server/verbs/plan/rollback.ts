/** A plan that puts back what an applied one placed and moved, step by step from the last to the first. */
import { OrreryError } from '@orrery/api/errors.ts'
import { isUuid } from '@orrery/api/id.ts'
import { type Plan, type PlanState, planActions } from '@orrery/api/plan.ts'
import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { idNew } from '../../db/id.ts'
import { type StepRow, planFind, planItem, planLock, planSteps } from '../../db/plan.ts'
import type { StepInsert } from '../../db/plan-insert.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { settle } from '../settle.ts'
import { transaction } from '../transaction.ts'
import { planWhole } from './view.ts'
import { waitsForApproval } from './words.ts'
import { planWriteIn } from './write.ts'

/**
 * Proposes it. A workload that was moved goes back to its node and its devices; one that was placed leaves its node, and
 * is held: the planner would place it again at once. Workloads that were moved since are left where they are, and said.
 */
export async function planRollback(ctx: Ctx, ref: string, input: { reason?: string }): Promise<Plan> {
  requireRole(ctx, 'operator')
  const { plan, changed } = await transaction(ctx, async (tx) => {
    // Held first: of two that put it back at once the second sees what the first has made.
    const held = isUuid(ref) ? await planLock(tx, ref) : null
    const before = planItem(found(held === null ? null : await planFind(tx, held.id), 'plan', ref))
    const possible: readonly PlanState[] = planActions.rollback
    if (!possible.includes(before.state)) {
      throw new OrreryError(
        'conflict',
        `The plan is ${before.state}; one can roll back a plan that is applied, or failed half way.`,
      )
    }
    await rolledBackOnce(tx, before.id)
    const done = (await planSteps(tx, before.id)).filter(({ state }) => state === 'done')
    const { steps, left } = await stepsBack(tx, done.toReversed())
    if (steps.length === 0) {
      throw new OrreryError(
        'conflict',
        left.length === 0
          ? 'The plan placed and moved nothing, so there is nothing to put back.'
          : `Nothing of the plan can be put back: ${left.slice(0, 5).join('; ')}.`,
      )
    }
    const reason = [
      input.reason,
      `Puts back plan ${before.id}.`,
      left.length > 0 ? `Left as they are ${left.length}: ${left.slice(0, 5).join('; ')}.` : undefined,
    ]
    const id = await planWriteIn(tx, ctx, null, {
      origin: ctx.actor.name,
      state: 'proposed',
      reason: reason
        .filter((part) => part !== undefined)
        .join(' ')
        .slice(0, 2000),
      steps,
      decisions: [],
    })
    await sql`update plan set rolls_back = ${before.id}::uuid where id = ${id}::uuid`.execute(tx)
    const waiting = await waitsForApproval(tx, id, steps)
    return { plan: await planWhole(tx, id), changed: [...waiting] }
  })
  await settle(ctx, { workloads: changed })
  return plan
}

async function rolledBackOnce(tx: Handle, id: string): Promise<void> {
  const { rows } = await sql<{ id: string; state: string }>`select id, state from plan
    where rolls_back = ${id}::uuid and state not in ('refused', 'failed')`.execute(tx)
  const [other] = rows
  if (other === undefined) return
  throw new OrreryError('conflict', `Plan ${other.id} puts it back already; that one is ${other.state}.`)
}

type Stands = { id: string; name: string; node_id: string | null }

async function stepsBack(
  tx: Handle,
  done: readonly StepRow[],
): Promise<{ steps: StepInsert[]; left: string[] }> {
  const steps: StepInsert[] = []
  const left: string[] = []
  const standing = await standingNow(tx, done)
  for (const step of done) {
    if (step.kind !== 'place' && step.kind !== 'migrate') {
      if (step.workload_id !== null || step.node_id !== null)
        left.push(
          `${step.workload_name ?? step.node_name ?? ''}: a step of the kind ${step.kind} is not undone`,
        )
      continue
    }
    const workload = standing.get(step.workload_id ?? '')
    const name = step.workload_name ?? ''
    if (workload === undefined) left.push(`${name}: it is gone`)
    else if (workload.node_id !== step.node_id) left.push(`${name}: it was moved since`)
    else {
      steps.push(...(await undo(tx, step, workload, steps.length)))
      workload.node_id = step.from_node_id
    }
  }
  order(steps)
  return { steps, left }
}

/** A step waits for the ones before it that are about its workload, and for those that leave the node it goes to. */
function order(steps: readonly StepInsert[]): void {
  const about = new Map<string, number[]>()
  const leaving = new Map<string, number[]>()
  for (const step of steps) {
    const { ordinal } = step
    const workloadId = step.workload?.id ?? ''
    const before = [...(about.get(workloadId) ?? []), ...(leaving.get(step.node?.id ?? '') ?? [])]
    step.after = [...new Set(before)].toSorted((a, b) => a - b)
    about.set(workloadId, [...(about.get(workloadId) ?? []), ordinal])
    if (step.fromNode !== null) {
      const left = leaving.get(step.fromNode.id)
      if (left === undefined) leaving.set(step.fromNode.id, [ordinal])
      else left.push(ordinal)
    }
  }
}

async function standingNow(tx: Handle, done: readonly StepRow[]): Promise<Map<string, Stands>> {
  const ids = done.flatMap(({ workload_id: id }) => (id === null ? [] : [id]))
  const { rows } =
    await sql<Stands>`select id, name, node_id from workload where id = any (${ids}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

async function undo(tx: Handle, step: StepRow, workload: Stands, count: number): Promise<StepInsert[]> {
  const here = { id: step.node_id ?? '', name: step.node_name ?? '' }
  const base = {
    workload: { id: workload.id, name: workload.name },
    demand: null,
    gpuIndexes: null,
    after: [],
    decisionId: null,
  }
  if (step.from_node_id === null) {
    const leave = { ...base, id: idNew<'step'>(), ordinal: count + 1, kind: 'unbind' as const }
    // While it is to be held the plan has it, and nobody plans it; one that could not leave is not held.
    const hold = {
      ...base,
      id: idNew<'step'>(),
      ordinal: count + 2,
      kind: 'hold' as const,
    }
    return [
      { ...leave, node: null, fromNode: here, reason: 'it stood nowhere before' },
      { ...hold, node: null, fromNode: null, reason: 'so that the planner does not place it again' },
    ]
  }
  const back = { id: step.from_node_id, name: step.from_node_name ?? '' }
  return [
    {
      ...base,
      id: idNew<'step'>(),
      ordinal: count + 1,
      kind: 'migrate',
      node: back,
      fromNode: here,
      gpuIndexes: await devicesBefore(tx, step),
      reason: `it stood on ${back.name} before`,
    },
  ]
}

/** The devices that a workload held before a step moved it: its history has the row that was. */
async function devicesBefore(tx: Handle, step: StepRow): Promise<number[] | null> {
  const { rows } = await sql<{ gpu_indexes: number[] }>`select gpu_indexes from workload_history
    where id = ${step.workload_id}::uuid and node_id = ${step.from_node_id}::uuid and valid_to <= ${step.ended_at}::timestamptz
    order by valid_to desc limit 1`.execute(tx)
  const devices = rows[0]?.gpu_indexes
  return devices === undefined || devices.length === 0 ? null : devices
}
