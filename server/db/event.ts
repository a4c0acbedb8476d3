import { sql } from 'kysely'
import type { Event } from '@orrery/api/event.ts'
import type { PrincipalId } from '@orrery/api/id.ts'
import type { Handle } from './database.ts'

export type EventWrite = {
  actorId: string | null
  actorName: string | null
  verb: string
  subjectKind: string
  subjectId: string | null
  subjectName: string | null
  before?: unknown
  after?: unknown
  reason?: string | null
  traceAt?: string | null
}

/** A statement takes 65,535 parameters at most; an event has ten. */
const insertMax = 1000

/** Writes events in the caller's transaction: no event, no change. */
export async function eventInsert(handle: Handle, events: EventWrite[]): Promise<void> {
  for (let start = 0; start < events.length; start += insertMax) {
    await handle
      .insertInto('event')
      .values(events.slice(start, start + insertMax).map(eventColumns))
      .execute()
  }
}

function eventColumns(event: EventWrite) {
  return {
    actor_id: event.actorId,
    actor_name: event.actorName,
    verb: event.verb,
    subject_kind: event.subjectKind,
    subject_id: event.subjectId,
    subject_name: event.subjectName,
    before: event.before === undefined ? null : JSON.stringify(event.before),
    after: event.after === undefined ? null : JSON.stringify(event.after),
    reason: event.reason ?? null,
    trace_at: event.traceAt ?? null,
  }
}

/** Where a reader stands: after the event with this transaction and id. */
export type EventCursor = { xid: string; id: number }

export function cursorFormat(cursor: EventCursor): string {
  return `${cursor.xid}-${cursor.id}`
}

/** Null when the text is not a cursor. */
export function cursorParse(text: string): EventCursor | null {
  // The cursor of now ends with the largest id there can be, of 16 digits.
  const match = /^(\d{1,19})-(\d{1,16})$/.exec(text)
  if (match?.[1] === undefined || match[2] === undefined) return null
  const id = Number(match[2])
  return Number.isSafeInteger(id) ? { xid: match[1], id } : null
}

export type EventRow = {
  xid: string
  id: number
  at: string
  actor_id: string | null
  actor_name: string | null
  verb: string
  subject_kind: string
  subject_id: string | null
  subject_name: string | null
  before: unknown
  after: unknown
  reason: string | null
  trace_at: string | null
}

export function eventItem(row: EventRow): Event {
  return {
    cursor: cursorFormat(row),
    at: row.at,
    actorId: row.actor_id as PrincipalId | null,
    actorName: row.actor_name,
    verb: row.verb,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    subjectName: row.subject_name,
    before: row.before,
    after: row.after,
    reason: row.reason,
    traceAt: row.trace_at,
  }
}

/** The events after a cursor that no running transaction can still precede, in order. */
export async function eventsAfter(handle: Handle, cursor: EventCursor, limit: number): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select xid::text as xid, id, at, actor_id, actor_name, verb, subject_kind, subject_id, subject_name, before, after, reason, trace_at
    from event
    where (event.xid, event.id) > (${cursor.xid}::xid8, ${cursor.id}::int8)
      and event.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by event.xid, event.id limit ${limit}`.execute(handle)
  return rows
}

/** Whether there are committed events after a cursor at all, those included that are hidden as yet. */
export async function eventsWaiting(handle: Handle, cursor: EventCursor): Promise<boolean> {
  const { rows } = await sql<{ waiting: boolean }>`select exists (
    select 1 from event where (event.xid, event.id) > (${cursor.xid}::xid8, ${cursor.id}::int8)) as waiting`.execute(
    handle,
  )
  return rows[0]?.waiting ?? false
}

/** Whether a cursor lies beyond every transaction there was: it is from before a restore, or made up. */
export async function cursorIsAhead(handle: Handle, cursor: EventCursor): Promise<boolean> {
  const { rows } = await sql<{
    ahead: boolean
  }>`select ${cursor.xid}::xid8 >= pg_snapshot_xmax(pg_current_snapshot()) as ahead`.execute(handle)
  return rows[0]?.ahead ?? false
}

/**
 * The cursor of now: everything before it is visible to a statement that starts after this one returns, and every
 * later event lies after it.
 */
export async function eventCursorNow(handle: Handle): Promise<EventCursor> {
  const { rows } = await sql<{ xid: string }>`
    select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric - 1)::text as xid`.execute(handle)
  return { xid: rows[0]?.xid ?? '0', id: Number.MAX_SAFE_INTEGER }
}
