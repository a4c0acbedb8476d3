import { sql } from 'kysely'
import type { Candidate, Decision } from '@orrery/api/plan.ts'
import type { Handle } from './database.ts'

export type DecisionWrite = {
  id: string
  workloadId: string
  planId: string | null
  policyName: string
  algorithm: string
  outcome: Decision['outcome']
  message: string
  considered: number
  feasible: number
  filters: Decision['filters']
  chosen: Candidate | null
  runnerUp: Candidate | null
}

/** Keeps decisions in one statement. */
export async function decisionsInsert(handle: Handle, decisions: readonly DecisionWrite[]): Promise<void> {
  if (decisions.length === 0) return
  await sql`insert into decision (id, workload_id, plan_id, policy_name, algorithm, outcome, message, considered, feasible, filters, chosen, runner_up)
    select id, "workloadId", "planId", "policyName", algorithm, outcome, message, considered, feasible, filters,
      nullif(chosen, 'null'::jsonb), nullif("runnerUp", 'null'::jsonb)
    from jsonb_to_recordset(${JSON.stringify(decisions)}::jsonb) as r (id uuid, "workloadId" uuid, "planId" uuid, "policyName" text, algorithm text,
      outcome text, message text, considered int, feasible int, filters jsonb, chosen jsonb, "runnerUp" jsonb)`.execute(
    handle,
  )
}
