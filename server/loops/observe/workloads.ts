/**
 * Makes the inventory's workloads agree with the machines that a provider reports: what came up is running, what failed
 * is tried again or failed, what is gone from a healthy node is failed. A machine on a node that is not well is not
 * concluded from: it may be there still.
 */
import { type Attempt, attemptsClear, attemptsRead, attemptsWrite } from '../../db/attempt.ts'
import type { MirrorWorkload } from '../../db/mirror/rows.ts'
import { type WorkloadTransition, workloadsTransition } from '../../db/workload-transition.ts'
import type { Observation, ObservedWorkload } from '../../providers/provider.ts'
import { settle } from '../../verbs/settle.ts'
import { attemptPauseMs, startAttemptsMax } from '../attempt.ts'
import { eachBreathing, pieces } from '../breathe.ts'
import { fenced } from '../fenced.ts'
import type { LoopWork } from '../loop.ts'
import type { Known } from './known.ts'

type Concluded = { transition: WorkloadTransition; attempt: Attempt | null }

const observePiece = 5000
const transactionPiece = 200

/** `known` was read before the provider was asked, so that a machine started meanwhile is not taken for gone. */
export async function workloadsObserve(
  work: LoopWork,
  known: Known,
  observation: Observation,
): Promise<void> {
  const { ctx } = work
  const seen = new Set<string>()
  const up: WorkloadTransition[] = []
  const down: { workload: MirrorWorkload; reason: string }[] = []
  await eachBreathing(observation.workloads, observePiece, (observed) => {
    seen.add(observed.ref)
    const workload = known.machines.get(observed.ref)
    if (workload === undefined) return
    if (observed.state === 'running') {
      if (workload.state === 'starting' || workload.state === 'failed') up.push(running(workload))
    } else if (observed.state !== 'starting') down.push({ workload, reason: downReason(observed) })
  })
  const well = new Set(
    observation.nodes.filter((node) => node.healthy).map((node) => known.nodes.get(node.ref)?.id),
  )
  await eachBreathing(known.machines, observePiece, ([ref, workload]) => {
    if (seen.has(ref) || !well.has(workload.nodeId ?? '')) return
    down.push({ workload, reason: `its machine ${ref} is gone` })
  })
  const stopped = down.filter(({ workload }) => workload.state === 'starting' || workload.state === 'running')
  const attempts = await attemptsRead(
    ctx.database.db,
    stopped.map(({ workload }) => workload.id),
  )
  const concluded: Concluded[] = [
    ...up.map((transition) => ({ transition, attempt: null })),
    ...stopped.map(({ workload, reason }) => failed(workload, reason, attempts.get(workload.id) ?? 0)),
  ]
  for (const piece of pieces(concluded, transactionPiece)) await conclude(work, piece)
}

function running(workload: MirrorWorkload): WorkloadTransition {
  return {
    workloadId: workload.id,
    generation: workload.generation,
    from: ['starting', 'failed'],
    to: 'running',
    verb: 'workload.run',
    reason: null,
  }
}

function downReason(observed: ObservedWorkload): string {
  if (observed.state === 'stopped') return `its machine ${observed.ref} stopped by itself`
  return observed.reason ?? `its machine ${observed.ref} failed`
}

/** One that never came up is started again, a bounded number of times; one that ran is failed at once. */
function failed(workload: MirrorWorkload, reason: string, failedBefore: number): Concluded {
  const guard = {
    workloadId: workload.id,
    generation: workload.generation,
    version: workload.version,
    from: ['starting', 'running'] as const,
  }
  const attempts = failedBefore + 1
  if (workload.state === 'starting' && attempts < startAttemptsMax) {
    const pauseMs = attemptPauseMs(attempts)
    const said = `start ${attempts} of ${startAttemptsMax} failed: ${reason}; trying again in ${Math.round(pauseMs / 1000)} s`
    return {
      transition: {
        ...guard,
        to: 'placing',
        verb: 'workload.retry',
        reason: said,
        providerRef: null,
        again: true,
      },
      attempt: { workloadId: workload.id, attempts, error: reason, pauseMs },
    }
  }
  const said = workload.state === 'starting' ? `${attempts} starts failed, the last with: ${reason}` : reason
  return {
    transition: { ...guard, to: 'failed', verb: 'workload.fail', reason: said },
    attempt: null,
  }
}

async function conclude(work: LoopWork, piece: Concluded[]): Promise<void> {
  const { ctx } = work
  const changed = await fenced(work, async (tx) => {
    const ids = new Set(
      await workloadsTransition(
        tx,
        ctx.actor,
        piece.map(({ transition }) => transition),
      ),
    )
    const held = piece.filter(({ transition }) => ids.has(transition.workloadId))
    await attemptsWrite(
      tx,
      held.flatMap(({ attempt }) => (attempt === null ? [] : [attempt])),
    )
    const settled = held.filter(({ attempt }) => attempt === null)
    await attemptsClear(
      tx,
      settled.map(({ transition }) => transition.workloadId),
    )
    return held
  })
  if (changed.length === 0) return
  await settle(ctx, { workloads: changed.map(({ transition }) => transition.workloadId) })
  if (changed.some(({ transition }) => transition.to === 'placing')) ctx.nudge('execute')
}
