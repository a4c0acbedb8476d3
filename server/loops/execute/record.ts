import { type Attempt, attemptsClear, attemptsWrite } from '../../db/attempt.ts'
import { leavingLock } from '../../db/execution.ts'
import { place } from '../../db/placer.ts'
import { type WorkloadTransition, workloadsTransition } from '../../db/workload-transition.ts'
import { workloadRemove } from '../../verbs/workload/delete.ts'
import { settle } from '../../verbs/settle.ts'
import type { Tx } from '../../verbs/transaction.ts'
import { attemptPauseMs, startAttemptsMax } from '../attempt.ts'
import { fenced } from '../fenced.ts'
import type { LoopWork } from '../loop.ts'
import type { Outcome } from './task.ts'

const passingPauseMs = 5000

/**
 * Records what became of steps: states, reservations, events and attempts in one transaction under the loop's fence.
 * Returns those starts whose placement was given up meanwhile: their machines are to be stopped again.
 */
export async function record(work: LoopWork, outcomes: readonly Outcome[]): Promise<Outcome[]> {
  const { ctx } = work
  const moves = outcomes.flatMap(transitionOf)
  const stopped = outcomes.filter((outcome) => outcome.kind === 'stopped').map(({ task }) => task)
  const { changed, gone } = await fenced(work, async (tx) => {
    const changed = new Set(await workloadsTransition(tx, ctx.actor, moves))
    await attemptsWrite(tx, outcomes.flatMap(attemptOf))
    // Given up: whoever places it again gives it all its attempts again.
    const givenUp = moves.filter((move) => move.to === 'failed').map((move) => move.workloadId)
    await attemptsClear(tx, givenUp)
    const gone = await leave(tx, work, stopped)
    return { changed, gone }
  })
  for (const id of gone) ctx.usages.forget(id)
  await settle(ctx, {
    workloads: [...changed, ...stopped.map((task) => task.id)],
    nodes: [...new Set(stopped.map((task) => task.node_id))],
  })
  if (stopped.length > 0) ctx.nudge('plan')
  return outcomes.filter((outcome) => outcome.kind === 'started' && !changed.has(outcome.task.id))
}

/** Takes those that are stopped off their nodes: deleted where that was asked, else `stopped`. Returns the deleted. */
export async function leave(
  tx: Tx,
  { ctx }: Pick<LoopWork, 'ctx'>,
  leaving: readonly { id: string; generation: number }[],
): Promise<string[]> {
  const rows = await leavingLock(tx, leaving)
  const absent = rows.filter((row) => row.desired === 'absent')
  for (const row of absent) await workloadRemove(tx, ctx, row, null)
  const staying = rows.filter((row) => row.desired === 'stopped')
  const placed = staying.filter((row) => row.node_id !== null)
  if (placed.length > 0) {
    await place(
      tx,
      placed.map((row) => ({
        workloadId: row.id,
        mode: 'unbind' as const,
        nodeId: null,
        state: 'stopped' as const,
        reason: 'stopped as asked',
        actorId: ctx.actor.id,
        actorName: ctx.actor.name,
      })),
    )
  }
  const placeless = staying.filter((row) => row.node_id === null)
  for (const row of placeless) {
    await workloadsTransition(tx, ctx.actor, [
      {
        workloadId: row.id,
        generation: leaving.find((each) => each.id === row.id)?.generation ?? 0,
        from: [row.state],
        to: 'stopped',
        verb: 'workload.stop',
        reason: 'stopped as asked',
      },
    ])
  }
  await attemptsClear(
    tx,
    staying.map((row) => row.id),
  )
  return absent.map((row) => row.id)
}

function transitionOf(outcome: Outcome): WorkloadTransition[] {
  const { task } = outcome
  const guard = { workloadId: task.id, generation: task.generation, from: [task.state] as const }
  switch (outcome.kind) {
    case 'started':
      return [
        {
          ...guard,
          to: outcome.nothingToStart ? 'running' : 'starting',
          verb: 'workload.start',
          // A reason that told of a failed attempt has had its day; that of the placement stays.
          reason: task.attempts > 0 ? `started at attempt ${task.attempts + 1}` : task.reason,
          providerRef: outcome.providerRef,
        },
      ]
    case 'stopped':
      return []
    case 'failed':
      return [failure(guard, outcome)]
  }
}

function failure(
  guard: Pick<WorkloadTransition, 'workloadId' | 'generation' | 'from'>,
  { task, error, passing }: Extract<Outcome, { kind: 'failed' }>,
): WorkloadTransition {
  if (task.state === 'stopping') {
    return {
      ...guard,
      to: 'stopping',
      verb: 'workload.retry',
      reason: `its machine could not be stopped: ${error}; trying again`,
    }
  }
  if (passing) {
    return { ...guard, to: 'placing', verb: 'workload.retry', reason: `waiting for its provider: ${error}` }
  }
  const attempts = task.attempts + 1
  if (attempts >= startAttemptsMax) {
    return {
      ...guard,
      to: 'failed',
      verb: 'workload.fail',
      reason: `${attempts} starts failed, the last with: ${error}`,
    }
  }
  const seconds = Math.round(attemptPauseMs(attempts) / 1000)
  const reason = `start ${attempts} of ${startAttemptsMax} failed: ${error}; trying again in ${seconds} s`
  return { ...guard, to: 'placing', verb: 'workload.retry', reason }
}

/** A provider that is away does not count against the workload; a stop is tried until it is done. */
function attemptOf(outcome: Outcome): Attempt[] {
  if (outcome.kind !== 'failed') return []
  const { task, error, passing } = outcome
  if (passing) return [{ workloadId: task.id, attempts: task.attempts, error, pauseMs: passingPauseMs }]
  const attempts = task.attempts + 1
  return [{ workloadId: task.id, attempts, error, pauseMs: attemptPauseMs(attempts) }]
}
