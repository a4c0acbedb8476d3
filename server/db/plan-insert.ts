import { sql } from 'kysely'
import type { PlanState, StepKind } from '@orrery/api/plan.ts'
import type { DemandInput } from '@orrery/api/quantity.ts'
import type { Handle } from './database.ts'

export type StepInsert = {
  id: string
  ordinal: number
  kind: StepKind
  workload: { id: string; name: string } | null
  node: { id: string; name: string } | null
  fromNode: { id: string; name: string } | null
  demand: DemandInput | null
  gpuIndexes: number[] | null
  /** ordinals that must be done first */
  after: number[]
  reason: string | null
  decisionId: string | null
}

export type PlanInsert = {
  id: string
  state: Extract<PlanState, 'proposed' | 'approved'>
  origin: string
  policy: { id: string; name: string } | null
  reason: string | null
  steps: readonly StepInsert[]
}

/** Writes a plan and its steps, one statement each. */
export async function planInsert(handle: Handle, plan: PlanInsert): Promise<void> {
  await sql`insert into plan (id, state, origin, policy_id, policy_name, reason, decided_at)
    values (${plan.id}, ${plan.state}, ${plan.origin}, ${plan.policy?.id ?? null}, ${plan.policy?.name ?? null}, ${plan.reason},
      ${plan.state === 'approved' ? sql`clock_timestamp()` : null})`.execute(handle)
  if (plan.steps.length === 0) return
  const rows = JSON.stringify(
    plan.steps.map((step) => ({
      id: step.id,
      ordinal: step.ordinal,
      kind: step.kind,
      workload_id: step.workload?.id ?? null,
      workload_name: step.workload?.name ?? null,
      node_id: step.node?.id ?? null,
      node_name: step.node?.name ?? null,
      from_node_id: step.fromNode?.id ?? null,
      from_node_name: step.fromNode?.name ?? null,
      demand: step.demand,
      gpu_indexes: step.gpuIndexes,
      after: step.after,
      reason: step.reason,
      decision_id: step.decisionId,
    })),
  )
  await sql`insert into plan_step (id, plan_id, ordinal, kind, workload_id, workload_name, node_id, node_name, from_node_id, from_node_name,
      demand, gpu_indexes, after, reason, decision_id)
    select id, ${plan.id}::uuid, ordinal, kind, workload_id, workload_name, node_id, node_name, from_node_id, from_node_name,
      nullif(demand, 'null'::jsonb), gpu_indexes, after, reason, decision_id
    from jsonb_to_recordset(${rows}::jsonb) as r (id uuid, ordinal int, kind text, workload_id uuid, workload_name text, node_id uuid, node_name text,
      from_node_id uuid, from_node_name text, demand jsonb, gpu_indexes int[], after int[], reason text, decision_id uuid)`.execute(
    handle,
  )
}
