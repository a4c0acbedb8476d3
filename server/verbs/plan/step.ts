/** What each kind of step does, in the transaction that marks it. */
import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { StepKind } from '@orrery/api/plan.ts'
import type { StepRow } from '../../db/plan.ts'
import type { StepOutcome } from '../../db/plan-step.ts'
import { refusalsWrite } from '../../db/refusal.ts'
import type { Ctx } from '../context.ts'
import { nodeDrain } from '../node/drain.ts'
import type { Tx } from '../transaction.ts'
import { type Placement, placeRefusal, placementApplyIn } from '../workload/place.ts'
import { workloadResize } from '../workload/resize.ts'
import { workloadUpdate } from '../workload/update.ts'

const modes = { place: 'bind', migrate: 'migrate', unbind: 'unbind' } as const
/** Steps that take a workload away or leave it alone: when it is gone, nothing is left to do, and nobody has to wait. */
const leaves = new Set<string>(['migrate', 'unbind', 'stop', 'hold'] satisfies StepKind[])
type Placing = StepRow & { kind: keyof typeof modes; workload_id: string }

/** Does the steps in order; each has its own outcome, and what one was refused leaves the others as they are. */
export async function stepsDo(tx: Tx, ctx: Ctx, steps: readonly StepRow[]): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = []
  for (let index = 0; index < steps.length;) {
    const run: Placing[] = []
    for (let step = steps[index]; step !== undefined && isPlacing(step); step = steps[index]) {
      run.push(step)
      index += 1
    }
    outcomes.push(...(await placeAll(tx, ctx, run)))
    const other = steps[index]
    if (other === undefined) break
    outcomes.push(await verbDo(tx, ctx, other))
    index += 1
  }
  return outcomes
}

function isPlacing(step: StepRow): step is Placing {
  return step.kind in modes && step.workload_id !== null
}

async function placeAll(tx: Tx, ctx: Ctx, steps: readonly Placing[]): Promise<StepOutcome[]> {
  if (steps.length === 0) return []
  // One that was made on another replica a moment ago. One that is gone stays unknown, and the database says so.
  const unseen = steps.flatMap(({ node_id: id }) => (id === null || ctx.mirror.nodes.has(id) ? [] : [id]))
  if (unseen.length > 0) await ctx.mirror.refresh({ nodes: unseen })
  const placements = steps.map((step): Placement => {
    const nodeId = step.kind === 'unbind' ? null : step.node_id
    return {
      workloadId: step.workload_id,
      mode: modes[step.kind],
      node:
        nodeId === null ? null : { id: nodeId, providerId: ctx.mirror.nodes.get(nodeId)?.providerId ?? '' },
      ...(step.gpu_indexes === null ? {} : { gpuIndexes: step.gpu_indexes }),
      reason: step.reason,
    }
  })
  const placed = await placementApplyIn(tx, ctx, placements)
  const outcomes = steps.map((step, index): StepOutcome => {
    const answer = placed[index]
    if (answer === undefined) throw new Error('the placement function answered too few rows')
    if (answer.outcome === 'ok') return { id: step.id, state: 'done', error: null }
    const names = { workload: step.workload_name ?? step.workload_id, node: step.node_name ?? '' }
    const state = answer.outcome === 'no_workload' && leaves.has(step.kind) ? 'skipped' : 'failed'
    return { id: step.id, state, error: placeRefusal(ctx, answer, names).message }
  })
  // It waits as before, for the next plan; its reason says what came between.
  await refusalsWrite(
    tx,
    steps.flatMap((step, index) => {
      const error = outcomes[index]?.error
      if (error == null) return []
      return [
        {
          workloadId: step.workload_id,
          nodeId: step.from_node_id,
          reason: `A plan could not be applied: ${error}`,
        },
      ]
    }),
  )
  return outcomes
}

/** Steps that are verbs of their own run under a savepoint, so that a refusal half way leaves nothing behind. */
async function verbDo(tx: Tx, ctx: Ctx, step: StepRow): Promise<StepOutcome> {
  await sql`savepoint step`.execute(tx)
  try {
    await verbRun({ ...ctx, within: tx }, step)
    await sql`release savepoint step`.execute(tx)
    return { id: step.id, state: 'done', error: null }
  } catch (error) {
    if (!(error instanceof OrreryError)) throw error
    await sql`rollback to savepoint step`.execute(tx)
    const state = error.code === 'not_found' && leaves.has(step.kind) ? 'skipped' : 'failed'
    return { id: step.id, state, error: error.message }
  }
}

async function verbRun(ctx: Ctx, step: StepRow): Promise<void> {
  const kind = step.kind as StepKind // written by us, from the API's closed union
  const workload = step.workload_id ?? ''
  switch (kind) {
    case 'start':
    case 'stop':
      await workloadUpdate(ctx, workload, { desired: kind === 'start' ? 'running' : 'stopped' })
      return
    case 'hold':
      await workloadUpdate(ctx, workload, { autoPlace: false })
      return
    case 'resize':
      if (step.demand === null) throw new Error(`step ${step.id} resizes to nothing`)
      await workloadResize(ctx, workload, {
        demand: step.demand,
        ...(step.reason === null ? {} : { reason: step.reason }),
      })
      return
    case 'drain':
      await nodeDrain(ctx, step.node_id ?? '', step.reason === null ? {} : { reason: step.reason })
      return
    case 'place':
    case 'migrate':
    case 'unbind':
      throw new OrreryError('not_found', `Step ${step.ordinal} names no workload.`)
  }
}
