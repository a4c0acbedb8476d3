import { sql } from 'kysely'
import type { ImportCreate } from '@orrery/api/dataset.ts'
import type { Workload } from '@orrery/api/workload.ts'
import type { SeriesParsed } from '@orrery/core/trace/series.ts'
import { datasetFind, datasetItem, datasetNameFree, datasetRowsInsert } from '../../db/dataset.ts'
import { idNew } from '../../db/id.ts'
import { workloadFind, workloadItem } from '../../db/workload.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { instantText } from '../instant.ts'
import type { OperationWork } from '../operation/run.ts'
import { settle } from '../settle.ts'
import { record, transaction } from '../transaction.ts'

/** The workload that a series is for, or null when none is named. */
export async function seriesSubject(ctx: Ctx, input: ImportCreate): Promise<Workload | null> {
  if (input.kind !== 'series' || input.workload === undefined) return null
  return workloadItem(found(await workloadFind(ctx.database.db, input.workload), 'workload', input.workload))
}

/** Stores a series as a dataset, all rows or none, and lets the workload follow it. */
export async function seriesImport(
  series: SeriesParsed,
  wanted: { name: string; workload: Workload | null },
  work: OperationWork,
): Promise<unknown> {
  const { ctx } = work
  const { workload } = wanted
  work.progress({ total: series.rows.length, note: 'storing rows' })
  const dataset = await transaction(ctx, async (tx) => {
    await work.hold(tx)
    await sql`lock table dataset in share row exclusive mode`.execute(tx)
    const id = idNew<'dataset'>()
    const name = await datasetNameFree(tx, wanted.name)
    const at = (row: { atMicros: number } | undefined) =>
      row === undefined ? null : instantText(BigInt(row.atMicros))
    await tx
      .insertInto('dataset')
      .values({
        id,
        name,
        kind: 'series',
        layout: series.layout,
        row_count: series.rows.length,
        start_at: at(series.rows[0]),
        end_at: at(series.rows.at(-1)),
        fields: series.fields,
      })
      .execute()
    await datasetRowsInsert(tx, id, series.rows, (done) => {
      work.signal.throwIfAborted()
      work.progress({ done })
    })
    const item = datasetItem(found(await datasetFind(tx, id), 'dataset', id))
    await record(tx, ctx, 'dataset.create', { subject: { kind: 'dataset', id, name }, after: item })
    if (workload !== null) {
      found(await workloadFind(tx, workload.id), 'workload', workload.name)
      await sql`update workload set dataset_id = ${id}::uuid where id = ${workload.id}::uuid`.execute(tx)
      await record(tx, ctx, 'workload.update', {
        subject: { kind: 'workload', id: workload.id, name: workload.name },
        before: { datasetId: workload.datasetId },
        after: { datasetId: id },
        reason: `it follows the series ${name}`,
      })
    }
    return item
  })
  await settle(ctx, { workloads: workload === null ? [] : [workload.id] })
  return {
    datasetId: dataset.id,
    datasetName: dataset.name,
    rows: dataset.rowCount,
    workload: workload?.name ?? null,
  }
}
