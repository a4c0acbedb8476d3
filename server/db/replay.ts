import { sql } from 'kysely'
import type { Handle } from './database.ts'

/** Gives events that this transaction has just written the instant of the trace that they replay. */
export async function eventsTraceAt(
  handle: Handle,
  events: readonly { subjectId: string; verb: string; traceAt: string }[],
): Promise<void> {
  if (events.length === 0) return
  await sql`update event e set trace_at = r."traceAt"
    from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as r ("subjectId" uuid, verb text, "traceAt" timestamptz)
    where e.subject_id = r."subjectId" and e.xid = pg_current_xact_id() and e.verb = r.verb
      and e.trace_at is distinct from r."traceAt"`.execute(handle)
}

/** Takes away rows of workloads that hold no place any more, with what belongs to them. Gives the ids that were there. */
export async function workloadsRemove(handle: Handle, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  await sql`select alias_release(id) from (select id from workload where id = any (${ids}::uuid[]) and kind = 'vm' order by id) w`.execute(
    handle,
  )
  await sql`delete from usage_latest where subject_id = any (${ids}::uuid[])`.execute(handle)
  const { rows } = await sql<{
    id: string
  }>`delete from workload where id = any (${ids}::uuid[]) and node_id is null returning id`.execute(handle)
  return new Set(rows.map((row) => row.id))
}

/** Which of these names a node, a workload or an old protocol's client knows already. */
export async function namesTaken(
  handle: Handle,
  kind: 'node' | 'workload',
  names: readonly string[],
): Promise<string[]> {
  const dialectKind = kind === 'node' ? 'host' : 'vm'
  const { rows } = await sql<{
    name: string
  }>`select name from ${sql.table(kind)} where name = any (${names}::text[])
    union select key from alias where dialect = 'envserver' and kind = ${dialectKind} and released_at is null and key = any (${names}::text[])`.execute(
    handle,
  )
  return rows.map((row) => row.name)
}
