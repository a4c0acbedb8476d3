import { datasetFind, datasetItem } from '../../db/dataset.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { settle } from '../settle.ts'
import { record, transaction } from '../transaction.ts'

/** Deletes a dataset with its rows. Workloads that follow it follow nothing from then on. */
export async function datasetDelete(ctx: Ctx, ref: string): Promise<null> {
  requireRole(ctx, 'operator')
  const followers = await transaction(ctx, async (tx) => {
    const before = datasetItem(found(await datasetFind(tx, ref), 'dataset', ref))
    const rows = await tx
      .updateTable('workload')
      .set({ dataset_id: null })
      .where('dataset_id', '=', before.id)
      .returning('id')
      .execute()
    const deleted = await tx
      .deleteFrom('dataset')
      .where('id', '=', before.id)
      .returning('id')
      .executeTakeFirst()
    // Somebody else's call may have been first.
    found(deleted, 'dataset', ref)
    await record(tx, ctx, 'dataset.delete', {
      subject: { kind: 'dataset', id: before.id, name: before.name },
      before,
    })
    return rows.map((row) => row.id)
  })
  await settle(ctx, { workloads: followers })
  return null
}
