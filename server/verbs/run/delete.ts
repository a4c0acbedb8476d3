import { sql } from 'kysely'
import { runFind, runItem } from '../../db/run.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { operationCancel } from '../operation/cancel.ts'
import { record, transaction } from '../transaction.ts'

/** Deletes a run and its results; one that goes on is stopped. Plans that were made of it stay. */
export async function runDelete(ctx: Ctx, ref: string): Promise<null> {
  requireRole(ctx, 'operator')
  const operationId = await transaction(ctx, async (tx) => {
    const run = runItem(found(await runFind(tx, ref), 'run', ref))
    await sql`delete from run where id = ${run.id}::uuid`.execute(tx)
    await record(tx, ctx, 'run.delete', {
      subject: { kind: 'run', id: run.id, name: run.name },
      before: run,
    })
    if (run.state !== 'queued' && run.state !== 'running') return null
    await operationCancel({ ...ctx, within: tx }, run.operationId, { reason: 'the run was deleted' })
    return run.operationId
  })
  if (operationId !== null) ctx.operations.cancel(operationId)
  ctx.feedNudge()
  return null
}
