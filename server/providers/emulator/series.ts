import { sql } from 'kysely'
import type { SeriesRow } from '@orrery/core/trace/series.ts'
import type { Handle } from '../../db/database.ts'

/** Recorded series by dataset, read once each; the least recently followed is forgotten first. */
export type SeriesCache = { of(handle: Handle, datasetId: string): Promise<readonly SeriesRow[]> }

const seriesMax = 256
const rowsMax = 100_000

export function seriesCacheCreate(): SeriesCache {
  const known = new Map<string, readonly SeriesRow[]>()
  return {
    async of(handle, datasetId) {
      const rows = known.get(datasetId) ?? (await seriesRead(handle, datasetId))
      known.delete(datasetId)
      // One that is still being imported is read again until it is there.
      if (rows.length > 0) known.set(datasetId, rows)
      const [oldest] = known.keys()
      if (known.size > seriesMax && oldest !== undefined) known.delete(oldest)
      return rows
    },
  }
}

type Row = { micros: number } & Record<(typeof columns)[number], number | null>
const columns = ['cpu', 'memory', 'disk_read', 'disk_write', 'net_rx', 'net_tx', 'power'] as const

async function seriesRead(handle: Handle, datasetId: string): Promise<SeriesRow[]> {
  const { rows } =
    await sql<Row>`select (extract(epoch from ts) * 1000000)::float8 as micros, ${sql.raw(columns.join(', '))}
    from dataset_sample where dataset_id = ${datasetId}::uuid order by ts limit ${rowsMax}`.execute(handle)
  return rows.map((row) => ({ atMicros: row.micros, values: columns.map((column) => row[column]) }))
}
