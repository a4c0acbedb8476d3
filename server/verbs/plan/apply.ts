/**
 * Carries a plan out. The steps that wait for nothing go together: one transaction checks the fence, holds the plan's
 * row, takes the steps that are still waiting, does them and marks them. So a step is done once or not at all, whoever
 * applies the plan and however often that one is interrupted.
 */
import { sql } from 'kysely'
import { type StepRow, planLock } from '../../db/plan.ts'
import {
  type StepCounts,
  type StepOutcome,
  stepCounts,
  stepsMark,
  stepsReady,
  stepsSkip,
} from '../../db/plan-step.ts'
import type { Ctx } from '../context.ts'
import { operationBeginIn, operationEndIn } from '../operation/state.ts'
import { settle } from '../settle.ts'
import { type Tx, record, transaction } from '../transaction.ts'
import { stepsDo } from './step.ts'

/** Small enough for a transaction of a few tens of milliseconds, large enough for hundreds of placements per second. */
const batchMax = 200

export type Fence = { fence: bigint; check: (tx: Tx) => Promise<void> }

type Batch = { ended: boolean; failed: boolean; nodes: string[]; workloads: string[] }

/** Applies an approved plan to its end, or until the signal. True when it has ended. */
export async function planApply(
  ctx: Ctx,
  planId: string,
  fence: Fence,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    if (signal.aborted) return false
    const batch = await transaction(ctx, (tx) => applyBatch(tx, ctx, planId, fence))
    await settle(ctx, { nodes: batch.nodes, workloads: batch.workloads })
    if (batch.workloads.length > 0) ctx.nudge('execute')
    if (batch.ended) {
      // What failed is planned again with the loop's own period: were it to fail again, it would be at once and for ever.
      if (!batch.failed) ctx.nudge('plan')
      return true
    }
  }
}

async function applyBatch(tx: Tx, ctx: Ctx, planId: string, { fence, check }: Fence): Promise<Batch> {
  await check(tx)
  const plan = await planLock(tx, planId)
  if (plan === null || (plan.state !== 'approved' && plan.state !== 'applying')) {
    return { ended: true, failed: false, nodes: [], workloads: [] }
  }
  if (plan.state === 'approved') {
    await sql`update plan set state = 'applying' where id = ${planId}::uuid`.execute(tx)
    await record(tx, ctx, 'plan.apply', {
      subject: { kind: 'plan', id: planId, name: null },
      before: { state: 'approved' },
      after: { state: 'applying' },
    })
    if (plan.operation_id !== null) await operationBeginIn(tx, ctx, plan.operation_id)
  }
  const steps = await stepsReady(tx, planId, batchMax)
  const outcomes = await stepsDo(tx, ctx, steps)
  await stepsMark(tx, fence, outcomes)
  if (outcomes.some(({ state }) => state === 'failed')) while ((await stepsSkip(tx, planId)) > 0);
  const counts = await stepCounts(tx, planId)
  // Nothing ready although something waits: its predecessors can never be done.
  const stalled = steps.length === 0 && counts.waiting > 0
  if (stalled) throw new Error(`plan ${planId} has steps that wait for each other`)
  const ended = counts.waiting === 0
  if (ended) await planEnd(tx, ctx, planId, plan.operation_id, counts)
  else if (plan.operation_id !== null) await progress(tx, plan.operation_id, counts)
  return { ended, failed: counts.failed > 0, ...touched(steps, outcomes) }
}

async function planEnd(
  tx: Tx,
  ctx: Ctx,
  planId: string,
  operationId: string | null,
  counts: StepCounts,
): Promise<void> {
  const state = counts.failed === 0 ? 'applied' : 'failed'
  const sentence =
    counts.failed === 0
      ? `${counts.done} of ${counts.total} steps done${idleWords(counts.idle)}`
      : `${counts.done} of ${counts.total} steps done, ${counts.failed} not: ${counts.firstError ?? 'they were left out'}`
  await sql`update plan set state = ${state}, ended_at = clock_timestamp() where id = ${planId}::uuid`.execute(
    tx,
  )
  await record(tx, ctx, state === 'applied' ? 'plan.applied' : 'plan.fail', {
    subject: { kind: 'plan', id: planId, name: null },
    before: { state: 'applying' },
    after: { state, done: counts.done, failed: counts.failed },
    reason: sentence,
  })
  if (operationId === null) return
  await operationEndIn(tx, ctx, operationId, {
    state: counts.failed === 0 ? 'succeeded' : 'failed',
    error: counts.failed === 0 ? null : sentence,
    output: { planId, done: counts.done, failed: counts.failed },
    progress: { done: counts.done + counts.idle + counts.failed, total: counts.total, note: sentence },
  })
}

function idleWords(count: number): string {
  return count === 0 ? '' : `, ${count} had nothing to do: their workloads are gone`
}

async function progress(tx: Tx, operationId: string, counts: StepCounts): Promise<void> {
  await sql`update operation set done = ${counts.done + counts.idle + counts.failed}::float8, total = ${counts.total}::float8,
    note = ${`${counts.done} of ${counts.total} steps done`} where id = ${operationId}::uuid and state = 'running'`.execute(
    tx,
  )
}

function touched(
  steps: readonly StepRow[],
  outcomes: readonly StepOutcome[],
): Pick<Batch, 'nodes' | 'workloads'> {
  const ids = new Set(outcomes.map(({ id }) => id))
  const of = (pick: (step: StepRow) => (string | null)[]) => [
    ...new Set(
      steps
        .filter((step) => ids.has(step.id))
        .flatMap(pick)
        .filter((id) => id !== null),
    ),
  ]
  return {
    nodes: of((step) => [step.node_id, step.from_node_id]),
    workloads: of((step) => [step.workload_id]),
  }
}
