/** The work of a run's operation: a thread of the twin does it, and what it answers is kept. */
import { OrreryError } from '@orrery/api/errors.ts'
import { type RunInsert, runEnded, runForked } from '../../db/run.ts'
import { type RunOutcome, runResultInsert } from '../../db/run-result.ts'
import type { Forked, Job, JobAnswer } from '../../twin/job.ts'
import type { OperationWork } from '../operation/run.ts'
import { transaction, translate } from '../transaction.ts'

const timeoutMs = 30 * 60_000

export async function runWork(work: OperationWork, run: Omit<RunInsert, 'operationId'>): Promise<unknown> {
  const { ctx, signal } = work
  try {
    const results = await runDo(work, run)
    await runEnded(ctx.database.db, run.id, 'succeeded', null)
    return { runId: run.id, results }
  } catch (error) {
    const state = signal.aborted ? (signal.reason === 'cancelled' ? 'cancelled' : 'interrupted') : 'failed'
    const message = error instanceof OrreryError ? error.message : 'A fault of the server ended it.'
    // Where this cannot be written either, the operation says how the run ended.
    await runEnded(ctx.database.db, run.id, state, state === 'failed' ? message : null).catch(
      (failure: unknown) => ctx.log.warn({ err: failure, run: run.id }, 'the end of a run was not written'),
    )
    throw error
  }
}

async function runDo(
  { ctx, signal, progress, hold }: OperationWork,
  run: Omit<RunInsert, 'operationId'>,
): Promise<number> {
  const total = run.policies.length * run.seeds.length
  progress({ total, note: `reading the ${run.source.kind === 'scenario' ? 'scenario' : 'inventory'}` })
  let done = 0
  // Answers are kept one after the other, in the order they came. One that cannot be kept ends the work on the others.
  const unkept = new AbortController()
  let kept: Promise<void> = Promise.resolve()
  const keep = (what: string, store: () => Promise<void>) => {
    kept = kept.then(store)
    kept.catch((error: unknown) => {
      if (!unkept.signal.aborted) unkept.abort(notKept(what, error))
    })
  }
  const onAnswer = (answer: JobAnswer) => {
    if (answer.kind === 'forked') keep('beginning', () => forkedKeep(answer.forked))
    if (answer.kind === 'result')
      keep(`result of ${answer.result.policy}, seed ${answer.result.seed},`, () => resultKeep(answer.result))
  }
  async function forkedKeep(forked: Forked): Promise<void> {
    await runForked(ctx.database.db, run.id, forked)
    const { nodeCount, workloadCount } = forked
    progress({ note: `${nodeCount} nodes${workloadCount === null ? '' : ` and ${workloadCount} workloads`}` })
  }
  async function resultKeep(result: RunOutcome): Promise<void> {
    await transaction(ctx, async (tx) => {
      await hold(tx)
      await runResultInsert(tx, run.id, done, result)
    })
    done += 1
    progress({ done, note: `${result.policy}, seed ${result.seed}` })
  }
  await ctx.twin
    .run(jobOf(run), { signal: AbortSignal.any([signal, unkept.signal]), timeoutMs, onAnswer })
    .catch((error: unknown) => {
      if (!unkept.signal.aborted) throw error
    })
  await kept.catch(() => undefined)
  if (unkept.signal.aborted) throw unkept.signal.reason
  return done
}

/** In words for whoever made the run; what the database said is its cause. */
function notKept(what: string, error: unknown): unknown {
  const known = translate(error)
  if (!(known instanceof OrreryError)) return known
  const message = `The ${what} could not be kept, so the run was ended: ${known.message}`
  return new OrreryError(known.code, message, { cause: error })
}

function jobOf(run: Omit<RunInsert, 'operationId'>): Job {
  const { source, horizonSeconds, unplaced, anew, optimise } = run
  const [policies, seeds] = [[...run.policies], [...run.seeds]]
  if (source.kind !== 'scenario')
    return {
      kind: 'run',
      setting: { source, horizonSeconds, unplaced, anew, optimise },
      policies,
      seeds,
    }
  if (run.scenario === null) throw new Error(`run ${run.id} is of a scenario that it does not have`)
  return { kind: 'run-scenario', scenario: run.scenario, policies, seeds }
}
