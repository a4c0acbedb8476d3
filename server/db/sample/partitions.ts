/**
 * The partitions of the sample table: one per day, made ahead of time, and the default one for every other day. With
 * TimescaleDB the table is a hypertable, which makes its own chunks.
 */
import { sql } from 'kysely'
import type { Handle } from '../database.ts'

const prefix = 'sample_day_'
/** Rows of a new day that may be moved out of the default partition while writers wait for it. */
const movedMax = 100_000

export async function isHypertable(handle: Handle): Promise<boolean> {
  const { rows } = await sql<{ relkind: string }>`
    select relkind from pg_class where oid = 'sample'::regclass`.execute(handle)
  return rows[0]?.relkind !== 'p'
}

/** The days (as 2026-01-31) that have a partition, oldest first. */
export async function partitionDays(handle: Handle): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'sample'::regclass and c.relname like ${`${prefix}%`} order by c.relname`.execute(
    handle,
  )
  return rows.map(({ name }) => dayOf(name.slice(prefix.length)))
}

/** Call it in a transaction. False when the day has too many rows in the default partition already: it stays there. */
export async function partitionCreate(tx: Handle, day: string): Promise<boolean> {
  const table = sql.table(partitionName(day))
  await sql`set local lock_timeout = '3s'`.execute(tx)
  await sql`lock table sample_default in access exclusive mode`.execute(tx)
  const range = sql`ts >= ${day}::date and ts < ${day}::date + 1`
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (select 1 from sample_default where ${range} limit ${movedMax + 1}) r`.execute(
    tx,
  )
  if ((rows[0]?.count ?? 0) > movedMax) return false
  await sql`create table ${table} (like sample including defaults)`.execute(tx)
  await sql`with moved as (delete from sample_default where ${range} returning *) insert into ${table} select * from moved`.execute(
    tx,
  )
  const [from, to] = [sql.lit(day), sql.lit(dayAfter(day))]
  await sql`alter table sample attach partition ${table} for values from (${from}) to (${to})`.execute(tx)
  return true
}

/** Call it in a transaction. Drops a day unless some of it arrived since `cutoff`; series that are kept move to the default. */
export async function partitionDrop(tx: Handle, day: string, cutoff: string): Promise<boolean> {
  const table = sql.table(partitionName(day))
  const { rows } = await sql<{ young: boolean }>`
    select coalesce(max(arrived_on) >= ${cutoff}::date, false) as young from ${table}`.execute(tx)
  if (rows[0]?.young === true) return false
  await sql`set local lock_timeout = '3s'`.execute(tx)
  await sql`alter table sample detach partition ${table}`.execute(tx)
  await sql`insert into sample select * from ${table} where subject_id in (${keptSubjects})`.execute(tx)
  await sql`drop table ${table}`.execute(tx)
  return true
}

/** Rows of the default partition that are old and arrived long ago, at most `limit`. Returns how many went. */
export async function defaultPrune(handle: Handle, cutoff: string, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`delete from sample_default where ctid = any (array(
      select ctid from sample_default where ts < ${cutoff}::date and arrived_on < ${cutoff}::date
        and subject_id not in (${keptSubjects}) limit ${limit}))`.execute(handle)
  return Number(numAffectedRows ?? 0n)
}

/** TimescaleDB knows a chunk by the time of its rows only. */
export async function chunksDrop(handle: Handle, cutoff: string): Promise<void> {
  await sql`select drop_chunks('sample', older_than => ${cutoff}::timestamptz)`.execute(handle)
}

/** Subjects whose samples are never dropped: their label `retention` says `off`. */
const keptSubjects = sql`select id from node where labels ->> 'retention' = 'off'
  union all select id from workload where labels ->> 'retention' = 'off'`

function partitionName(day: string): string {
  return `${prefix}${day.replaceAll('-', '')}`
}

function dayOf(digits: string): string {
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`
}

/** The day so many days after. */
export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
