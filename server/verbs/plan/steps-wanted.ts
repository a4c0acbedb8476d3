/** Steps that a person wrote: names resolved, places checked or chosen on an imagined inventory, and put in an order. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { NodeId } from '@orrery/api/id.ts'
import type { PlanCreate } from '@orrery/api/plan.ts'
import type { PlannerInventory, PlannerWorkload } from '@orrery/core/inventory/model.ts'
import { inventoryRelease } from '@orrery/core/inventory/reserve.ts'
import { sql } from 'kysely'
import { idNew } from '../../db/id.ts'
import type { MirrorWorkload } from '../../db/mirror/rows.ts'
import type { StepAhead } from '../../db/plan-open.ts'
import type { StepInsert } from '../../db/plan-insert.ts'
import type { Ctx } from '../context.ts'
import { type Chooser, decideEach, decisionWrite } from './decide.ts'
import { imagine } from './imagine.ts'
import { plannerWorkload } from './live.ts'
import { nodeNamed, workloadsNamed } from './named.ts'
import { type PlanDraft, stepOf } from './write.ts'

type StepInput = NonNullable<PlanCreate['steps']>[number]
type Wanted = { step: StepInput; at: string; ordinal: number }
/** Where a workload stands after the steps so far. */
type Stands = { row: MirrorWorkload; node: { id: string; name: string } | null; gpuIndexes: number[] }

export async function stepsWanted(
  ctx: Ctx,
  chooser: Chooser,
  ahead: readonly StepAhead[],
  steps: readonly StepInput[],
): Promise<Pick<PlanDraft, 'steps' | 'decisions'>> {
  if (steps.length === 0)
    throw new OrreryError('invalid', '`steps` is empty. Leave it out to let the policy choose.', {
      pointer: '/steps',
    })
  const imagined = imagine(ctx, ahead)
  const standing = new Map<string, Stands>()
  const draft: Pick<PlanDraft, 'steps' | 'decisions'> = { steps: [], decisions: [] }
  for (const [index, step] of steps.entries()) {
    const wanted = { step, at: `/steps/${index}`, ordinal: index + 1 }
    draft.steps.push(await one(ctx, chooser, imagined, standing, wanted, draft))
  }
  for (const step of draft.steps)
    step.after = draft.steps.filter((earlier) => precedes(earlier, step)).map(({ ordinal }) => ordinal)
  return draft
}

async function one(
  ctx: Ctx,
  chooser: Chooser,
  imagined: PlannerInventory,
  standing: Map<string, Stands>,
  wanted: Wanted,
  draft: Pick<PlanDraft, 'decisions'>,
): Promise<StepInsert> {
  const { step, at, ordinal } = wanted
  if (step.kind === 'drain') {
    const node = await nodeNamed(ctx, need(step.node, wanted, 'node'))
    const index = imagined.indexes.get(node.id)
    if (index !== undefined) imagined.nodes.ready[index] = 0
    return { ...plain(wanted), node: { id: node.id, name: node.name } }
  }
  const stands = await standsNow(ctx, standing, need(step.workload, wanted, 'workload'))
  const workload = { id: stands.row.id, name: stands.row.name }
  if (step.kind === 'resize') {
    if (step.demand === undefined)
      throw new OrreryError('invalid', 'A `resize` step needs a `demand`.', { pointer: `${at}/demand` })
    return { ...plain(wanted), workload, demand: step.demand, node: stands.node }
  }
  if (step.kind === 'start' || step.kind === 'stop' || step.kind === 'hold')
    return { ...plain(wanted), workload, node: stands.node }
  const from = stands.node
  if (step.kind === 'place' && from !== null)
    throw new OrreryError(
      'conflict',
      `Workload '${workload.name}' is on node '${from.name}' already. Use a \`migrate\` step.`,
      { pointer: at },
    )
  if (step.kind !== 'place' && from === null)
    throw new OrreryError('conflict', `Workload '${workload.name}' is on no node. Use a \`place\` step.`, {
      pointer: at,
    })
  leave(imagined, stands, from)
  if (step.kind === 'unbind') return { ...plain(wanted), workload, fromNode: from }
  const decision = await choose(ctx, chooser, imagined, plannerWorkload(stands.row), step.node, from, at)
  const kept = decisionWrite(decision, chooser, null)
  draft.decisions.push(kept)
  const made = stepOf(ordinal, decision, kept.id, from)
  stands.node = made.node
  stands.gpuIndexes = decision.gpuIndexes
  return made
}

