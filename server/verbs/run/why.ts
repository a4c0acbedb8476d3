import { OrreryError } from '@orrery/api/errors.ts'
import type { Decision } from '@orrery/api/plan.ts'
import type { RunDetail, RunWhyQuery } from '@orrery/api/run.ts'
import { idNew } from '../../db/id.ts'
import { type RunRow, runFind, runPolicyFind } from '../../db/run.ts'
import type { JobSetting, JobWhy } from '../../twin/job.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { candidateOf } from '../plan/decide.ts'
import { workloadEver } from '../workload/ever.ts'
import { resultChosen } from './view.ts'

const timeoutMs = 60_000
/** Runs may have every thread for half an hour; who asks is not left hanging so long. */
const queueMs = 30_000

/**
 * Why a workload went where it is in a run. Nothing of a decision was kept: the run is made again from the inventory of
 * then, which is in the history, and asked.
 */
export async function runWhy(
  ctx: Ctx,
  ref: string,
  query: RunWhyQuery,
): Promise<Decision & { atSeconds: number }> {
  requireRole(ctx, 'viewer')
  const run = found(await runFind(ctx.database.db, ref), 'run', ref)
  const result = await resultChosen(ctx, run, query)
  const workload = await workloadEver(ctx, query.workload)
  const policy = await runPolicyFind(ctx.database.db, run.id, result.policy)
  if (policy === null)
    throw new Error(`run ${run.id} has a result of '${result.policy}', which it did not run`)
  let why: JobWhy = null
  await ctx.twin.run(
    { kind: 'why', setting: settingOf(run), policy, seed: result.seed, workload },
    {
      timeoutMs,
      queueMs,
      onAnswer: (answer) => {
        if (answer.kind === 'why') ({ why } = answer)
      },
    },
  )
  return decisionOf(why, { run, result, workload, algorithm: policy.algorithm })
}

/** A run of the present is made again from the instant it was forked at. */
function settingOf(run: RunRow): JobSetting {
  const { source, unplaced, anew, optimise, horizon_seconds: horizonSeconds } = run
  if (source.kind !== 'live') return { source, unplaced, anew, optimise, horizonSeconds }
  if (run.forked_at === null)
    throw new OrreryError('conflict', 'The run has not begun yet. Ask again in a moment.')
  return { source: { kind: 'instant', at: run.forked_at }, unplaced, anew, optimise, horizonSeconds }
}

type Asked = {
  run: RunRow
  result: RunDetail
  workload: { id: string; name: string }
  algorithm: string
}

function decisionOf(
  why: JobWhy,
  { run, result, workload, algorithm }: Asked,
): Decision & { atSeconds: number } {
  if (why === null) {
    throw new OrreryError(
      'conflict',
      `Workload '${workload.name}' stood where it is when the run began, and nobody looked for another place. Its own decisions say why: \`orrery workload decisions ${workload.name}\`.`,
    )
  }
  const { decision, atSeconds } = why
  const kept = result.changes.find(({ workloadId }) => workloadId === workload.id)
  if (kept !== undefined && kept.nodeId !== (decision.chosen?.nodeId ?? null)) {
    throw new OrreryError(
      'conflict',
      'The inventory that the run began with cannot be made again: what changed at that very instant came into the history later. Run it again and ask that run.',
    )
  }
  return {
    id: idNew<'decision'>(),
    at: run.forked_at ?? run.created_at,
    workloadId: decision.workloadId,
    workloadName: workload.name,
    planId: null,
    policyName: result.policy,
    algorithm,
    outcome: decision.outcome,
    message: decision.message,
    considered: decision.considered,
    filters: decision.filters,
    feasible: decision.feasible,
    chosen: decision.chosen === null ? null : candidateOf(decision.chosen),
    runnerUp: decision.runnerUp === null ? null : candidateOf(decision.runnerUp),
    atSeconds,
  }
}
