/** Who came and who left in a range of recorded time. */
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

const columns =
  'id, name, cpu_cores, memory_bytes, disk_bytes, gpu_count, gpu_milli, gpu_models, constraints, auto_place, created_at'

/**
 * Each workload that came in the range, as it is or last was, and each that left in it; in order of arrival. One that
 * only ever was created to be bound by hand comes too: the run places what the range brought.
 */
export async function windowRead(
  client: pg.Client,
  range: { since: string; until: string },
): Promise<WindowRow[]> {
  const { rows } = await client.query<WindowRow>(
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
      case when gone_at <= $2::timestamptz then extract(epoch from gone_at - $1::timestamptz)::float8 end as "leavesAfterSeconds"
    from rows
    where created_at <= $2::timestamptz and gone_at > $1::timestamptz
      and (created_at > $1::timestamptz or gone_at <= $2::timestamptz)
    order by created_at, id`,
    [range.since, range.until],
  )
  return rows
}
