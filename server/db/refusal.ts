import { sql } from 'kysely'
import type { Handle } from './database.ts'

/** Why a workload waits, or cannot leave its node (`nodeId`). */
export type Refusal = { workloadId: string; nodeId: string | null; reason: string }

/** How the reason of a workload begins that cannot leave the node it runs on, which is to be emptied. */
export const cannotLeave = (nodeName: string): string =>
  `It cannot leave ${nodeName}, which is being drained.`

/** The node is in service again: nothing has to leave it, and nothing says so any more. Gives the ids of those that changed. */
export async function cannotLeaveClear(
  handle: Handle,
  node: { id: string; name: string },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`with held as (
      select id from workload where node_id = ${node.id}::uuid and starts_with(reason, ${cannotLeave(node.name)})
      order by id for no key update)
    update workload w set reason = null from held h where w.id = h.id returning w.id`.execute(handle)
  return rows.map((row) => row.id)
}

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
