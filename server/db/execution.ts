import { sql } from 'kysely'
import type { NodeState } from '@orrery/api/node.ts'
import type { Handle } from './database.ts'

/** A workload that waits for its provider to start or stop a machine. */
export type TaskRow = {
  id: string
  name: string
  state: 'placing' | 'stopping'
  desired: 'running' | 'stopped' | 'absent'
  generation: number
  reason: string | null
  provider_ref: string | null
  cpu_cores: number
  memory_bytes: number
  disk_bytes: number
  gpu_count: number
  gpu_milli: number
  gpu_models: string[]
  dataset_id: string | null
  node_id: string
  node_name: string
  node_ref: string | null
  provider_id: string
  attempts: number
  /** the machine of an earlier placement that nobody has stopped yet: left behind by a migration or a failed start */
  previous: {
    providerRef: string
    state: string
    nodeId: string
    nodeName: string
    nodeRef: string | null
    nodeState: NodeState
    providerId: string
  } | null
}

/**
 * What is due now, the most urgent first. Those of a provider that is away are left out once they carry a reason. An
 * earlier machine is looked for in the history, where the present placement has none yet.
 */
export async function tasksDue(handle: Handle, limit: number): Promise<TaskRow[]> {
  const { rows } = await sql<TaskRow>`
    select w.id, w.name, w.state, w.desired, w.generation, w.reason, w.provider_ref, w.cpu_cores, w.memory_bytes, w.disk_bytes,
      w.gpu_count, w.gpu_milli, w.gpu_models, w.dataset_id, n.id as node_id, n.name as node_name, n.provider_ref as node_ref,
      n.provider_id, coalesce(a.attempts, 0) as attempts, m.previous
    from workload w join node n on n.id = w.node_id join provider p on p.id = n.provider_id and p.enabled
    left join provider_health h on h.provider_id = p.id
    left join workload_attempt a on a.workload_id = w.id and a.node_id = w.node_id
    left join lateral (
      select jsonb_build_object('providerRef', l.provider_ref, 'state', l.state, 'nodeId', o.id, 'nodeName', o.name,
        'nodeRef', o.provider_ref, 'nodeState', o.state, 'providerId', o.provider_id) as previous
      from (select * from workload_history e where e.id = w.id and e.provider_ref is not null and e.generation < w.generation
            order by e.changed_at desc limit 1) l
      join node o on o.id = l.node_id
      where not exists (select 1 from workload_history u where u.id = w.id and u.version > l.version and u.node_id is null)
    ) m on w.generation > 1 and w.provider_ref is null
    where w.state in ('placing', 'stopping') and (a.not_before is null or a.not_before <= clock_timestamp())
      and (h.health is distinct from 'unhealthy' or a.workload_id is null)
    order by w.priority desc, w.state_since, w.id limit ${limit}`.execute(handle)
  return rows
}

/** Those that want to be gone or stopped and have no place to leave first. */
export async function placelessLeaving(
  handle: Handle,
  limit: number,
): Promise<{ id: string; generation: number }[]> {
  const { rows } = await sql<{ id: string; generation: number }>`
    select id, generation from workload
    where desired <> 'running' and state <> 'stopped' and node_id is null order by id limit ${limit}`.execute(
    handle,
  )
  return rows
}

export type LeavingRow = {
  id: string
  name: string
  state: 'pending' | 'placing' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed'
  desired: 'running' | 'stopped' | 'absent'
  node_id: string | null
}

/** Locks, in id order, those that are still leaving the placement that was worked on. */
export async function leavingLock(
  handle: Handle,
  leaving: readonly { id: string; generation: number }[],
): Promise<LeavingRow[]> {
  if (leaving.length === 0) return []
  const { rows } = await sql<LeavingRow>`
    select w.id, w.name, w.state, w.desired, w.node_id
    from workload w join unnest(${leaving.map((each) => each.id)}::uuid[], ${leaving.map((each) => each.generation)}::int[])
      as l (id, generation) on l.id = w.id
    where w.generation = l.generation and w.desired <> 'running' and (w.state = 'stopping' or w.node_id is null)
    order by w.id for update of w`.execute(handle)
  return rows
}
