/** The end of a run as a plan for the live system: who stands elsewhere goes there, in an order in which there is room. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { NodeId } from '@orrery/api/id.ts'
import type { Plan } from '@orrery/api/plan.ts'
import type { RunChange, RunPlanCreate } from '@orrery/api/run.ts'
import type { PlannerInventory, PlannerWorkload } from '@orrery/core/inventory/model.ts'
import { inventoryRelease, inventoryReserve } from '@orrery/core/inventory/reserve.ts'
import { type PlacementDecision, decide } from '@orrery/core/planner/decide.ts'
import type { MoveCost } from '@orrery/core/planner/reoptimise/cost.ts'
import { rearrangePropose } from '@orrery/core/planner/reoptimise/rearrange.ts'
import { bytesInWords } from '@orrery/core/planner/words.ts'
import { policyResolve } from '@orrery/core/policy/policies.ts'
import { sql } from 'kysely'
import type { DecisionWrite } from '../../db/decision.ts'
import { idNew } from '../../db/id.ts'
import type { StepInsert } from '../../db/plan-insert.ts'
import { stepsAhead } from '../../db/plan-open.ts'
import { type PolicyRow, policyFind } from '../../db/policy.ts'
import { runFind, runPolicyFind } from '../../db/run.ts'
import type { RunPolicy } from '../../db/run-result.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { type Chooser, chooserOf, decisionWrite } from '../plan/decide.ts'
import { imagine } from '../plan/imagine.ts'
import { plannerWorkload } from '../plan/live.ts'
import { planWhole } from '../plan/view.ts'
import { waitsForApproval } from '../plan/words.ts'
import { planWriteIn, stepOf } from '../plan/write.ts'
import { settle } from '../settle.ts'
import { transaction } from '../transaction.ts'
import { resultChosen } from './view.ts'

const stepsMax = 1000

/** Proposes it; it touches nothing until somebody approves it. What changed since the run is said, and left out. */
export async function runPlan(ctx: Ctx, ref: string, input: RunPlanCreate): Promise<Plan> {
  requireRole(ctx, 'operator')
  const run = found(await runFind(ctx.database.db, ref), 'run', ref)
  if (run.source.kind === 'scenario')
    throw new OrreryError(
      'conflict',
      `Run '${run.name}' is of a scenario, whose nodes and tasks are not the live ones: its end cannot be a plan. Runs that start from the inventory can.`,
    )
  const result = await resultChosen(ctx, run, input)
  const policy = await runPolicyFind(ctx.database.db, run.id, result.policy)
  if (policy === null)
    throw new Error(`run ${run.id} has a result of '${result.policy}', which it did not run`)
  const moves = await movesOf(ctx, result.changes)
  const stored = await policyFind(ctx.database.db, policy.name)
  const chooser = chooserOf(stored ?? rowOf(policy, result.seed), 'run')
  const ahead = await stepsAhead(ctx.database.db)
  const busy = new Set(ahead.map(({ workloadId }) => workloadId))
  const free = moves.todo.filter(({ workload }) => !busy.has(workload.id))
  const ordered = stepsInOrder(imagine(ctx, ahead), free.slice(0, stepsMax), chooser)
  const left = [
    ...moves.gone,
    ...moves.todo
      .filter((move) => !free.includes(move))
      .map((move) => `${move.workload.name}: another plan has it`),
    ...ordered.stuck,
  ]
  const { steps, decisions, cost } = ordered
  if (steps.length === 0) throw nothingToDo(result.changeCount, left)
  const count = (kind: string) => steps.filter((step) => step.kind === kind).length
  const more = free.length - stepsMax
  const reason = [
    input.reason,
    `End of run ${run.name} under ${result.policy}, seed ${result.seed}: ${count('place')} placed, ${count('migrate')} moved${cost.bytes > 0 ? `: ${costInWords(cost)}` : ''}.`,
    more > 0 ? `${more} more are left for another plan.` : undefined,
    left.length > 0
      ? `Left out ${left.length}: ${left.slice(0, 5).join('; ')}${left.length > 5 ? '; …' : ''}.`
      : undefined,
  ]
  const { plan, changed } = await transaction(ctx, async (tx) => {
    const id = await planWriteIn(tx, ctx, stored === null ? null : chooser, {
      steps,
      decisions,
      origin: `run ${run.name}`,
      state: 'proposed',
      reason: reason
        .filter((part) => part !== undefined)
        .join(' ')
        .slice(0, 2000),
    })
    const waiting = await waitsForApproval(tx, id, steps)
    return { plan: await planWhole(tx, id), changed: [...waiting] }
  })
  await settle(ctx, { workloads: changed })
  return plan
}

