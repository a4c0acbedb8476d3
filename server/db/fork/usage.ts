/** What workloads used of their cores: what is known of an instant, or step by step over a range. */
import type pg from 'pg'

/** `step` counts from the beginning of the range; 0 for an instant. */
export type UsageRow = { id: string; step: number; cpuCores: number }

export async function usageOf(client: pg.Client, at: string | null): Promise<UsageRow[]> {
  const { rows } =
    at === null
      ? await client.query<UsageRow>(
          `select subject_id as id, 0 as step, cpu as "cpuCores" from usage_latest where cpu is not null`,
        )
      : await client.query<UsageRow>(
          `select distinct on (subject_id) subject_id as id, 0 as step, cpu as "cpuCores" from sample
           where ts <= $1::timestamptz and ts > $1::timestamptz - interval '15 minutes' and cpu is not null
           order by subject_id, ts desc`,
          [at],
        )
  return rows
}

/** Means over steps of that many seconds, by workload and in order. */
export async function usageIn(
  client: pg.Client,
  range: { since: string; until: string },
  stepSeconds: number,
): Promise<UsageRow[]> {
  const { rows } = await client.query<UsageRow>(
    `select subject_id as id, floor(extract(epoch from ts - $1::timestamptz) / $3::float8)::int as step, avg(cpu)::float8 as "cpuCores"
     from sample where ts >= $1::timestamptz and ts <= $2::timestamptz and cpu is not null
     group by 1, 2 order by 1, 2`,
    [range.since, range.until, stepSeconds],
  )
  return rows
}
