import { OrreryError } from '@orrery/api/errors.ts'
import type { RunSummary } from '@orrery/api/run.ts'
import { sql } from 'kysely'
import { runFind, runItem } from '../../db/run.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { operationCancelIn } from '../operation/cancel.ts'
import { type Tx, record, transaction } from '../transaction.ts'

/** Deletes a run and its results; one that goes on is stopped. Plans that were made of it stay. */
export async function runDelete(ctx: Ctx, ref: string): Promise<null> {
  requireRole(ctx, 'operator')
  const operationId = await transaction(ctx, async (tx) => {
    const run = runItem(found(await runFind(tx, ref), 'run', ref))
    // Its operation's row before its own, as the work of the run holds them: the other way round they wait for each other.
    const stops = (run.state === 'queued' || run.state === 'running') && (await stopIn(tx, ctx, run))
    const { rows } = await sql<{
      id: string
    }>`delete from run where id = ${run.id}::uuid returning id`.execute(tx)
    // Somebody else's call may have been first.
    found(rows[0], 'run', ref)
    await record(tx, ctx, 'run.delete', {
      subject: { kind: 'run', id: run.id, name: run.name },
      before: run,
    })
    return stops ? run.operationId : null
  })
  if (operationId !== null) ctx.operations.cancel(operationId)
  ctx.feedNudge()
  return null
}

/** False when it has ended meanwhile. */
async function stopIn(tx: Tx, ctx: Ctx, run: RunSummary): Promise<boolean> {
  try {
    await operationCancelIn(tx, ctx, run.operationId, { reason: 'the run was deleted' })
    return true
  } catch (error) {
    if (error instanceof OrreryError && error.code === 'conflict') return false
    throw error
  }
}
