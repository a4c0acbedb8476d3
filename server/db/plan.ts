import { sql } from 'kysely'
import type { DecisionId, NodeId, OperationId, PlanId, PolicyId, StepId, WorkloadId } from '@orrery/api/id.ts'
import { isUuid } from '@orrery/api/id.ts'
import type { PlanStep, PlanSummary, StepKind } from '@orrery/api/plan.ts'
import type { DemandInput } from '@orrery/api/quantity.ts'
import type { Handle } from './database.ts'
import type { ListSpec } from './list.ts'
import type { PlanStepTable } from './schema.ts'

export type PlanRow = {
  id: string
  state: PlanSummary['state']
  origin: string
  policy_id: string | null
  policy_name: string | null
  reason: string | null
  operation_id: string | null
  created_at: string
  decided_at: string | null
  ended_at: string | null
  step_count: number
  done_count: number
  failed_count: number
}

const base = sql`select p.id, p.state, p.origin, p.policy_id, p.policy_name, p.reason, p.operation_id, p.created_at, p.decided_at, p.ended_at,
    c.step_count, c.done_count, c.failed_count
  from plan p cross join lateral (select count(*)::int as step_count, (count(*) filter (where s.state = 'done'))::int as done_count,
    (count(*) filter (where s.state = 'failed' or (s.state = 'skipped' and s.attempts = 0)))::int as failed_count from plan_step s where s.plan_id = p.id) c`

export function planItem(row: PlanRow): PlanSummary {
  return {
    id: row.id as PlanId,
    state: row.state,
    origin: row.origin,
    policyId: row.policy_id as PolicyId | null,
    policyName: row.policy_name,
    reason: row.reason,
    stepCount: row.step_count,
    doneCount: row.done_count,
    failedCount: row.failed_count,
    operationId: row.operation_id as OperationId | null,
    createdAt: row.created_at,
    decidedAt: row.decided_at,
    endedAt: row.ended_at,
  }
}

export function planListSpec(): ListSpec<PlanRow, PlanSummary> {
  return {
    noun: 'plans',
    base,
    sort: '-createdAt',
    item: planItem,
    words: sql.raw(
      `(t.origin || ' ' || t.state || ' ' || coalesce(t.policy_name, '') || ' ' || coalesce(t.reason, ''))`,
    ),
    columns: {
      state: { sql: sql.raw('t.state'), type: 'text' },
      origin: { sql: sql.raw('t.origin'), type: 'text' },
      policy: { sql: sql.raw('t.policy_name'), type: 'text', nullable: true },
      steps: { sql: sql.raw('t.step_count::float8'), type: 'number' },
      stepCount: { sql: sql.raw('t.step_count::float8'), type: 'number' },
      failed: { sql: sql.raw('t.failed_count::float8'), type: 'number' },
      failedCount: { sql: sql.raw('t.failed_count::float8'), type: 'number' },
      createdAt: { sql: sql.raw('t.created_at'), type: 'instant' },
      decidedAt: { sql: sql.raw('t.decided_at'), type: 'instant', nullable: true },
      endedAt: { sql: sql.raw('t.ended_at'), type: 'instant', nullable: true },
    },
  }
}

/** One plan by id, or null. */
export async function planFind(handle: Handle, ref: string): Promise<PlanRow | null> {
  if (!isUuid(ref)) return null
  const { rows } = await sql<PlanRow>`select * from (${base}) t where t.id = ${ref}::uuid`.execute(handle)
  return rows[0] ?? null
}

/** Holds the plan's row until the transaction ends. Null when there is none. */
export async function planLock(
  handle: Handle,
  id: string,
): Promise<Pick<PlanRow, 'id' | 'state' | 'origin' | 'operation_id'> | null> {
  const { rows } =
    await sql<PlanRow>`select id, state, origin, operation_id from plan where id = ${id}::uuid for update`.execute(
      handle,
    )
  return rows[0] ?? null
}

export type StepRow = Omit<PlanStepTable, 'state' | 'after' | 'attempts' | 'demand'> & {
  state: PlanStep['state']
  after: number[]
  attempts: number
  demand: DemandInput | null
}

export async function planSteps(handle: Handle, planId: string): Promise<StepRow[]> {
  const { rows } =
    await sql<StepRow>`select * from plan_step where plan_id = ${planId}::uuid order by ordinal`.execute(
      handle,
    )
  return rows
}

export function stepItem(row: StepRow): PlanStep {
  return {
    id: row.id as StepId,
    ordinal: row.ordinal,
    kind: row.kind as StepKind,
    state: row.state,
    workloadId: row.workload_id as WorkloadId | null,
    workloadName: row.workload_name,
    nodeId: row.node_id as NodeId | null,
    nodeName: row.node_name,
    fromNodeId: row.from_node_id as NodeId | null,
    fromNodeName: row.from_node_name,
    after: row.after,
    reason: row.reason,
    error: row.error,
    decisionId: row.decision_id as DecisionId | null,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  }
}
