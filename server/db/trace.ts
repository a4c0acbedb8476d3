/** What was recorded in a range of time, read from the present rows, their history and the samples. */
import { type RawBuilder, sql } from 'kysely'
import type { Constraints } from '@orrery/api/workload.ts'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Db, Handle } from './database.ts'

export type TraceRange = { since: string; until: string }

const micros = (instant: RawBuilder<unknown>) => sql`(extract(epoch from ${instant}) * 1000000)::float8`

export type RecordedNode = {
  id: string
  name: string
  site: string
  kind: 'host' | 'device'
  cpuCores: number
  memoryBytes: number
  diskBytes: number
  gpuModels: string[]
  gpuMilli: number[]
  capabilities: string[]
  labels: Record<string, string>
}

/** Each node that was there at some time in the range, as it was last. */
export async function nodesRecorded(handle: Handle, range: TraceRange): Promise<RecordedNode[]> {
  const { rows } = await sql<RecordedNode>`with rows as (
      select id, name, site_id, kind, cpu_cores, memory_bytes, disk_bytes, gpu_models, gpu_milli, capabilities, labels, created_at, changed_at,
        'infinity'::timestamptz as valid_to from node
      union all
      select id, name, site_id, kind, cpu_cores, memory_bytes, disk_bytes, gpu_models, gpu_milli, capabilities, labels, created_at, changed_at,
        valid_to from node_history)
    select distinct on (r.id) r.id, r.name, coalesce(s.name, h.name, 'unknown') as site, r.kind, r.cpu_cores as "cpuCores",
      r.memory_bytes as "memoryBytes", r.disk_bytes as "diskBytes", r.gpu_models as "gpuModels", r.gpu_milli as "gpuMilli", r.capabilities, r.labels
    from rows r left join site s on s.id = r.site_id
      left join lateral (select name from site_history where id = r.site_id order by version desc limit 1) h on true
    where r.changed_at <= ${range.until}::timestamptz and r.valid_to > ${range.since}::timestamptz
    order by r.id, r.changed_at desc`.execute(handle)
  return rows
}

export type RecordedWorkload = {
  id: string
  name: string
  kind: 'vm' | 'module' | 'runtime' | 'container' | 'seat'
  cpuCores: number
  memoryBytes: number
  diskBytes: number
  gpuCount: number
  gpuMilli: number
  gpuModels: string[]
  constraints: Constraints
  labels: Record<string, string>
  priority: number
  /** microseconds since 1970 */
  from: number
  /** null: it was there at the end of the range */
  to: number | null
}

/** Each workload that was there at some time in the range, as it was last; from when and until when. */
export async function workloadsRecorded(
  handle: Handle,
  range: TraceRange,
  limit: number,
): Promise<RecordedWorkload[]> {
  const columns = sql.raw(
    'id, name, kind, cpu_cores, memory_bytes, disk_bytes, gpu_count, gpu_milli, gpu_models, constraints, labels, priority, created_at',
  )
  const { rows } = await sql<RecordedWorkload>`with rows as (
      select ${columns}, 'infinity'::timestamptz as gone_at from workload
      union all
      select ${columns}, gone_at from (
        select distinct on (h.id) h.*, h.valid_to as gone_at from workload_history h
        where not exists (select 1 from workload w where w.id = h.id) order by h.id, h.version desc) gone)
    select id, name, kind, cpu_cores as "cpuCores", memory_bytes as "memoryBytes", disk_bytes as "diskBytes", gpu_count as "gpuCount",
      gpu_milli as "gpuMilli", gpu_models as "gpuModels", constraints, labels, priority,
      ${micros(sql`greatest(created_at, ${range.since}::timestamptz)`)} as "from",
      case when gone_at <= ${range.until}::timestamptz then ${micros(sql`gone_at`)} end as "to"
    from rows where created_at <= ${range.until}::timestamptz and gone_at > ${range.since}::timestamptz
    order by created_at, id limit ${limit}`.execute(handle)
  return rows
}

export type RecordedSample = { subjectId: string; at: number; values: (number | null)[] }

const fetched = 5000
/** Each holds a connection: so many at once on all servers of a database, that calls never wait for readers. */
const readersMost = 4
/** Whoever reads slower than this is cut off: a transaction must not stay for ever. */
const readerMs = 120_000

/**
 * What `read` gives in one transaction, piece by piece; it lasts for as long as the caller reads.
 * @throws OrreryError `limit` when too many read already, before anything is.
 */
export async function* traceReading<T>(db: Db, read: (tx: Handle) => AsyncIterable<T>): AsyncGenerator<T> {
  const tx = await db.startTransaction().setAccessMode('read only').execute()
  try {
    await slotTake(tx)
    await sql`set local idle_in_transaction_session_timeout = ${sql.lit(readerMs)}`.execute(tx)
    yield* read(tx)
    await tx.commit().execute()
  } finally {
    // A connection that was cut has nothing left to roll back.
    if (!tx.isCommitted)
      await tx
        .rollback()
        .execute()
        .catch(() => undefined)
  }
}

/** Given back with the transaction. Asked for in order, and no further than the first that is free. */
async function slotTake(tx: Handle): Promise<void> {
  const tries = Array.from(
    { length: readersMost },
    (_, slot) =>
      sql`when pg_try_advisory_xact_lock(hashtext('trace export ' || current_schema()), ${sql.lit(slot)}) then true`,
  )
  const { rows } = await sql<{
    taken: boolean
  }>`select case ${sql.join(tries, sql` `)} else false end as taken`.execute(tx)
  if (rows[0]?.taken === true) return
  throw new OrreryError(
    'limit',
    `${readersMost} traces are being exported already. Ask again when one is done.`,
  )
}

/** In order of time, so many at once: the database sorts them once, and hands on as they are read. In a transaction. */
export async function* samplesRecorded(tx: Handle, range: TraceRange): AsyncGenerator<RecordedSample[]> {
  await sql`declare recorded no scroll cursor for select subject_id as "subjectId", ${micros(sql`ts`)} as at,
      array[cpu, memory, disk_read, disk_write, net_rx, net_tx, power] as "values"
    from sample where ts >= ${range.since}::timestamptz and ts <= ${range.until}::timestamptz order by ts, subject_id`.execute(
    tx,
  )
  for (;;) {
    const { rows } = await sql<RecordedSample>`fetch ${sql.lit(fetched)} from recorded`.execute(tx)
    if (rows.length === 0) return
    yield rows
  }
}
