import { sql } from 'kysely'
import type { Handle } from './database.ts'

export type Attempt = { workloadId: string; attempts: number; error: string; pauseMs: number }

/** How often each workload has failed on the node it is on; those that never did are left out. */
export async function attemptsRead(
  handle: Handle,
  workloadIds: readonly string[],
): Promise<Map<string, number>> {
  if (workloadIds.length === 0) return new Map()
  const { rows } = await sql<{ workload_id: string; attempts: number }>`
    select a.workload_id, a.attempts from workload_attempt a join workload w on w.id = a.workload_id and w.node_id = a.node_id
    where a.workload_id = any (${[...workloadIds]}::uuid[])`.execute(handle)
  return new Map(rows.map((row) => [row.workload_id, row.attempts]))
}

/** Notes a failed attempt and when the next one is due. A workload that is gone meanwhile is left out. */
export async function attemptsWrite(handle: Handle, failed: readonly Attempt[]): Promise<void> {
  if (failed.length === 0) return
  await sql`insert into workload_attempt (workload_id, node_id, attempts, not_before, error)
    select w.id, w.node_id, a.attempts, clock_timestamp() + a.pause * interval '1 millisecond', a.error
    from unnest(${failed.map((each) => each.workloadId)}::uuid[], ${failed.map((each) => each.attempts)}::int[],
      ${failed.map((each) => each.pauseMs)}::float8[], ${failed.map((each) => each.error)}::text[]) as a (id, attempts, pause, error)
    join workload w on w.id = a.id order by w.id
    on conflict (workload_id) do update set node_id = excluded.node_id, attempts = excluded.attempts, not_before = excluded.not_before,
      error = excluded.error`.execute(handle)
}

export async function attemptsClear(handle: Handle, workloadIds: readonly string[]): Promise<void> {
  if (workloadIds.length === 0) return
  await sql`delete from workload_attempt where workload_id = any (${[...workloadIds]}::uuid[])`.execute(
    handle,
  )
}
