import { sql } from 'kysely'
import type { Handle } from '../database.ts'
import { instantSql } from '../instant-sql.ts'

export type SampleSince = {
  /** microseconds since 1970, as text */
  micros: string
  cpu: number | null
  memory: number | null
  disk_read: number | null
  disk_write: number | null
  net_rx: number | null
  net_tx: number | null
  power: number | null
  cpu_reported: number | null
  /** where the row lies: breaks ties, in the order of insertion as far as the table keeps it */
  place: string
}

/** Where a reader stands: after the row with this instant and place, or, without a place, after all of the instant. */
export type SampleMark = { micros: bigint; place: string | null }

/** Samples of these subjects after a mark, by instant and then by place. */
export async function samplesAfter(
  handle: Handle,
  subjectIds: readonly string[],
  mark: SampleMark,
  limit: number,
): Promise<SampleSince[]> {
  const [only] = subjectIds
  // One subject is read straight from the index in order; an `= any` of several would be gathered and sorted.
  const subject =
    subjectIds.length === 1 ? sql`subject_id = ${only}::uuid` : sql`subject_id = any (${subjectIds}::uuid[])`
  const instant = instantSql(sql`${mark.micros.toString()}::int8`)
  const after =
    mark.place === null
      ? sql`ts > ${instant}`
      : sql`ts >= ${instant} and (ts > ${instant} or ctid > ${mark.place}::tid)`
  const { rows } =
    await sql<SampleSince>`select (extract(epoch from ts) * 1000000)::int8::text as micros, cpu, memory, disk_read,
      disk_write, net_rx, net_tx, power, cpu_reported, ctid::text as place
    from sample where ${subject} and ${after} order by ts, ctid limit ${limit}`.execute(handle)
  return rows
}
