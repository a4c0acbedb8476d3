/** Which of the workloads that wait are an agent's to decide. */
import type { PlannerWorkload } from '@orrery/core/inventory/model.ts'
import { sql } from 'kysely'
import { type AgentRow, answeredLately, waitsOf } from '../../db/agent.ts'
import type { Handle } from '../../db/database.ts'
import type { MirrorWorkload } from '../../db/mirror/rows.ts'
import { importsRunning, stepsAhead } from '../../db/plan-open.ts'
import type { Ctx } from '../context.ts'
import { importLabel } from '../plan/import-label.ts'
import { plannerWorkload } from '../plan/live.ts'
import type { Tx } from '../transaction.ts'
import { agentsPresent } from './fence.ts'
import { railsOfWorkload } from './rails.ts'

export type Waiting = { row: MirrorWorkload; workload: PlannerWorkload; waits: number }

/** What waits and is its business, those it let wait least often first, then by priority. */
export async function agentWaiting(ctx: Ctx, agent: AgentRow): Promise<Waiting[]> {
  const { db } = ctx.database
  const open = new Set((await stepsAhead(db)).map(({ workloadId }) => workloadId))
  const imports = await importsRunning(db)
  const rows = Array.from(ctx.planner.waiting, (id) => ctx.mirror.workloads.get(id))
    .filter((row) => row !== undefined)
    .filter((row) => !open.has(row.id) && !imports.has(row.labels[importLabel] ?? ''))
  const held = await agentHolds(db, agent, rows)
  const lately = await answeredLately(db, agent.id)
  return rows
    .filter((row) => held.has(row.id) && !lately.has(row.id))
    .map((row) => ({ row, workload: plannerWorkload(row), waits: held.get(row.id) ?? 0 }))
    .toSorted(
      (a, b) => a.waits - b.waits || b.row.priority - a.row.priority || (a.row.id < b.row.id ? -1 : 1),
    )
}

/**
 * Those of some waiting workloads that are left to the agent, and how often it let each wait. What it may not touch, what
 * it let wait too often and what it had no usable answer for is the active policy's.
 */
export async function agentHolds(
  handle: Handle,
  agent: AgentRow,
  rows: readonly MirrorWorkload[],
): Promise<Map<string, number>> {
  const ids = rows.filter((row) => railsOfWorkload(agent.rails, row) === null).map(({ id }) => id)
  const waits = await waitsOf(handle, agent.id, ids)
  const given = await givenUp(handle, agent, ids)
  return new Map(
    ids.flatMap((id) => {
      const count = waits.get(id) ?? 0
      return count < agent.rails.waitsMost && !given.has(id) ? [[id, count] as const] : []
    }),
  )
}

/** What it had no usable answer for, what a person refused of it, and what it has been asked about for too long. */
async function givenUp(handle: Handle, agent: AgentRow, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{
    id: string
  }>`select t.workload_id as id from agent_turn t left join plan p on p.id = t.plan_id
    where t.agent_id = ${agent.id}::uuid and t.workload_id = any (${[...ids]}::uuid[])
    group by t.workload_id having bool_or(t.outcome = 'refused' and t.rail = 'answer') or bool_or(p.state = 'refused')
      or min(t.at) < clock_timestamp() - ${agent.rails.holdSecondsMost}::float8 * interval '1 second'`.execute(
    handle,
  )
  return new Set(rows.map(({ id }) => id))
}

/** Those of some waiting workloads that agents decide for now; the active policy decides for the others. */
export async function agentsHold(
  ctx: Ctx,
  check: (tx: Tx) => Promise<void>,
  rows: readonly MirrorWorkload[],
): Promise<Set<string>> {
  const held = new Set<string>()
  for (const agent of await agentsPresent(ctx, check)) {
    for (const id of (await agentHolds(ctx.database.db, agent, rows)).keys()) held.add(id)
  }
  return held
}
