import { sql } from 'kysely'
import { type PlaceItem, place } from '../../db/placer.ts'
import { type WorkloadRow, workloadFind } from '../../db/workload.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { nodeStartsOnBind } from '../provider/capabilities.ts'
import { settle } from '../settle.ts'
import { type Tx, record, transaction } from '../transaction.ts'

/**
 * Deletes a workload. Where its provider has a machine to stop, it is `stopping` with desired `absent` first, and the
 * execute loop deletes the row once the provider has let go; its history stays.
 */
export async function workloadDelete(ctx: Ctx, ref: string, input: { reason?: string } = {}): Promise<null> {
  requireRole(ctx, 'operator')
  const { id, nodes, gone } = await transaction(ctx, async (tx) => {
    const { id } = found(await workloadFind(tx, ref), 'workload', ref)
    await sql`select 1 from workload where id = ${id} for update`.execute(tx)
    const row = found(await workloadFind(tx, id), 'workload', ref)
    const machine = row.node_id !== null && (await nodeStartsOnBind(tx, ctx, row.node_id))
    if (machine && row.desired !== 'absent') {
      await tx
        .updateTable('workload')
        .set({
          desired: 'absent',
          state: 'stopping',
          state_since: sql`clock_timestamp()`,
          reason: input.reason ?? 'being deleted',
        })
        .where('id', '=', id)
        .execute()
      // To old clients a deleted VM is gone at once, and its id and number may be taken again.
      await sql`select alias_release(${id}::uuid)`.execute(tx)
      await record(tx, ctx, 'workload.stop', {
        subject: { kind: 'workload', id, name: row.name },
        before: { state: row.state, nodeId: row.node_id },
        after: { state: 'stopping', desired: 'absent', nodeId: row.node_id },
        reason: input.reason ?? null,
      })
    } else if (!machine) {
      await workloadRemove(tx, ctx, row, input.reason ?? null)
    }
    return { id, nodes: row.node_id === null ? [] : [row.node_id], gone: !machine }
  })
  if (gone) ctx.usages.forget(id)
  await settle(ctx, { workloads: [id], nodes })
  ctx.nudge(gone ? 'plan' : 'execute')
  return null
}

/** Gives back its place and takes the row away, in the caller's transaction. */
export async function workloadRemove(
  tx: Tx,
  ctx: Ctx,
  row: Pick<WorkloadRow, 'id' | 'name' | 'node_id' | 'state'>,
  reason: string | null,
): Promise<void> {
  if (row.node_id !== null) {
    const item: PlaceItem = {
      workloadId: row.id,
      mode: 'unbind',
      nodeId: null,
      state: 'stopped',
      reason: reason ?? 'deleted',
      actorId: ctx.actor.id,
      actorName: ctx.actor.name,
    }
    await place(tx, [item])
  }
  await sql`select alias_release(${row.id}::uuid)`.execute(tx)
  await tx.deleteFrom('usage_latest').where('subject_id', '=', row.id).execute()
  await tx.deleteFrom('workload').where('id', '=', row.id).execute()
  await record(tx, ctx, 'workload.delete', {
    subject: { kind: 'workload', id: row.id, name: row.name },
    before: { state: row.state, nodeId: row.node_id },
    reason,
  })
}
