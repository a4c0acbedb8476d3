/**
 * What workloads used of their cores or memory: what is known of an instant, or step by step over a range. Rows are given as they
 * come, never all at once: a long range of a large inventory is more than a thread has room for.
 */
import type pg from 'pg'
import { copyOut } from './copy-out.ts'
import { instantLiteral } from './statements.ts'

/**
 * Of one workload, its 16 bytes of id from `at`; `step` counts from the beginning of the range, 0 for an instant; `used` is
 * cores or bytes.
 */
export type UsageReader = (bytes: Uint8Array, at: number, step: number, used: number) => void

/** Columns of `sample` and `usage_latest`. */
export type UsageColumn = 'cpu' | 'memory'

export function usageOf(
  client: pg.Client,
  column: UsageColumn,
  at: string | null,
  read: UsageReader,
): Promise<void> {
  const statement =
    at === null
      ? `select subject_id, 0::int8, ${column} from usage_latest where ${column} is not null`
      : `select distinct on (subject_id) subject_id, 0::int8, ${column} from sample
         where ts <= ${instantLiteral(at)} and ts > ${instantLiteral(at)} - interval '15 minutes' and ${column} is not null
         order by subject_id, ts desc`
  return usageRead(client, statement, read)
}

export type UsageRange = { since: string; until: string; horizonSeconds: number; stepSeconds: number }

/** Means over steps, by workload and in order, as far as the range and the horizon go. */
export function usageIn(
  client: pg.Client,
  column: UsageColumn,
  { since, until, horizonSeconds, stepSeconds }: UsageRange,
  read: UsageReader,
): Promise<void> {
  const begins = instantLiteral(since)
  const statement = `select subject_id, floor(extract(epoch from ts - ${begins}) / ${seconds(stepSeconds)})::int8 as step, avg(${column})::float8
     from sample where ts >= ${begins} and ts <= least(${instantLiteral(until)}, ${begins} + ${seconds(horizonSeconds)} * interval '1 second')
       and ${column} is not null
     group by 1, 2 order by 1, 2`
  return usageRead(client, statement, read)
}

function usageRead(client: pg.Client, statement: string, read: UsageReader): Promise<void> {
  return copyOut(client, statement, (fields) => {
    const at = fields.uuid()
    read(fields.bytes, at, fields.int8(), fields.float8())
  })
}

function seconds(count: number): string {
  if (!Number.isFinite(count)) throw new Error(`${count} is no number of seconds`)
  return `'${count}'::float8`
}
