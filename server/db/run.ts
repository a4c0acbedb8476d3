import { sql } from 'kysely'
import { type OperationId, type RunId, isUuid } from '@orrery/api/id.ts'
import type { RunOptimise, RunSummary } from '@orrery/api/run.ts'
import type { RunOrigin, RunScenario } from '@orrery/api/run-source.ts'
import type { Handle } from './database.ts'
import type { ListSpec } from './list.ts'
import type { RunPolicy } from './run-result.ts'

export type RunRow = {
  id: string
  name: string
  state: RunSummary['state']
  source: RunOrigin
  /** their names only: a learned one is a few megabytes at most, see runPolicyFind */
  policies: Pick<RunPolicy, 'name'>[]
  seeds: number[]
  horizon_seconds: number | null
  unplaced: 'wait' | 'reject'
  anew: boolean
  optimise: RunOptimise | null
  forked_at: string | null
  node_count: number | null
  workload_count: number | null
  operation_id: string
  error: string | null
  actor_name: string | null
  created_at: string
  ended_at: string | null
}

/** While there is an operation it says how the run stands; one that is gone took an unfinished run with it. */
const base = sql`select r.id, r.name, coalesce(o.state, case when r.state in ('queued', 'running') then 'interrupted' else r.state end) as state,
    r.source, (select jsonb_agg(jsonb_build_object('name', p -> 'name') order by at) from jsonb_array_elements(r.policies) with ordinality e (p, at)) as policies, r.seeds::float8[] as seeds, r.horizon_seconds, r.unplaced, r.anew, r.optimise, r.forked_at, r.node_count, r.workload_count,
    r.operation_id, coalesce(o.error, r.error) as error, r.actor_name, r.created_at, coalesce(r.ended_at, o.ended_at) as ended_at
  from run r left join operation o on o.id = r.operation_id`

export function runItem(row: RunRow): RunSummary {
  return {
    id: row.id as RunId,
    name: row.name,
    state: row.state,
    source: row.source,
    policies: row.policies.map(({ name }) => name),
    seeds: row.seeds,
    horizonSeconds: row.horizon_seconds ?? 0,
    unplaced: row.unplaced,
    anew: row.anew,
    optimise: row.optimise,
    forkedAt: row.forked_at,
    nodeCount: row.node_count,
    workloadCount: row.workload_count,
    operationId: row.operation_id as OperationId,
    error: row.error,
    actorName: row.actor_name,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  }
}

export function runListSpec(): ListSpec<RunRow, RunSummary> {
  return {
    noun: 'runs',
    base,
    sort: '-createdAt',
    item: runItem,
    words: sql.raw(`(t.name || ' ' || t.state || ' ' || coalesce(t.actor_name, ''))`),
    columns: {
      name: { sql: sql.raw('t.name'), type: 'text' },
      state: { sql: sql.raw('t.state'), type: 'text' },
      actor: { sql: sql.raw('t.actor_name'), type: 'text', nullable: true },
      createdAt: { sql: sql.raw('t.created_at'), type: 'instant' },
      endedAt: { sql: sql.raw('t.ended_at'), type: 'instant', nullable: true },
    },
  }
}

/** One run by id or name, or null. */
export async function runFind(handle: Handle, ref: string): Promise<RunRow | null> {
  const where = isUuid(ref) ? sql`t.id = ${ref}::uuid` : sql`t.name = ${ref}`
  const { rows } = await sql<RunRow>`select * from (${base}) t where ${where}`.execute(handle)
  return rows[0] ?? null
}

/** A policy as the run has it, by its name, or null. */
export async function runPolicyFind(handle: Handle, runId: string, name: string): Promise<RunPolicy | null> {
  const { rows } = await sql<{ policy: RunPolicy }>`select p as policy
    from run r cross join jsonb_array_elements(r.policies) p where r.id = ${runId}::uuid and p ->> 'name' = ${name}`.execute(
    handle,
  )
  return rows[0]?.policy ?? null
}

/** What a run of a scenario was given; null of another. */
export async function runScenarioFind(handle: Handle, runId: string): Promise<RunScenario | null> {
  const { rows } = await sql<{
    scenario: RunScenario | null
  }>`select scenario from run where id = ${runId}::uuid`.execute(handle)
  return rows[0]?.scenario ?? null
}

export type RunInsert = {
  id: string
  name: string
  source: RunOrigin
  scenario: RunScenario | null
  policies: readonly RunPolicy[]
  seeds: readonly number[]
  horizonSeconds: number | null
  unplaced: 'wait' | 'reject'
  anew: boolean
  optimise: RunOptimise | null
  operationId: string
  actorName: string
}

export async function runInsert(handle: Handle, run: RunInsert): Promise<void> {
  await sql`insert into run (id, name, source, scenario, policies, seeds, horizon_seconds, unplaced, anew, optimise, operation_id, actor_name)
    values (${run.id}, ${run.name}, ${JSON.stringify(run.source)}, ${run.scenario === null ? null : JSON.stringify(run.scenario)}::jsonb, ${JSON.stringify(run.policies)}, ${[...run.seeds]}::int8[],
      ${run.horizonSeconds}, ${run.unplaced}, ${run.anew}, ${run.optimise === null ? null : JSON.stringify(run.optimise)}::jsonb, ${run.operationId}, ${run.actorName})`.execute(
    handle,
  )
}

export async function runForked(
  handle: Handle,
  id: string,
  forked: { at: string | null; nodeCount: number; workloadCount: number | null; horizonSeconds: number },
): Promise<void> {
  await sql`update run set state = 'running', forked_at = ${forked.at}::timestamptz, node_count = ${forked.nodeCount},
    workload_count = ${forked.workloadCount}, horizon_seconds = ${forked.horizonSeconds} where id = ${id}::uuid`.execute(
    handle,
  )
}

export async function runEnded(
  handle: Handle,
  id: string,
  state: RunSummary['state'],
  error: string | null,
): Promise<void> {
  await sql`update run set state = ${state}, error = ${error}, ended_at = clock_timestamp() where id = ${id}::uuid`.execute(
    handle,
  )
}
