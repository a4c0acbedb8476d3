import { sql } from 'kysely'
import type { Handle } from './database.ts'

/** A step of an open plan that is still to be done. */
export type StepAhead = {
  planId: string
  kind: string
  workloadId: string | null
  nodeId: string | null
  gpuIndexes: number[]
}

/** What open plans still have to do: their workloads are not planned again, and the room they take is spoken for. */
export async function stepsAhead(handle: Handle): Promise<StepAhead[]> {
  const { rows } =
    await sql<StepAhead>`select s.plan_id as "planId", s.kind, s.workload_id as "workloadId", s.node_id as "nodeId",
      coalesce(s.gpu_indexes, '{}') as "gpuIndexes"
    from plan p join plan_step s on s.plan_id = p.id
    where p.state in ('proposed', 'approved', 'applying') and s.state in ('waiting', 'started')`.execute(
      handle,
    )
  return rows
}

/** The plans to apply, oldest first. */
export async function plansToApply(handle: Handle, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from plan where state in ('approved', 'applying')
    order by decided_at, id limit ${limit}`.execute(handle)
  return rows.map((row) => row.id)
}

/** What the loops' latest refused plans would have done, one text of `kind workload node` per step. */
export async function plansRefused(
  handle: Handle,
  origins: readonly string[],
  limit: number,
): Promise<{ id: string; steps: string[] }[]> {
  const { rows } = await sql<{ id: string; steps: string[] }>`select p.id, array(
      select concat_ws(' ', s.kind, s.workload_id, s.node_id) from plan_step s where s.plan_id = p.id order by s.ordinal) as steps
    from (select id from plan where state = 'refused' and origin = any (${origins}::text[]) order by created_at desc limit ${limit}) p`.execute(
    handle,
  )
  return rows
}

/** The imports that run now: they decide for their own workloads. */
export async function importsRunning(handle: Handle): Promise<Set<string>> {
  const { rows } = await sql<{
    id: string
  }>`select id from operation where state in ('queued', 'running') and kind like 'import.%'`.execute(handle)
  return new Set(rows.map((row) => row.id))
}
