import { sql } from 'kysely'
import type { NodeId } from '@orrery/api/id.ts'
import type { ListQuery, Page } from '@orrery/api/page.ts'
import type { WorkloadStay } from '@orrery/api/workload.ts'
import { type WorkloadRow, demandOf } from '../../db/workload.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { listPage } from '../../db/list.ts'
import { workloadIdEver } from './ever.ts'

type StayRow = WorkloadRow & { valid_to: string | null }

/** Every row it was, oldest first: its life by state and node. Also for a workload that is gone, by id. */
export async function workloadHistory(ctx: Ctx, ref: string, query: ListQuery): Promise<Page<WorkloadStay>> {
  requireRole(ctx, 'viewer')
  const id = await workloadIdEver(ctx, ref)
  return listPage<StayRow, WorkloadStay>(
    ctx.database.db,
    {
      noun: 'stays',
      base: sql`select h.*, n.name as node_name from (
          select id, state, reason, node_id, cpu_cores, memory_bytes, disk_bytes, gpu_count, gpu_milli, gpu_models, changed_at, version, valid_to
            from workload_history where id = ${id}::uuid
          union all
          select id, state, reason, node_id, cpu_cores, memory_bytes, disk_bytes, gpu_count, gpu_milli, gpu_models, changed_at, version, null
            from workload where id = ${id}::uuid) h
        left join lateral (select name, 'infinity'::timestamptz as until from node where id = h.node_id
          union all select name, valid_to from node_history where id = h.node_id order by until desc limit 1) n on true`,
      sort: 'since',
      words: sql.raw(`(t.state || ' ' || coalesce(t.node_name, '') || ' ' || coalesce(t.reason, ''))`),
      columns: {
        since: { sql: sql.raw('t.changed_at'), type: 'instant' },
        // All rows have the workload's id, so that only their instant can carry a cursor.
        state: { sql: sql.raw('t.state'), type: 'text', filterOnly: true },
        node: { sql: sql.raw('t.node_name'), type: 'text', filterOnly: true },
      },
      item: (row) => ({
        state: row.state,
        nodeId: row.node_id as NodeId | null,
        nodeName: row.node_name,
        reason: row.reason,
        demand: demandOf(row),
        since: row.changed_at,
        until: row.valid_to,
        version: row.version,
      }),
    },
    query,
  )
}
