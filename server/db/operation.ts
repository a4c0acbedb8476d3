import { sql } from 'kysely'
import { type OperationId, isUuid } from '@orrery/api/id.ts'
import type { Operation } from '@orrery/api/operation.ts'
import type { Handle } from './database.ts'
import type { ListSpec } from './list.ts'

export type OperationRow = {
  id: string
  kind: string
  subject_kind: string | null
  subject_id: string | null
  state: Operation['state']
  done: number
  total: number | null
  note: string | null
  error: string | null
  output: unknown
  owner: string | null
  cancel_asked: boolean
  actor_name: string | null
  created_at: string
  started_at: string | null
  ended_at: string | null
}

const columns = sql`o.id, o.kind, o.subject_kind, o.subject_id, o.state, o.done, o.total, o.note, o.error, o.output, o.owner,
  o.cancel_asked, o.actor_name, o.created_at, o.started_at, o.ended_at`

export function operationItem(row: OperationRow): Operation {
  return {
    id: row.id as OperationId,
    kind: row.kind,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    state: row.state,
    done: row.done,
    total: row.total,
    note: row.note,
    error: row.error,
    output: row.output,
    actorName: row.actor_name,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  }
}

export function operationListSpec(): ListSpec<OperationRow, Operation> {
  return {
    noun: 'operations',
    base: sql`select ${columns} from operation o`,
    sort: '-createdAt',
    item: operationItem,
    words: sql.raw(
      `(t.kind || ' ' || t.state || ' ' || coalesce(t.note, '') || ' ' || coalesce(t.error, ''))`,
    ),
    columns: {
      kind: { sql: sql.raw('t.kind'), type: 'text' },
      state: { sql: sql.raw('t.state'), type: 'text' },
      subjectId: { sql: sql.raw('t.subject_id'), type: 'id', nullable: true },
      actor: { sql: sql.raw('t.actor_name'), type: 'text', nullable: true },
      createdAt: { sql: sql.raw('t.created_at'), type: 'instant' },
      startedAt: { sql: sql.raw('t.started_at'), type: 'instant', nullable: true },
      endedAt: { sql: sql.raw('t.ended_at'), type: 'instant', nullable: true },
    },
  }
}

/** One operation by id, or null. With `lock` its row is held until the transaction ends. */
export async function operationFind(handle: Handle, ref: string, lock = false): Promise<OperationRow | null> {
  if (!isUuid(ref)) return null
  const { rows } = await sql<OperationRow>`select ${columns} from operation o where o.id = ${ref}::uuid
    ${lock ? sql`for update` : sql``}`.execute(handle)
  return rows[0] ?? null
}

export type OperationProgress = { done: number; total: number | null; note: string | null }

/**
 * Writes how far its owner is. Null when it is not the owner's to run any more (another server or a person ended it);
 * else whether somebody asked it to stop.
 */
export async function operationProgressWrite(
  handle: Handle,
  id: string,
  owner: string,
  progress: OperationProgress,
): Promise<{ cancelAsked: boolean } | null> {
  const { rows } = await sql<{ cancel_asked: boolean }>`update operation
    set done = ${progress.done}::float8, total = ${progress.total}::float8, note = ${progress.note}
    where id = ${id}::uuid and owner = ${owner}::uuid and state = 'running' returning cancel_asked`.execute(
    handle,
  )
  return rows[0] === undefined ? null : { cancelAsked: rows[0].cancel_asked }
}

/**
 * Holds the row of a running operation of `owner` until the transaction ends, so that it cannot be ended by another
 * meanwhile. False when it is not its to run any more.
 */
export async function operationHold(handle: Handle, id: string, owner: string): Promise<boolean> {
  const { rows } =
    await sql`select 1 from operation where id = ${id}::uuid and owner = ${owner}::uuid and state = 'running'
    for share`.execute(handle)
  return rows.length > 0
}

/** The name of the lease by which a server says that it lives, for the operations it runs. */
export function operationsLease(instanceId: string): string {
  return `operations:${instanceId}`
}

/** Open operations whose server has not renewed its lease: oldest first, locked, others' locks skipped. */
export async function operationsOrphaned(handle: Handle, limit: number): Promise<OperationRow[]> {
  const { rows } = await sql<OperationRow>`select ${columns} from operation o
    where o.state in ('queued', 'running') and o.owner is not null and not exists (
      select 1 from lease l where l.name = ${operationsLease('')} || o.owner::text and l.expires_at > clock_timestamp())
    order by o.id limit ${limit} for update of o skip locked`.execute(handle)
  return rows
}

/** Drops what servers of the past left behind. */
export async function operationsLeasesForget(handle: Handle): Promise<void> {
  await sql`delete from lease where name like ${`${operationsLease('')}%`}
    and expires_at < clock_timestamp() - interval '1 hour'`.execute(handle)
}
