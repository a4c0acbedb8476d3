import { sql } from 'kysely'
import type { StepState } from '@orrery/api/plan.ts'
import type { Handle } from './database.ts'
import type { StepRow } from './plan.ts'

/**
 * A step that was tried and had nothing to do, since its workload is gone: it leaves its room to those behind it. One that was
 * left out because another failed was never tried.
 */
const idle = sql.raw(`(b.state = 'skipped' and b.attempts > 0)`)

/** Waiting steps whose predecessors are all done, in order. The plan's row is held, so nobody else takes them. */
export async function stepsReady(handle: Handle, planId: string, limit: number): Promise<StepRow[]> {
  const { rows } =
    await sql<StepRow>`select s.* from plan_step s where s.plan_id = ${planId}::uuid and s.state = 'waiting'
      and not exists (select 1 from plan_step b where b.plan_id = s.plan_id and b.ordinal = any (s.after)
        and b.state <> 'done' and not ${idle})
    order by s.ordinal limit ${limit}`.execute(handle)
  return rows
}

export type StepOutcome = {
  id: string
  /** `skipped`: there was nothing to do */
  state: Extract<StepState, 'done' | 'failed' | 'skipped'>
  error: string | null
}

/** Marks steps that were tried just now, under the fence of their owner. */
export async function stepsMark(
  handle: Handle,
  fence: bigint,
  outcomes: readonly StepOutcome[],
): Promise<void> {
  await sql`update plan_step s set state = r.state, error = r.error, fence = ${fence.toString()}::int8, attempts = s.attempts + 1,
      started_at = coalesce(s.started_at, now()), ended_at = clock_timestamp()
    from jsonb_to_recordset(${JSON.stringify(outcomes)}::jsonb) as r (id uuid, state text, error text)
    where s.id = r.id and s.state = 'waiting'`.execute(handle)
}

/** Leaves out the steps that wait for one that failed or was left out. Gives how many; call again until none. */
export async function stepsSkip(handle: Handle, planId: string): Promise<number> {
  const { rows } = await sql`update plan_step s set state = 'skipped', ended_at = clock_timestamp(),
      error = 'a step that it waits for was not done'
    where s.plan_id = ${planId}::uuid and s.state = 'waiting' and exists (select 1 from plan_step b
      where b.plan_id = s.plan_id and b.ordinal = any (s.after)
        and b.state in ('failed', 'skipped') and not ${idle})
    returning s.id`.execute(handle)
  return rows.length
}

export type StepCounts = {
  total: number
  waiting: number
  done: number
  /** had nothing to do */
  idle: number
  failed: number
  firstError: string | null
}

export async function stepCounts(handle: Handle, planId: string): Promise<StepCounts> {
  const { rows } =
    await sql<StepCounts>`select count(*)::int as total, (count(*) filter (where state in ('waiting', 'started')))::int as waiting,
      (count(*) filter (where state = 'done'))::int as done, (count(*) filter (where ${idle}))::int as idle,
      (count(*) filter (where state in ('failed', 'skipped') and not ${idle}))::int as failed,
      (array_agg(error order by ordinal) filter (where state = 'failed'))[1] as "firstError"
    from plan_step b where plan_id = ${planId}::uuid`.execute(handle)
  return rows[0] ?? { total: 0, waiting: 0, done: 0, idle: 0, failed: 0, firstError: null }
}