async function choose(
  ctx: Ctx,
  chooser: Chooser,
  imagined: PlannerInventory,
  workload: PlannerWorkload,
  nodeRef: string | undefined,
  from: { id: string; name: string } | null,
  at: string,
) {
  const node = nodeRef === undefined ? null : await nodeNamed(ctx, nodeRef)
  if (node !== null && node.id === from?.id)
    throw new OrreryError('conflict', `Workload '${workload.name}' is on node '${node.name}' already.`, {
      pointer: at,
    })
  const nodeIds = node === null ? workload.constraints.nodeIds : [node.id as NodeId]
  const constraints = { ...workload.constraints, ...(nodeIds === undefined ? {} : { nodeIds }) }
  // Moving where it stands is no move: the node it leaves is out of the question.
  const left = from === null ? undefined : imagined.indexes.get(from.id)
  const ready = left === undefined ? 0 : (imagined.nodes.ready[left] ?? 0)
  if (left !== undefined) imagined.nodes.ready[left] = 0
  const [decision] = decideEach(imagined, [{ ...workload, constraints }], chooser)
  if (left !== undefined) imagined.nodes.ready[left] = ready
  if (decision === undefined) throw new Error('the planner answered nothing')
  if (decision.outcome === 'pending')
    throw new OrreryError('no_capacity', `Workload '${workload.name}': ${decision.message}`, { pointer: at })
  return decision
}

function leave(imagined: PlannerInventory, stands: Stands, from: { id: string } | null): void {
  const index = from === null ? undefined : imagined.indexes.get(from.id)
  if (index === undefined) return
  inventoryRelease(imagined, index, plannerWorkload(stands.row), stands.gpuIndexes)
  stands.node = null
  stands.gpuIndexes = []
}

async function standsNow(ctx: Ctx, standing: Map<string, Stands>, ref: string): Promise<Stands> {
  const [row] = await workloadsNamed(ctx, [ref])
  if (row === undefined) throw new Error('a named workload is not there')
  const known = standing.get(row.id)
  if (known !== undefined) return known
  const { rows } = await sql<{
    gpuIndexes: number[]
  }>`select gpu_indexes as "gpuIndexes" from workload where id = ${row.id}::uuid`.execute(ctx.database.db)
  const node =
    row.nodeId === null
      ? null
      : { id: row.nodeId, name: ctx.mirror.nodes.get(row.nodeId)?.name ?? row.nodeId }
  const stands = { row, node, gpuIndexes: rows[0]?.gpuIndexes ?? [] }
  standing.set(row.id, stands)
  return stands
}

/** An earlier step comes first when both are about one workload, or when it leaves or drains the node the later one takes. */
function precedes(earlier: StepInsert, later: StepInsert): boolean {
  if (earlier.ordinal >= later.ordinal) return false
  if (earlier.workload !== null && earlier.workload.id === later.workload?.id) return true
  return (
    later.node !== null &&
    (earlier.fromNode?.id === later.node.id ||
      (earlier.kind === 'drain' && earlier.node?.id === later.node.id))
  )
}

function need(value: string | undefined, { step, at }: Wanted, what: 'workload' | 'node'): string {
  if (value !== undefined) return value
  throw new OrreryError('invalid', `A \`${step.kind}\` step needs a \`${what}\`.`, {
    pointer: `${at}/${what}`,
  })
}

function plain({ step, ordinal }: Wanted): StepInsert {
  return {
    id: idNew<'step'>(),
    ordinal,
    kind: step.kind,
    workload: null,
    node: null,
    fromNode: null,
    demand: null,
    gpuIndexes: null,
    after: [],
    reason: null,
    decisionId: null,
  }
}
