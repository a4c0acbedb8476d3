import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import { countInWords } from '@orrery/core/planner/words.ts'
import { nodeFind, nodeItem } from '../../db/node.ts'
import { type PlaceItem, place } from '../../db/placer.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { settle } from '../settle.ts'
import { record, transaction } from '../transaction.ts'

/** `unbindWorkloads`: what is bound there is unbound first (an old protocol deletes hosts that are in use). */
export type NodeDeleteOptions = { unbindWorkloads?: boolean }

/** Deletes a node. Refused while workloads are on it: drain it first. Its history stays. */
export async function nodeDelete(ctx: Ctx, ref: string, options: NodeDeleteOptions = {}): Promise<null> {
  requireRole(ctx, 'operator')
  const gone = await transaction(ctx, async (tx) => {
    const { id } = found(await nodeFind(tx, ref), 'node', ref)
    // Workloads before allocations, as every placement locks them.
    if (options.unbindWorkloads === true)
      await sql`select 1 from workload where node_id = ${id} order by id for update`.execute(tx)
    // The allocation row is what binds lock: holding it keeps new ones out until the node is gone.
    await sql`select 1 from node_allocation where node_id = ${id} for update`.execute(tx)
    const before = nodeItem(found(await nodeFind(tx, id), 'node', ref))
    const bound = await tx
      .selectFrom('workload')
      .select(['id'])
      .where('node_id', '=', id)
      .orderBy('id')
      .execute()
    if (bound.length > 0 && options.unbindWorkloads !== true) {
      throw new OrreryError(
        'conflict',
        `Node '${before.name}' has ${countInWords(bound.length, 'workload')}. Drain it (\`orrery node drain ${before.name}\`) or delete them first.`,
      )
    }
    if (bound.length > 0) {
      const items = bound.map((workload): PlaceItem => ({
        workloadId: workload.id,
        mode: 'unbind',
        nodeId: null,
        state: 'pending',
        reason: `node ${before.name} was deleted`,
        actorId: ctx.actor.id,
        actorName: ctx.actor.name,
      }))
      await place(tx, items)
    }
    await sql`select alias_release(${id}::uuid)`.execute(tx)
    await tx.deleteFrom('usage_latest').where('subject_id', '=', id).execute()
    await tx.deleteFrom('node').where('id', '=', id).execute()
    await record(tx, ctx, 'node.delete', { subject: { kind: 'node', id, name: before.name }, before })
    return { id, workloads: bound.map((workload) => workload.id) }
  })
  ctx.usages.forget(gone.id)
  await settle(ctx, { nodes: [gone.id], workloads: gone.workloads })
  return null
}
