import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import { type Operation, operationEnded } from '@orrery/api/operation.ts'
import { operationFind, operationItem } from '../../db/operation.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { type Tx, record, transaction } from '../transaction.ts'
import { operationEndIn } from './state.ts'

/**
 * Asks an operation to stop. What runs ends at its next safe point and says what it left; what is queued ends at once.
 * The application of a plan is not cancelled here: refuse the plan.
 */
export async function operationCancel(
  ctx: Ctx,
  ref: string,
  input: { reason?: string } = {},
): Promise<Operation> {
  requireRole(ctx, 'operator')
  const operation = await transaction(ctx, (tx) => operationCancelIn(tx, ctx, ref, input))
  ctx.feedNudge()
  ctx.operations.cancel(operation.id)
  return operation
}

/**
 * Asks for it in the caller's transaction. The work itself is not stopped before that is committed, or it would be stopped
 * for nothing: call `ctx.operations.cancel` then.
 */
export async function operationCancelIn(
  tx: Tx,
  ctx: Ctx,
  ref: string,
  input: { reason?: string } = {},
): Promise<Operation> {
  const row = found(await operationFind(tx, ref, true), 'operation', ref)
  if (operationEnded.includes(row.state)) {
    throw new OrreryError('conflict', `Operation '${row.kind}' has ended already: it is ${row.state}.`)
  }
  if (row.owner === null) {
    throw new OrreryError(
      'conflict',
      `A '${row.kind}' cannot be cancelled half way; wait for it, and undo its steps with a new plan.`,
    )
  }
  if (!row.cancel_asked) {
    await sql`update operation set cancel_asked = true where id = ${row.id}::uuid`.execute(tx)
    await record(tx, ctx, 'operation.cancel', {
      subject: { kind: 'operation', id: row.id, name: row.kind },
      reason: input.reason ?? null,
    })
  }
  if (row.state === 'queued') {
    await operationEndIn(tx, ctx, row.id, {
      state: 'cancelled',
      error: `cancelled by ${ctx.actor.name} before it began`,
    })
  }
  return operationItem(found(await operationFind(tx, row.id), 'operation', ref))
}
