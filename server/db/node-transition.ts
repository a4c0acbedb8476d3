import { sql } from 'kysely'
import type { NodeState } from '@orrery/api/node.ts'
import type { Handle } from './database.ts'
import type { Actor } from './workload-transition.ts'

/** One move of a node's state that a loop concluded; it holds only while the node is still in the state it comes from. */
export type NodeTransition = {
  nodeId: string
  from: NodeState
  to: NodeState
  verb: string
  reason: string | null
}

/** Applies those that still hold, each with its event, in the caller's transaction. Returns the ids of the changed nodes. */
export async function nodesTransition(
  tx: Handle,
  actor: Actor,
  transitions: readonly NodeTransition[],
): Promise<string[]> {
  if (transitions.length === 0) return []
  const wanted = JSON.stringify(
    transitions.map((each) => ({
      id: each.nodeId,
      from_state: each.from,
      state: each.to,
      verb: each.verb,
      reason: each.reason,
    })),
  )
  await sql`select 1 from node where id = any (${transitions.map((each) => each.nodeId)}::uuid[])
    order by id for no key update`.execute(tx)
  const { rows } = await sql<{ id: string }>`
    with held as (
      select r.*, n.name, n.reason as old_reason
      from jsonb_to_recordset(${wanted}::jsonb) as r (id uuid, from_state text, state text, verb text, reason text)
      join node n on n.id = r.id where n.state = r.from_state
    ), changed as (
      update node n set state = h.state, state_since = clock_timestamp(), reason = h.reason
      from held h where n.id = h.id returning n.id
    ), events as (
      insert into event (actor_id, actor_name, verb, subject_kind, subject_id, subject_name, before, after, reason)
      select ${actor.id}::uuid, ${actor.name}, verb, 'node', id, name,
        jsonb_build_object('state', from_state, 'reason', old_reason), jsonb_build_object('state', state, 'reason', reason), reason
      from held order by id
    )
    select id from changed`.execute(tx)
  return rows.map((row) => row.id)
}
