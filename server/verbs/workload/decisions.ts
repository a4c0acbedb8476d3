import { sql } from 'kysely'
import type { DecisionId, PlanId, WorkloadId } from '@orrery/api/id.ts'
import type { ListQuery, Page } from '@orrery/api/page.ts'
import type { Candidate, Decision } from '@orrery/api/plan.ts'
import { listPage } from '../../db/list.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { workloadIdEver } from './ever.ts'

type DecisionRow = {
  id: string
  at: string
  workload_id: string
  workload_name: string | null
  plan_id: string | null
  policy_name: string
  algorithm: string
  outcome: 'placed' | 'pending'
  message: string
  considered: number
  feasible: number
  filters: Decision['filters']
  chosen: Candidate | null
  runner_up: Candidate | null
}

/** Why it is where it is, or why it waits; newest first. */
export async function workloadDecisions(ctx: Ctx, ref: string, query: ListQuery): Promise<Page<Decision>> {
  requireRole(ctx, 'viewer')
  const id = await workloadIdEver(ctx, ref)
  return listPage<DecisionRow, Decision>(
    ctx.database.db,
    {
      noun: 'decisions',
      base: sql`select d.*, w.name as workload_name from decision d left join workload w on w.id = d.workload_id where d.workload_id = ${id}::uuid`,
      sort: '-at',
      words: sql.raw('t.message'),
      columns: {
        at: { sql: sql.raw('t.at'), type: 'instant' },
        outcome: { sql: sql.raw('t.outcome'), type: 'text' },
        policy: { sql: sql.raw('t.policy_name'), type: 'text' },
      },
      item: (row) => ({
        id: row.id as DecisionId,
        at: row.at,
        workloadId: row.workload_id as WorkloadId,
        workloadName: row.workload_name,
        planId: row.plan_id as PlanId | null,
        policyName: row.policy_name,
        algorithm: row.algorithm,
        outcome: row.outcome,
        message: row.message,
        considered: row.considered,
        filters: row.filters,
        feasible: row.feasible,
        chosen: row.chosen,
        runnerUp: row.runner_up,
      }),
    },
    query,
  )
}
