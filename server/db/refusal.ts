import { sql } from 'kysely'
import type { Handle } from './database.ts'

/** Why a workload waits, or cannot leave its node (`nodeId`). */
export type Refusal = { workloadId: string; nodeId: string | null; reason: string }

/**
 * Writes the sentences that changed, on workloads that still stand where the decision saw them. Gives the ids of those;
 * a repeated sentence touches nothing.
 */
export async function refusalsWrite(handle: Handle, refusals: readonly Refusal[]): Promise<Set<string>> {
  if (refusals.length === 0) return new Set()
  const wanted = JSON.stringify(refusals)
  await sql`select 1 from workload where id in (select "workloadId" from jsonb_to_recordset(${wanted}::jsonb) as r ("workloadId" uuid))
    order by id for no key update`.execute(handle)
  const { rows } = await sql<{ id: string }>`update workload w set reason = left(r.reason, 2000)
    from jsonb_to_recordset(${wanted}::jsonb) as r ("workloadId" uuid, "nodeId" uuid, reason text)
    where w.id = r."workloadId" and w.node_id is not distinct from r."nodeId" and w.desired = 'running'
      and (w.state = 'pending') = (r."nodeId" is null) and w.reason is distinct from left(r.reason, 2000)
    returning w.id`.execute(handle)
  return new Set(rows.map((row) => row.id))
}
