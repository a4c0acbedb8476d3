import { sql } from 'kysely'
import { type DatasetId, isUuid } from '@orrery/api/id.ts'
import type { Dataset } from '@orrery/api/dataset.ts'
import type { SeriesRow } from '@orrery/core/trace/series.ts'
import type { Handle } from './database.ts'
import type { ListSpec } from './list.ts'

export type DatasetRow = {
  id: string
  name: string
  kind: Dataset['kind']
  layout: string
  row_count: number
  start_at: string | null
  end_at: string | null
  fields: string[]
  created_at: string
}

export function datasetItem(row: DatasetRow): Dataset {
  return {
    id: row.id as DatasetId,
    name: row.name,
    kind: row.kind,
    layout: row.layout,
    rowCount: row.row_count,
    startAt: row.start_at,
    endAt: row.end_at,
    fields: row.fields,
    createdAt: row.created_at,
  }
}

export function datasetListSpec(): ListSpec<DatasetRow, Dataset> {
  return {
    noun: 'datasets',
    base: sql`select * from dataset`,
    sort: 'name',
    item: datasetItem,
    words: sql.raw(`(t.name || ' ' || t.kind || ' ' || t.layout)`),
    columns: {
      name: { sql: sql.raw('t.name'), type: 'text' },
      kind: { sql: sql.raw('t.kind'), type: 'text' },
      layout: { sql: sql.raw('t.layout'), type: 'text' },
      rowCount: { sql: sql.raw('t.row_count::float8'), type: 'number' },
      startAt: { sql: sql.raw('t.start_at'), type: 'instant', nullable: true },
      endAt: { sql: sql.raw('t.end_at'), type: 'instant', nullable: true },
      field: { sql: sql.raw('t.fields'), type: 'texts' },
      createdAt: { sql: sql.raw('t.created_at'), type: 'instant' },
    },
  }
}

/** One dataset by id or name, or null. */
export async function datasetFind(handle: Handle, ref: string): Promise<DatasetRow | null> {
  const where = isUuid(ref) ? sql`t.id = ${ref}::uuid` : sql`t.name = ${ref}`
  const { rows } = await sql<DatasetRow>`select * from dataset t where ${where}`.execute(handle)
  return rows[0] ?? null
}

/** The name, or the first of `name-2`, `name-3`, … that is free. */
export async function datasetNameFree(handle: Handle, name: string): Promise<string> {
  const { rows } = await sql<{
    name: string
  }>`select name from dataset where starts_with(name, ${name})`.execute(handle)
  const taken = new Set(rows.map((row) => row.name))
  let free = name
  for (let number = 2; taken.has(free); number += 1) free = `${name}-${number}`
  return free
}

const chunk = 5000

/** Appends rows in order, in chunks of a bounded size; `each` is told after every chunk how many are written. */
export async function datasetRowsInsert(
  handle: Handle,
  datasetId: string,
  rows: readonly SeriesRow[],
  each: (written: number) => void,
): Promise<void> {
  for (let start = 0; start < rows.length; start += chunk) {
    const some = rows.slice(start, start + chunk)
    const column = (index: number) => some.map((row) => row.values[index] ?? null)
    await sql`insert into dataset_sample (dataset_id, ts, cpu, memory, disk_read, disk_write, net_rx, net_tx, power)
      select ${datasetId}::uuid, timestamptz 'epoch' + micros * interval '1 microsecond', cpu, memory, disk_read, disk_write, net_rx, net_tx, power
      from unnest(${some.map((row) => row.atMicros)}::int8[], ${column(0)}::float8[], ${column(1)}::float8[], ${column(2)}::float8[],
        ${column(3)}::float8[], ${column(4)}::float8[], ${column(5)}::float8[], ${column(6)}::float8[])
        as r (micros, cpu, memory, disk_read, disk_write, net_rx, net_tx, power)`.execute(handle)
    each(Math.min(rows.length, start + chunk))
  }
}
