import type { PlanStep } from '@orrery/api/plan.ts'
import type { PlacementDecision } from '@orrery/core/planner/decide.ts'
import { type DecisionWrite, decisionsInsert } from '../../db/decision.ts'
import { eventInsert } from '../../db/event.ts'
import { idNew } from '../../db/id.ts'
import { type StepInsert, planInsert } from '../../db/plan-insert.ts'
import { type Refusal, refusalsWrite } from '../../db/refusal.ts'
import type { Ctx } from '../context.ts'
import { type Tx, record } from '../transaction.ts'
import { type Chooser, decisionWrite } from './decide.ts'

export type PlanDraft = {
  origin: string
  state: 'proposed' | 'approved'
  reason: string | null
  steps: StepInsert[]
  /** of the steps; they are kept with the plan's id */
  decisions: DecisionWrite[]
}

/** Writes a plan with its steps, decisions and event in the caller's transaction. */
export async function planWriteIn(
  tx: Tx,
  ctx: Ctx,
  chooser: Chooser | null,
  draft: PlanDraft,
): Promise<string> {
  const id = idNew<'plan'>()
  const policy = chooser === null ? null : { id: chooser.row.id, name: chooser.row.name }
  await planInsert(tx, { id, policy, ...draft })
  await decisionsInsert(
    tx,
    draft.decisions.map((decision) => ({ ...decision, planId: id })),
  )
  await record(tx, ctx, 'plan.create', {
    subject: { kind: 'plan', id, name: null },
    after: {
      state: draft.state,
      origin: draft.origin,
      policyName: policy?.name ?? null,
      stepCount: draft.steps.length,
    },
    reason: draft.reason,
  })
  return id
}

/** The step of a placement that was chosen, or of a move when the workload stands somewhere. */
export function stepOf(
  ordinal: number,
  decision: PlacementDecision,
  decisionId: string,
  from: { id: string; name: string } | null,
): StepInsert {
  const { chosen } = decision
  if (chosen === null) throw new Error('a step was asked for where nothing was chosen')
  return {
    id: idNew<'step'>(),
    ordinal,
    kind: (from === null ? 'place' : 'migrate') satisfies PlanStep['kind'],
    workload: { id: decision.workloadId, name: decision.workloadName },
    node: { id: chosen.nodeId, name: chosen.nodeName },
    fromNode: from,
    demand: null,
    gpuIndexes: decision.gpuIndexes,
    after: [],
    reason: decision.message,
    decisionId,
  }
}

export type Refused = { decision: PlacementDecision; nodeId: string | null; sentence: string }

/**
 * Stores why workloads wait: the sentence on the workload, the decision behind it, and an event. Where the sentence is
 * the one that is there already, nothing is written. Gives the ids of the workloads that changed.
 */
export async function refusalsWriteIn(
  tx: Tx,
  ctx: Ctx,
  chooser: Chooser,
  refused: readonly Refused[],
): Promise<string[]> {
  const refusals = refused.map(({ decision, nodeId, sentence }): Refusal => ({
    workloadId: decision.workloadId,
    nodeId,
    reason: sentence,
  }))
  const changed = await refusalsWrite(tx, refusals)
  const news = refused.filter(({ decision }) => changed.has(decision.workloadId))
  await decisionsInsert(
    tx,
    news.map(({ decision }) => decisionWrite(decision, chooser, null)),
  )
  await eventInsert(
    tx,
    news.map(({ decision, nodeId, sentence }) => ({
      actorId: ctx.actor.id,
      actorName: ctx.actor.name,
      verb: 'workload.wait',
      subjectKind: 'workload',
      subjectId: decision.workloadId,
      subjectName: decision.workloadName,
      after: { nodeId },
      reason: sentence.slice(0, 2000),
      traceAt: ctx.traceAt ?? null,
    })),
  )
  return [...changed]
}
