import { sql } from 'kysely'
import type { OperationState } from '@orrery/api/operation.ts'
import { idNew } from '../../db/id.ts'
import { type OperationRow, operationFind } from '../../db/operation.ts'
import type { Ctx } from '../context.ts'
import { type Tx, record } from '../transaction.ts'

export type OperationNew = {
  kind: string
  subject: { kind: string; id: string } | null
  total?: number
  /** what was asked, for the record; never a file's text */
  input?: unknown
  /** the server that will run it; null when a loop does, on whichever server owns the loop */
  owner: string | null
}

/** Writes a queued operation and its event in the caller's transaction; gives its id. */
export async function operationCreateIn(tx: Tx, ctx: Ctx, operation: OperationNew): Promise<string> {
  const id = idNew<'operation'>()
  await tx
    .insertInto('operation')
    .values({
      id,
      kind: operation.kind,
      subject_kind: operation.subject?.kind ?? null,
      subject_id: operation.subject?.id ?? null,
      total: operation.total ?? null,
      input: operation.input === undefined ? null : JSON.stringify(operation.input),
      owner: operation.owner,
      actor_id: ctx.actor.id,
      actor_name: ctx.actor.name,
    })
    .execute()
  await record(tx, ctx, 'operation.create', {
    subject: { kind: 'operation', id, name: operation.kind },
    after: { kind: operation.kind, state: 'queued', subject: operation.subject },
  })
  return id
}

/** queued → running. False when it is not queued any more. */
export async function operationBeginIn(tx: Tx, ctx: Ctx, id: string): Promise<boolean> {
  const row = await operationFind(tx, id, true)
  if (row?.state !== 'queued') return false
  await sql`update operation set state = 'running', started_at = clock_timestamp() where id = ${id}::uuid`.execute(
    tx,
  )
  await recordState(tx, ctx, row, 'running', null)
  return true
}

export type OperationEnd = {
  state: Extract<OperationState, 'succeeded' | 'failed' | 'cancelled' | 'interrupted'>
  error?: string | null
  output?: unknown
  progress?: { done: number; total: number | null; note: string | null }
}

/** Ends an open operation. False when it has ended already. */
export async function operationEndIn(tx: Tx, ctx: Ctx, id: string, end: OperationEnd): Promise<boolean> {
  const row = await operationFind(tx, id, true)
  if (row === null || (row.state !== 'queued' && row.state !== 'running')) return false
  const { progress } = end
  await sql`update operation set state = ${end.state}, error = ${end.error ?? null}, ended_at = clock_timestamp(),
      output = ${end.output === undefined ? null : JSON.stringify(end.output)}::jsonb,
      done = ${progress?.done ?? row.done}::float8, total = ${progress === undefined ? row.total : progress.total}::float8,
      note = ${progress === undefined ? row.note : progress.note}
    where id = ${id}::uuid`.execute(tx)
  await recordState(tx, ctx, row, end.state, end.error ?? null)
  return true
}

async function recordState(tx: Tx, ctx: Ctx, row: OperationRow, state: OperationState, error: string | null) {
  await record(tx, ctx, state === 'running' ? 'operation.start' : 'operation.end', {
    subject: { kind: 'operation', id: row.id, name: row.kind },
    before: { state: row.state },
    after: { state, ...(error === null ? {} : { error }) },
    reason: error,
  })
}
