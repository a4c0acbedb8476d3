import { type RawBuilder, sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Event, EventListQuery } from '@orrery/api/event.ts'
import type { Page } from '@orrery/api/page.ts'
import { type EventRow, cursorFormat, cursorParse, eventItem } from '../../db/event.ts'
import { type Column, conditionsOf } from '../../db/list.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { instantMicros, instantText } from '../instant.ts'

const text = (name: string): Column => ({ sql: sql.raw(`t.${name}`), type: 'text', nullable: true })
const columns: Record<string, Column> = {
  verb: text('verb'),
  kind: text('subject_kind'),
  subject: { sql: sql.raw('t.subject_id'), type: 'id', nullable: true },
  subjectId: { sql: sql.raw('t.subject_id'), type: 'id', nullable: true },
  name: text('subject_name'),
  actor: text('actor_name'),
  reason: text('reason'),
  at: { sql: sql.raw('t.at'), type: 'instant' },
}
const words = sql.raw(
  `(t.verb || ' ' || coalesce(t.subject_name, '') || ' ' || coalesce(t.actor_name, '') || ' ' || coalesce(t.reason, ''))`,
)

/** What the filter of events knows. */
export const eventFields = { noun: 'events', columns, words }

/** Events in commit order, newest first unless asked otherwise. */
export async function eventList(ctx: Ctx, query: EventListQuery): Promise<Page<Event>> {
  requireRole(ctx, 'viewer')
  if (query.sort !== undefined)
    throw new OrreryError('invalid', 'Events have one order; use `order=asc` or `order=desc`.')
  const limit = query.limit ?? 100
  const ascending = query.order === 'asc'
  const where: RawBuilder<unknown>[] = conditionsOf(eventFields, query.filter)
  for (const name of ['since', 'until'] as const) {
    const instant = query[name]
    if (instant === undefined) continue
    const at = instantText(instantMicros(instant, name))
    where.push(name === 'since' ? sql`t.at >= ${at}::timestamptz` : sql`t.at < ${at}::timestamptz`)
  }
  if (query.cursor !== undefined) {
    const cursor = cursorParse(query.cursor)
    if (cursor === null)
      throw new OrreryError('invalid', '`cursor` must be the `next` of a page or an event’s `cursor`.')
    where.push(sql`(t.xid, t.id) ${ascending ? sql`>` : sql`<`} (${cursor.xid}::xid8, ${cursor.id}::int8)`)
  }
  const direction = ascending ? sql`asc` : sql`desc`
  const { rows } =
    await sql<EventRow>`select xid::text as xid, id, at, actor_id, actor_name, verb, subject_kind, subject_id, subject_name,
      before, after, reason, trace_at
    from event t where t.xid < pg_snapshot_xmin(pg_current_snapshot()) ${where.length === 0 ? sql`` : sql`and ${sql.join(where, sql` and `)}`}
    order by t.xid ${direction}, t.id ${direction} limit ${limit + 1}`.execute(ctx.database.db)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(eventItem),
    next: rows.length > limit && last !== undefined ? cursorFormat(last) : null,
  }
}