type Move = {
  workload: PlannerWorkload
  /** where it stands now, and with what */
  from: { id: string; name: string; index: number; gpuIndexes: number[] } | null
  to: string
  gpuIndexes: readonly number[]
}

/** What the run would change of what is there now. */
async function movesOf(ctx: Ctx, changes: readonly RunChange[]): Promise<{ todo: Move[]; gone: string[] }> {
  const todo: Move[] = []
  const gone: string[] = []
  const held = await devicesHeld(
    ctx,
    changes.map(({ workloadId }) => workloadId),
  )
  for (const change of changes) {
    const { workloadId, workloadName, nodeId } = change
    if (nodeId === null) continue
    const row = ctx.mirror.workloads.get(workloadId)
    const name = workloadName ?? workloadId
    if (row === undefined) gone.push(`${name}: it is gone`)
    else if (row.nodeId !== change.fromNodeId) gone.push(`${name}: it was moved since`)
    else if (!ctx.planner.inventory.indexes.has(nodeId)) gone.push(`${name}: its new node is gone`)
    else {
      const index = row.nodeId === null ? undefined : ctx.planner.inventory.indexes.get(row.nodeId)
      const from =
        row.nodeId === null || index === undefined
          ? null
          : {
              id: row.nodeId,
              name: ctx.mirror.nodes.get(row.nodeId)?.name ?? row.nodeId,
              index,
              gpuIndexes: held.get(row.id) ?? [],
            }
      todo.push({ workload: plannerWorkload(row), from, to: nodeId, gpuIndexes: change.gpuIndexes })
    }
  }
  return { todo, gone }
}

async function devicesHeld(ctx: Ctx, ids: readonly string[]): Promise<Map<string, number[]>> {
  const { rows } = await sql<{
    id: string
    gpuIndexes: number[]
  }>`select id, gpu_indexes as "gpuIndexes" from workload
    where id = any (${[...ids]}::uuid[]) and gpu_count > 0`.execute(ctx.database.db)
  return new Map(rows.map((row) => [row.id, row.gpuIndexes]))
}

/** An algorithm that the run had by its name alone, as if it were stored. */
function rowOf(policy: RunPolicy, seed: number): PolicyRow {
  const never = {
    id: '',
    mode: 'approve' as const,
    active: false,
    created_at: '',
    changed_at: '',
    version: 0,
  }
  return { ...never, network: null, ...policy, seed }
}

type Ordered = { steps: StepInsert[]; decisions: DecisionWrite[]; stuck: string[]; cost: MoveCost }

/**
 * First the moves, in an order in which each finds its room free, out of one another's way where they block each other;
 * then the places of who has none yet. All of it is made on `imagined`.
 */
function stepsInOrder(imagined: PlannerInventory, moves: readonly Move[], chooser: Chooser): Ordered {
  const ordered: Ordered = { steps: [], decisions: [], stuck: [], cost: { seconds: 0, bytes: 0 } }
  movesMake(imagined, moves, ordered)
  placesMake(
    imagined,
    moves.filter(({ from }) => from === null),
    chooser,
    ordered,
  )
  // It may need the room that an earlier step leaves, and cannot come before one of its own.
  for (const step of ordered.steps) {
    step.after = ordered.steps
      .filter(
        (earlier) =>
          earlier.ordinal < step.ordinal &&
          (earlier.workload?.id === step.workload?.id ||
            (earlier.fromNode !== null && earlier.fromNode.id === step.node?.id)),
      )
      .map(({ ordinal }) => ordinal)
  }
  return ordered
}

