/** Who came and who left in a range of recorded time. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { Demand } from '@orrery/api/quantity.ts'
import type { Constraints } from '@orrery/api/workload.ts'
import type pg from 'pg'

export type WindowRow = {
  id: string
  name: string
  demand: Demand
  constraints: Constraints
  /** seconds after the range's beginning; 0 or less: it was there already */
  arrivesAfterSeconds: number
  /** null: it was still there at the end */
  leavesAfterSeconds: number | null
}

/** What a thread of the twin has room for, with the simulation that follows. */
const rowsMax = 250_000

const columns =
  'id, name, cpu_cores, memory_bytes, disk_bytes, gpu_count, gpu_milli, gpu_models, constraints, auto_place, created_at'

/**
 * Each workload that came in the range, as it is or last was, and each that left in it; in order of arrival. One that
 * only ever was created to be bound by hand comes too: the run places what the range brought.
 * @throws OrreryError `limit` when there are more than so many; it says how long a range is possible.
 */
export async function windowRead(
  client: pg.Client,
  range: { since: string; until: string },
  most = rowsMax,
): Promise<WindowRow[]> {
  const { rows } = await client.query<WindowRow & { countedAt: string }>(
    `with rows as (
      select ${columns}, 'infinity'::timestamptz as gone_at from workload
      union all
      select ${columns}, gone_at from (
        select distinct on (h.id) h.*, h.valid_to as gone_at from workload_history h
        where h.valid_to > $1::timestamptz and not exists (select 1 from workload w where w.id = h.id)
        order by h.id, h.version desc) gone)
    select id, name, json_build_object('cpuCores', cpu_cores, 'memoryBytes', memory_bytes, 'diskBytes', disk_bytes,
        'gpu', json_build_object('count', gpu_count, 'milli', gpu_milli, 'models', gpu_models)) as demand, constraints,
      extract(epoch from created_at - $1::timestamptz)::float8 as "arrivesAfterSeconds",
      case when gone_at <= $2::timestamptz then extract(epoch from gone_at - $1::timestamptz)::float8 end as "leavesAfterSeconds",
      case when created_at > $1::timestamptz then created_at else gone_at end as "countedAt"
    from rows
    where created_at <= $2::timestamptz and gone_at > $1::timestamptz
      and (created_at > $1::timestamptz or gone_at <= $2::timestamptz)
    order by "countedAt", id limit $3`,
    [range.since, range.until, most + 1],
  )
  const tooMany = rows[most]
  if (tooMany !== undefined)
    throw new OrreryError(
      'limit',
      `More than ${most} workloads came or left in this window, which is all a run can take in. Choose an \`until\` before ${tooMany.countedAt}.`,
    )
  return rows.toSorted((a, b) => a.arrivesAfterSeconds - b.arrivesAfterSeconds || (a.id < b.id ? -1 : 1))
}
