/**
 * One round of planning: what waits gets a place or a reason, and nodes that are to be emptied get a plan for it. It
 * reads everything again each time and writes a plan only where there is something new to do.
 */
import { pendingOrder } from '@orrery/core/planner/order.ts'
import type { MirrorNode, MirrorWorkload } from '../../db/mirror/rows.ts'
import { policyActive } from '../../db/policy.ts'
import { importsRunning, plansRefused, stepsAhead } from '../../db/plan-open.ts'
import { cannotLeave } from '../../db/refusal.ts'
import type { Ctx } from '../context.ts'
import { settle } from '../settle.ts'
import { type Tx, transaction } from '../transaction.ts'
import { type Chooser, asksOf, chooserOf, decideEach, decisionWrite } from './decide.ts'
import { nodesDraining, nodesEvacuate } from './evacuation.ts'
import { imagine } from './imagine.ts'
import { importLabel } from './import-label.ts'
import { plannerWorkload } from './live.ts'
import type { PlanMemory } from './memory.ts'
import { type PlanDraft, type Refused, planWriteIn, refusalsWriteIn, stepOf } from './write.ts'
import { waitsForApproval } from './words.ts'

/** A round plans this many workloads at most; the next round follows at once. */
const roundMax = 2000
const refusedPlansMax = 20

/** Those of some waiting workloads that somebody else decides for. */
export type Others = (rows: readonly MirrorWorkload[]) => Promise<ReadonlySet<string>>
export type PlanRound = { planned: number; refused: number; more: boolean }

export async function planNext(
  ctx: Ctx,
  memory: PlanMemory,
  check: (tx: Tx) => Promise<void>,
  nowMs: number,
  others: Others = async () => new Set(),
): Promise<PlanRound> {
  const { db } = ctx.database
  const draining = nodesDraining(ctx)
  if (ctx.planner.waiting.size === 0 && draining.length === 0) return { planned: 0, refused: 0, more: false }
  const row = await policyActive(db)
  if (row === null) {
    ctx.log.warn({}, 'no policy is active, so nothing is planned')
    return { planned: 0, refused: 0, more: false }
  }
  const ahead = await stepsAhead(db)
  const open = new Set(ahead.map((step) => step.workloadId))
  const imports = await importsRunning(db)
  const chooser = chooserOf(row, 'plan', String(ctx.planner.revision))
  const policy = `${row.id} ${row.version}`
  const view = (asks: string, siteIds?: readonly string[]) => ({
    asks,
    policy,
    revision: ctx.planner.roomRevision(siteIds),
    ms: nowMs,
  })

  const ready = Array.from(ctx.planner.waiting, (id) => ctx.mirror.workloads.get(id)).filter(
    (workload) =>
      workload !== undefined && !open.has(workload.id) && !imports.has(workload.labels[importLabel] ?? ''),
  )
  const rows = ready.filter((workload) => workload !== undefined)
  const held = rows.length === 0 ? new Set<string>() : await others(rows)
  const asking = rows
    .filter(({ id }) => !held.has(id))
    .map(plannerWorkload)
    .filter((workload) => !memory.skips(workload.id, view(asksOf(workload), workload.constraints.siteIds)))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const candidates = pendingOrder(ctx.planner.inventory, chooser.policy, asking)
  const imagined = imagine(ctx, ahead)
  const decisions = decideEach(imagined, candidates.slice(0, roundMax), chooser)
  const views = new Map(
    candidates.map((each) => [each.id as string, view(asksOf(each), each.constraints.siteIds)]),
  )
  const refused: Refused[] = decisions
    .filter(
      (decision) =>
        decision.outcome === 'pending' &&
        memory.refused(decision, views.get(decision.workloadId) ?? view('')),
    )
    .map((decision) => ({ decision, nodeId: null, sentence: decision.message }))

  const drafts: PlanDraft[] = []
  const placed = decisions.filter((decision) => decision.outcome === 'placed')
  if (placed.length > 0) {
    drafts.push(
      draftOf(
        chooser,
        'plan-loop',
        `a place for ${placed.length} of ${decisions.length} waiting`,
        placed.map((decision) => ({ decision, from: null })),
      ),
    )
  }
  const skip = (node: MirrorNode, id: string) => open.has(id) || memory.skips(id, view(leaves(node)))
  for (const { node, moves, stuck } of await nodesEvacuate(ctx, imagined, draining, chooser, skip)) {
    for (const decision of stuck) {
      if (memory.refused(decision, view(leaves(node))))
        refused.push({
          decision,
          nodeId: node.id,
          sentence: `${cannotLeave(node.name)} ${decision.message}`,
        })
    }
    for (const decision of moves) views.set(decision.workloadId, view(leaves(node)))
    if (moves.length > 0) {
      const from = { id: node.id, name: node.name }
      drafts.push(
        draftOf(
          chooser,
          'drain',
          `empties ${node.name}: ${moves.length} of ${moves.length + stuck.length} workloads have a new place`,
          moves.map((decision) => ({ decision, from })),
        ),
      )
    }
  }

  const wanted = await notRefused(ctx, memory, drafts, (id) => {
    const now = views.get(id)
    if (now !== undefined) memory.held(id, now)
  })
  const changed = await write(ctx, chooser, check, wanted, refused)
  if (changed.length > 0 || wanted.length > 0) await settle(ctx, { workloads: changed })
  if (wanted.some((draft) => draft.state === 'approved')) ctx.nudge('apply')
  const more = candidates.length > roundMax
  return {
    planned: wanted.reduce((sum, draft) => sum + draft.steps.length, 0),
    refused: refused.length,
    more,
  }
}

