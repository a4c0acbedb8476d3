import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Node, NodeState } from '@orrery/api/node.ts'
import { nodeFind, nodeItem } from '../../db/node.ts'
import { cannotLeaveClear } from '../../db/refusal.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { settle } from '../settle.ts'
import { record, transaction } from '../transaction.ts'

/** Moves a node to a state and records it; nothing happens when it is there already. `from` are the states it may come from. */
export async function nodeStateSet(
  ctx: Ctx,
  ref: string,
  change: { verb: string; to: NodeState; from: readonly NodeState[]; reason: string | null },
): Promise<Node> {
  const { node, changed, workloads } = await transaction(ctx, async (tx) => {
    const { id } = found(await nodeFind(tx, ref), 'node', ref)
    // The allocation row is what binds lock: one under way ends first, a later one sees the new state.
    await sql`select 1 from node_allocation where node_id = ${id} for update`.execute(tx)
    await sql`select 1 from node where id = ${id} for no key update`.execute(tx)
    const before = found(await nodeFind(tx, id), 'node', ref)
    if (before.state === change.to) return { node: nodeItem(before), changed: false, workloads: [] }
    if (!change.from.includes(before.state)) {
      throw new OrreryError(
        'conflict',
        `Node '${before.name}' is ${before.state}; this is possible from ${change.from.join(', ')}.`,
      )
    }
    await tx
      .updateTable('node')
      .set({ state: change.to, state_since: sql`clock_timestamp()`, reason: change.reason })
      .where('id', '=', id)
      .execute()
    const workloads = before.state === 'draining' ? await cannotLeaveClear(tx, before) : []
    const after = found(await nodeFind(tx, id), 'node', ref)
    await record(tx, ctx, change.verb, {
      subject: { kind: 'node', id, name: after.name },
      before: { state: before.state, reason: before.reason },
      after: { state: after.state, reason: after.reason },
      reason: change.reason,
    })
    return { node: nodeItem(after), changed: true, workloads }
  })
  if (changed) {
    await settle(ctx, { nodes: [node.id], workloads })
    ctx.nudge('plan')
  }
  return node
}
