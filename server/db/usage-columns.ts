import { type RawBuilder, sql } from 'kysely'
import type { Usage } from '@orrery/api/sample.ts'

/** The usage columns that node and workload lists join in, with a prefix that keeps them apart from the noun's own. */
export type UsageColumns = {
  usage_ts: string | null
  usage_cpu: number | null
  usage_memory: number | null
  usage_disk_read: number | null
  usage_disk_write: number | null
  usage_net_rx: number | null
  usage_net_tx: number | null
  usage_power: number | null
}

export const usageSelect = sql.raw(
  'u.ts as usage_ts, u.cpu as usage_cpu, u.memory as usage_memory, u.disk_read as usage_disk_read, u.disk_write as usage_disk_write, u.net_rx as usage_net_rx, u.net_tx as usage_net_tx, u.power as usage_power',
)

/** Latest values now, or the last sample of the quarter of an hour before an instant. Joined as `u` on a subject column. */
export function usageJoin(subject: RawBuilder<unknown>, at: string | undefined): RawBuilder<unknown> {
  if (at === undefined) return sql`left join usage_latest u on u.subject_id = ${subject}`
  return sql`left join lateral (select * from sample where subject_id = ${subject} and ts <= ${at}::timestamptz
    and ts > ${at}::timestamptz - interval '15 minutes' order by ts desc limit 1) u on true`
}

export function usageItem(row: UsageColumns): Usage | null {
  if (row.usage_ts === null) return null
  return {
    at: row.usage_ts,
    cpuCores: row.usage_cpu,
    memoryBytes: row.usage_memory,
    diskReadBytesPerSecond: row.usage_disk_read,
    diskWriteBytesPerSecond: row.usage_disk_write,
    netRxBytesPerSecond: row.usage_net_rx,
    netTxBytesPerSecond: row.usage_net_tx,
    powerWatts: row.usage_power,
  }
}