/** Whoever steps aside for another goes where best fit puts it: it does not stay there. */
const aside = policyResolve({ algorithm: 'best-fit' })

function movesMake(imagined: PlannerInventory, moves: readonly Move[], ordered: Ordered): void {
  const wanted = moves.flatMap(({ workload, from, to }) => {
    const toIndex = imagined.indexes.get(to)
    if (from === null || toIndex === undefined) return []
    return [
      {
        standing: { workload: { ...workload, gpuIndexes: from.gpuIndexes }, nodeIndex: from.index },
        toIndex,
      },
    ]
  })
  if (wanted.length === 0) return
  const proposal = rearrangePropose({
    inventory: imagined,
    standing: wanted.map(({ standing }) => standing),
    movesMax: stepsMax,
    policy: aside,
    wanted,
  })
  const node = (index: number) => ({ id: imagined.ids[index] ?? '', name: imagined.names[index] ?? '' })
  for (const move of proposal.moves) {
    const { workload, fromIndex, toIndex, gpuIndexes, cost, reason } = move
    inventoryRelease(imagined, fromIndex, workload, workload.gpuIndexes)
    inventoryReserve(imagined, toIndex, workload, gpuIndexes)
    ordered.steps.push({
      id: idNew<'step'>(),
      ordinal: ordered.steps.length + 1,
      kind: 'migrate',
      workload: { id: workload.id, name: workload.name },
      node: node(toIndex),
      fromNode: node(fromIndex),
      demand: null,
      gpuIndexes: [...gpuIndexes],
      after: [],
      reason: `It ${reason}: ${costInWords(cost)}.`,
      decisionId: null,
    })
  }
  ordered.cost = proposal.cost
  ordered.stuck.push(...proposal.stays.map(({ workload, reason }) => `${workload.name}: ${reason}`))
}

function placesMake(
  imagined: PlannerInventory,
  moves: readonly Move[],
  chooser: Chooser,
  { steps, decisions, stuck }: Ordered,
): void {
  for (const move of moves) {
    const decision = decisionAt(imagined, move, chooser)
    if (decision.nodeIndex === null) {
      stuck.push(`${move.workload.name}: ${decision.message}`)
      continue
    }
    inventoryReserve(imagined, decision.nodeIndex, move.workload, decision.gpuIndexes)
    const kept = decisionWrite(decision, chooser, null)
    decisions.push(kept)
    steps.push(stepOf(steps.length + 1, decision, kept.id, null))
  }
}

function costInWords({ seconds, bytes }: MoveCost): string {
  return `about ${Math.round(seconds)} s, ${bytesInWords(bytes)} to copy`
}

/** The planner's word on that node alone; the run's own devices where they are free. */
function decisionAt(
  imagined: PlannerInventory,
  { workload, to, gpuIndexes }: Move,
  chooser: Chooser,
): PlacementDecision {
  const constraints = { ...workload.constraints, nodeIds: [to as NodeId] }
  const decision = decide(imagined, { ...workload, constraints }, chooser.policy, chooser.random)
  if (decision.nodeIndex === null || gpuIndexes.length === 0) return decision
  const start = imagined.nodes.gpuStart[decision.nodeIndex] ?? 0
  const isFree = gpuIndexes.every(
    (device) => (imagined.devices.milliFree[start + device] ?? 0) >= workload.demand.gpu.milli,
  )
  return isFree ? { ...decision, gpuIndexes: [...gpuIndexes] } : decision
}

function nothingToDo(changeCount: number, left: readonly string[]): OrreryError {
  if (changeCount === 0)
    return new OrreryError(
      'conflict',
      'At the end of this run everything stands where it stood, so there is nothing to plan.',
    )
  return new OrreryError(
    'conflict',
    `Nothing of this run can be done any more: ${left.slice(0, 5).join('; ')}${left.length > 5 ? '; …' : ''}. Run it again from the present.`,
  )
}
