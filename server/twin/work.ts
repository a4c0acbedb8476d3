/** What a worker of the twin does: reads a fork, runs each policy under each seed from it, tells what came of it. */
import { setImmediate } from 'node:timers/promises'
import { OrreryError } from '@orrery/api/errors.ts'
import type { WorkloadId } from '@orrery/api/id.ts'
import type { PlannerPolicy } from '@orrery/core/policy/model.ts'
import { movesUsual } from '@orrery/core/planner/reoptimise/propose.ts'
import { policyResolve } from '@orrery/core/policy/policies.ts'
import { type ForkStart, forkChanges, forkSimulation } from '@orrery/core/twin/fork.ts'
import { forkOptimise } from '@orrery/core/twin/fork-optimise.ts'
import { forkWhy } from '@orrery/core/twin/fork-why.ts'
import type { SimulationOptions } from '@orrery/core/twin/simulation/state.ts'
import type pg from 'pg'
import type { LiveFork } from '../db/fork/read.ts'
import { uuidText } from '../db/fork/uuid-index.ts'
import type { RunOutcome, RunOutcomeChange, RunPolicy } from '../db/run-result.ts'
import type { Forked, Job, JobAnswer, JobSetting, JobWhy } from './job.ts'
import { outcomeOf } from './outcome.ts'
import { forkOrdered } from './ordered.ts'
import { type RunStart, runMeasured, runStart } from './start.ts'

/** What is kept of a result; a plan has no use for more. */
const changesMax = 10_000
/** Over all results of a run. */
const changesMaxAll = 200_000

export type ForkJob = Extract<Job, { kind: 'run' | 'why' | 'fork' }>

export async function work(
  client: pg.Client,
  job: ForkJob,
  answer: (answer: JobAnswer) => void,
): Promise<void> {
  const began = performance.now()
  const start = inOrder(await runStart(client, job.setting.source, job.setting.horizonSeconds), job.setting)
  answer({ kind: 'forked', forked: forkedOf(start, performance.now() - began) })
  if (job.kind === 'fork')
    forkSimulation(start.fork, optionsOf(start, job.setting, job.policy, 1), job.setting.anew)
  if (job.kind === 'why') answer({ kind: 'why', why: why(start, job) })
  if (job.kind !== 'run') return
  const measured = await runMeasured(client, job.setting.source, start)
  for (const seed of job.seeds) {
    for (const policy of job.policies) {
      // Between runs, so that the answers go out.
      await setImmediate()
      answer({ kind: 'result', result: await result(client, measured, job, { policy, seed }) })
    }
  }
}

/** Who is placed again, or chosen to move, comes in a line; all others stay where they are, whatever their order. */
function inOrder(start: RunStart, { anew, optimise }: JobSetting): RunStart {
  return anew || optimise !== null ? { ...start, fork: forkOrdered(start.fork) } : start
}

function forkedOf({ fork, horizonSeconds }: RunStart, tookMs: number): Forked {
  return {
    at: fork.at,
    nodeCount: fork.inventory.count,
    workloadCount: fork.running.ask.length + fork.tasks.length,
    horizonSeconds,
    tookMs,
  }
}

function optionsOf(start: RunStart, setting: JobSetting, policy: RunPolicy, seed: number): SimulationOptions {
  const resolved: PlannerPolicy = { ...policyResolve(policy), name: policy.name }
  return { policy: resolved, seed, horizonSeconds: start.horizonSeconds, unplaced: setting.unplaced }
}

function optimised(
  { fork }: RunStart,
  { optimise }: JobSetting,
  { policy, seed }: SimulationOptions,
): ForkStart {
  if (optimise === null) return fork
  return forkOptimise(fork, { movesMax: movesUsual, nodes: [], ...optimise }, policy, seed)
}

async function result(
  client: pg.Client,
  start: RunStart,
  { setting, policies, seeds }: Extract<Job, { kind: 'run' }>,
  { policy, seed }: { policy: RunPolicy; seed: number },
): Promise<RunOutcome> {
  const began = performance.now()
  const options = optionsOf(start, setting, policy, seed)
  const simulation = forkSimulation(optimised(start, setting, options), options, setting.anew)
  const outcome = outcomeOf(simulation, began)
  const all = forkChanges(start.fork, simulation)
  const kept = Math.min(changesMax, Math.floor(changesMaxAll / (policies.length * seeds.length)))
  const changes = all.slice(0, kept).map((change) => changeOf(start.fork, change))
  return { ...outcome, changes: await named(client, changes), changeCount: all.length }
}

function changeOf(
  fork: LiveFork,
  { task, fromNode, node, devices }: ReturnType<typeof forkChanges>[number],
): RunOutcomeChange {
  const { ids, names } = fork.inventory
  return {
    ...taskIdentity(fork, task),
    fromNodeId: ids[fromNode] ?? null,
    fromNodeName: names[fromNode] ?? null,
    nodeId: ids[node] ?? null,
    nodeName: names[node] ?? null,
    gpuIndexes: devices,
  }
}

function taskIdentity(fork: LiveFork, task: number): { workloadId: string; workloadName: string | null } {
  const standing = fork.running.ask.length
  if (task < standing) return { workloadId: uuidText(fork.runningIds, task * 16), workloadName: null }
  const coming = fork.tasks[task - standing]
  if (coming === undefined) throw new Error(`the run has no task ${task}`)
  return { workloadId: coming.id, workloadName: coming.name }
}

/** A fork does not read the names of what runs; those that are told are looked up. */
async function named(client: pg.Client, changes: RunOutcomeChange[]): Promise<RunOutcomeChange[]> {
  const nameless = changes
    .filter(({ workloadName }) => workloadName === null)
    .map(({ workloadId }) => workloadId)
  if (nameless.length === 0) return changes
  const { rows } = await client.query<{ id: string; name: string }>(
    `select id, name from workload where id = any ($1::uuid[])
     union select id, name from workload_history where id = any ($1::uuid[]) and id not in (select id from workload)`,
    [nameless],
  )
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return changes.map((change) => ({
    ...change,
    workloadName: change.workloadName ?? names.get(change.workloadId) ?? null,
  }))
}

function why(start: RunStart, job: Extract<Job, { kind: 'why' }>): JobWhy {
  const { fork } = start
  const task = taskNumber(fork, job.workload.id)
  if (task < 0) {
    throw new OrreryError(
      'not_found',
      `Workload '${job.workload.name}' is not in this run: it neither stood nor waited where the run began.`,
    )
  }
  const options = optionsOf(start, job.setting, job.policy, job.seed)
  return forkWhy(
    optimised(start, job.setting, options),
    { options, anew: job.setting.anew, task },
    { id: job.workload.id as WorkloadId, name: job.workload.name },
  )
}

function taskNumber(fork: LiveFork, id: string): number {
  const standing = fork.running.ask.length
  for (let task = 0; task < standing; task += 1) if (uuidText(fork.runningIds, task * 16) === id) return task
  const coming = fork.tasks.findIndex((task) => task.id === id)
  return coming < 0 ? -1 : standing + coming
}
