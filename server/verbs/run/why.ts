import { OrreryError } from '@orrery/api/errors.ts'
import type { RunDecision, RunDetail, RunWhyQuery } from '@orrery/api/run.ts'
import type { DecisionCandidate } from '@orrery/core/planner/decide.ts'
import { idNew } from '../../db/id.ts'
import { type RunRow, runFind, runPolicyFind, runScenarioFind } from '../../db/run.ts'
import type { RunPolicy } from '../../db/run-result.ts'
import type { Job, JobSetting, JobWhy } from '../../twin/job.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { workloadEver } from '../workload/ever.ts'
import { resultChosen } from './view.ts'

const timeoutMs = 60_000
/** Runs may have every thread for half an hour; who asks is not left hanging so long. */
const queueMs = 30_000

/**
 * Why a workload went where it is in a run. Nothing of a decision was kept: the run is made again from the inventory of
 * then, which is in the history, or from its scenario, and asked.
 */
export async function runWhy(ctx: Ctx, ref: string, query: RunWhyQuery): Promise<RunDecision> {
  requireRole(ctx, 'viewer')
  const run = found(await runFind(ctx.database.db, ref), 'run', ref)
  const result = await resultChosen(ctx, run, query)
  const policy = await runPolicyFind(ctx.database.db, run.id, result.policy)
  if (policy === null)
    throw new Error(`run ${run.id} has a result of '${result.policy}', which it did not run`)
  if (run.source.kind === 'scenario') {
    const why = await taskWhy(ctx, run, { policy, seed: result.seed, task: query.workload })
    if (why === null)
      throw new OrreryError('conflict', `Task '${query.workload}' had not come by the horizon.`)
    return decisionOf(why, { run, result, name: query.workload, algorithm: policy.algorithm })
  }
  const workload = await workloadEver(ctx, query.workload)
  const why = await ask(ctx, { kind: 'why', setting: settingOf(run), policy, seed: result.seed, workload })
  if (why === null) {
    throw new OrreryError(
      'conflict',
      `Workload '${workload.name}' stood where it is when the run began, and nobody looked for another place. Its own decisions say why: \`orrery workload decisions ${workload.name}\`.`,
    )
  }
  const kept = result.changes.find(({ workloadId }) => workloadId === workload.id)
  if (kept !== undefined && kept.nodeId !== (why.decision.chosen?.nodeId ?? null)) {
    throw new OrreryError(
      'conflict',
      'The inventory that the run began with cannot be made again: what changed at that very instant came into the history later. Run it again and ask that run.',
    )
  }
  return decisionOf(why, { run, result, name: workload.name, algorithm: policy.algorithm })
}

async function taskWhy(
  ctx: Ctx,
  run: RunRow,
  asked: { policy: RunPolicy; seed: number; task: string },
): Promise<JobWhy> {
  const scenario = await runScenarioFind(ctx.database.db, run.id)
  if (scenario === null) throw new Error(`run ${run.id} is of a scenario that it does not have`)
  return ask(ctx, { kind: 'why-scenario', scenario, ...asked })
}

async function ask(ctx: Ctx, job: Extract<Job, { kind: 'why' | 'why-scenario' }>): Promise<JobWhy> {
  let why: JobWhy = null
  await ctx.twin.run(job, {
    timeoutMs,
    queueMs,
    onAnswer: (answer) => {
      if (answer.kind === 'why') ({ why } = answer)
    },
  })
  return why
}

/** A run of the present is made again from the instant it was forked at. */
function settingOf(run: RunRow): JobSetting {
  const { source, unplaced, anew, optimise, horizon_seconds: horizonSeconds } = run
  if (source.kind === 'scenario') throw new Error(`run ${run.id} starts from no inventory`)
  if (source.kind !== 'live') return { source, unplaced, anew, optimise, horizonSeconds }
  if (run.forked_at === null)
    throw new OrreryError('conflict', 'The run has not begun yet. Ask again in a moment.')
  return { source: { kind: 'instant', at: run.forked_at }, unplaced, anew, optimise, horizonSeconds }
}

type Asked = { run: RunRow; result: RunDetail; name: string; algorithm: string }

function decisionOf(
  { decision, atSeconds }: NonNullable<JobWhy>,
  { run, result, name, algorithm }: Asked,
): RunDecision {
  const isLive = run.source.kind !== 'scenario'
  const candidate = (given: DecisionCandidate | null) => {
    if (given === null) return null
    const { nodeId, nodeName, total, scores } = given
    return { nodeId: isLive ? nodeId : null, nodeName, total, scores }
  }
  return {
    id: idNew<'decision'>(),
    at: run.forked_at ?? run.created_at,
    workloadId: isLive ? decision.workloadId : null,
    workloadName: name,
    planId: null,
    policyName: result.policy,
    algorithm,
    outcome: decision.outcome,
    message: decision.message,
    considered: decision.considered,
    filters: decision.filters,
    feasible: decision.feasible,
    chosen: candidate(decision.chosen),
    runnerUp: candidate(decision.runnerUp),
    atSeconds,
  }
}