/** What a workload asks for that is to leave this node; another drain of the node is another question. */
function leaves(node: MirrorNode): string {
  return `${node.id} ${node.version}`
}

function draftOf(
  chooser: Chooser,
  origin: string,
  reason: string,
  chosen: { decision: Parameters<typeof stepOf>[1]; from: Parameters<typeof stepOf>[3] }[],
): PlanDraft {
  const decisions = chosen.map(({ decision }) => decisionWrite(decision, chooser, null))
  return {
    origin,
    state: chooser.row.mode === 'auto' ? 'approved' : 'proposed',
    reason,
    steps: chosen.map(({ decision, from }, index) =>
      stepOf(index + 1, decision, decisions[index]?.id ?? '', from),
    ),
    decisions,
  }
}

/** A plan that a person refused is not proposed again as it was until something in the inventory changes. */
async function notRefused(
  ctx: Ctx,
  memory: PlanMemory,
  drafts: PlanDraft[],
  hold: (workloadId: string) => void,
): Promise<PlanDraft[]> {
  const refused = await plansRefused(ctx.database.db, ['plan-loop', 'drain'], refusedPlansMax)
  memory.keep(ctx.mirror.workloads, new Set(refused.map(({ id }) => id)))
  const { revision } = ctx.planner
  const still = new Set(
    refused
      .filter(({ id }) => memory.refusedPlan(id, revision) === revision)
      .map(({ steps }) => steps.toSorted().join('\n')),
  )
  return drafts.filter((draft) => {
    const steps = draft.steps.map((step) => [step.kind, step.workload?.id, step.node?.id].join(' '))
    if (!still.has(steps.toSorted().join('\n'))) return true
    for (const step of draft.steps) if (step.workload !== null) hold(step.workload.id)
    return false
  })
}

/** Everything of a round in one transaction. Gives the workloads whose rows changed. */
async function write(
  ctx: Ctx,
  chooser: Chooser,
  check: (tx: Tx) => Promise<void>,
  drafts: readonly PlanDraft[],
  refused: readonly Refused[],
): Promise<string[]> {
  if (drafts.length === 0 && refused.length === 0) return []
  return transaction(ctx, async (tx) => {
    await check(tx)
    const changed: string[] = []
    for (const draft of drafts) {
      const planId = await planWriteIn(tx, ctx, chooser, draft)
      if (draft.state === 'proposed') changed.push(...(await waitsForApproval(tx, planId, draft.steps)))
    }
    changed.push(...(await refusalsWriteIn(tx, ctx, chooser, refused)))
    return changed
  })
}
