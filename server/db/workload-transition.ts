import { sql } from 'kysely'
import type { WorkloadState } from '@orrery/api/workload.ts'
import type { Handle } from './database.ts'

/**
 * One move of a workload's life that a loop found to have happened. It holds only while the workload is still at that
 * generation (its placement) and in one of those states: a late answer cannot overwrite a newer placement.
 */
export type WorkloadTransition = {
  workloadId: string
  generation: number
  from: readonly WorkloadState[]
  /** also only at this version of the row: for conclusions from what was not seen */
  version?: number
  to: WorkloadState
  /** an event's verb, as `workload.run` */
  verb: string
  reason: string | null
  /** what the provider calls its machine; left out, it stays as it is */
  providerRef?: string | null
  /** a new attempt: the generation grows, so that the provider is asked by a new step id */
  again?: boolean
}
export type Actor = { id: string; name: string }

const recordset = `(id uuid, generation int, version int8, states text[], state text, verb text, reason text,
  ref text, ref_given boolean, again boolean)`

/**
 * Applies those that still hold, each with its event, in the caller's transaction; one that changes nothing is left out.
 * At most one per workload. Returns the ids of the changed workloads.
 */
export async function workloadsTransition(
  tx: Handle,
  actor: Actor,
  transitions: readonly WorkloadTransition[],
): Promise<string[]> {
  if (transitions.length === 0) return []
  const wanted = JSON.stringify(
    transitions.map((each) => ({
      id: each.workloadId,
      generation: each.generation,
      version: each.version ?? null,
      states: each.from,
      state: each.to,
      verb: each.verb,
      reason: each.reason,
      ref: each.providerRef ?? null,
      ref_given: each.providerRef !== undefined,
      again: each.again ?? false,
    })),
  )
  // Locked first, in id order like every other writer, so that the second statement sees the rows as they are now.
  await sql`select 1 from workload where id = any (${transitions.map((each) => each.workloadId)}::uuid[])
    order by id for no key update`.execute(tx)
  const { rows } = await sql<{ id: string }>`
    with held as (
      select r.*, w.name, w.state as old_state, w.reason as old_reason, w.node_id, w.trace_at
      from jsonb_to_recordset(${wanted}::jsonb) as r ${sql.raw(recordset)} join workload w on w.id = r.id
      where w.generation = r.generation and w.state = any (r.states) and (r.version is null or w.version = r.version)
        and (w.state <> r.state or w.reason is distinct from r.reason or r.again
          or (r.ref_given and w.provider_ref is distinct from r.ref))
    ), changed as (
      update workload w set state = h.state, reason = h.reason,
        state_since = case when w.state = h.state then w.state_since else clock_timestamp() end,
        provider_ref = case when h.ref_given then h.ref else w.provider_ref end,
        generation = w.generation + case when h.again then 1 else 0 end
      from held h where w.id = h.id
      returning w.id
    ), events as (
      insert into event (actor_id, actor_name, verb, subject_kind, subject_id, subject_name, before, after, reason, trace_at)
      select ${actor.id}::uuid, ${actor.name}, verb, 'workload', id, name,
        jsonb_build_object('nodeId', node_id, 'state', old_state, 'reason', old_reason),
        jsonb_build_object('nodeId', node_id, 'state', state, 'reason', reason), reason, trace_at
      from held order by id
    )
    select id from changed`.execute(tx)
  return rows.map((row) => row.id)
}
