import { type RawBuilder, sql } from 'kysely'
import type { Node, NodeState } from '@orrery/api/node.ts'
import type { Capacity } from '@orrery/api/quantity.ts'
import type { NodeId, ProviderId, SiteId } from '@orrery/api/id.ts'
import { isUuid } from '@orrery/api/id.ts'
import { instantAt, rowsAt } from './at.ts'
import type { Handle } from './database.ts'
import type { Column, ListSpec } from './list.ts'
import { type UsageColumns, usageItem, usageJoin, usageSelect } from './usage-columns.ts'

export type NodeRow = UsageColumns & {
  id: string
  name: string
  kind: 'host' | 'device'
  site_id: string
  site_name: string
  provider_id: string
  provider_name: string
  provider_ref: string | null
  state: NodeState
  state_since: string
  reason: string | null
  cpu_cores: number
  memory_bytes: number
  disk_bytes: number
  gpu_models: string[]
  gpu_milli: number[]
  capabilities: string[]
  addresses: string[]
  labels: Record<string, string>
  compat: Record<string, unknown> | null
  created_at: string
  changed_at: string
  version: number
  cpu_allocated: number
  memory_allocated: number
  disk_allocated: number
  gpu_allocated: number[] | Record<string, number> | null
  workload_count: number
  last_seen_at: string | null
}

/** Node rows with everything a node item shows, now or at an instant (when it was last seen is known of now only). */
export function nodeBase(at?: string): RawBuilder<unknown> {
  return sql`select n.*, s.name as site_name, coalesce(p.name, '') as provider_name,
      ${at === undefined ? sql`o.last_seen_at` : sql`null::timestamptz as last_seen_at`}, ${usageSelect},
      ${
        at === undefined
          ? sql`coalesce(a.cpu, 0) as cpu_allocated, coalesce(a.memory, 0) as memory_allocated, coalesce(a.disk, 0) as disk_allocated,
              to_jsonb(a.gpu) as gpu_allocated, coalesce(a.workloads, 0) as workload_count`
          : sql`coalesce(a.cpu, 0) as cpu_allocated, coalesce(a.memory, 0) as memory_allocated, coalesce(a.disk, 0) as disk_allocated,
              g.gpu as gpu_allocated, coalesce(a.workloads, 0)::int as workload_count`
      }
    from ${rowsAt('node', at)} n
    left join ${rowsAt('site', at)} s on s.id = n.site_id
    left join provider p on p.id = n.provider_id
    ${at === undefined ? sql`left join node_observed o on o.node_id = n.id left join node_allocation a on a.node_id = n.id` : allocationAt(at)}
    ${usageJoin(sql`n.id`, at)}`
}

/** What was reserved at an instant, summed from the workloads of then. */
function allocationAt(at: string): RawBuilder<unknown> {
  const workloads = rowsAt('workload', at)
  return sql`left join (select node_id, sum(cpu_cores::numeric) as cpu, sum(memory_bytes) as memory, sum(disk_bytes) as disk, count(*) as workloads
      from ${workloads} w where node_id is not null group by node_id) a on a.node_id = n.id
    left join (select node_id, jsonb_object_agg(device, milli) as gpu from (
        select w.node_id, device, sum(w.gpu_milli) as milli from ${workloads} w, unnest(w.gpu_indexes) device
        where w.node_id is not null group by w.node_id, device) each group by node_id) g on g.node_id = n.id`
}

export function capacityOf(
  row: Pick<NodeRow, 'cpu_cores' | 'memory_bytes' | 'disk_bytes' | 'gpu_models' | 'gpu_milli'>,
): Capacity {
  return {
    cpuCores: row.cpu_cores,
    memoryBytes: row.memory_bytes,
    diskBytes: row.disk_bytes,
    gpus: row.gpu_milli.map((milli, index) => ({ model: row.gpu_models[index] ?? '', milli })),
  }
}

export function nodeItem(row: NodeRow): Node {
  const gpu = row.gpu_allocated
  return {
    id: row.id as NodeId,
    name: row.name,
    kind: row.kind,
    siteId: row.site_id as SiteId,
    siteName: row.site_name,
    providerId: row.provider_id as ProviderId,
    providerName: row.provider_name,
    state: row.state,
    stateSince: row.state_since,
    reason: row.reason,
    capacity: capacityOf(row),
    allocated: {
      cpuCores: row.cpu_allocated,
      memoryBytes: row.memory_allocated,
      diskBytes: row.disk_allocated,
      gpuMilli: row.gpu_milli.map(
        (_, index) => (Array.isArray(gpu) ? gpu[index] : gpu?.[String(index)]) ?? 0,
      ),
    },
    workloadCount: row.workload_count,
    capabilities: row.capabilities,
    addresses: row.addresses,
    labels: row.labels,
    usage: usageItem(row),
    lastSeenAt: row.last_seen_at,
    createdAt: row.created_at,
    updatedAt: row.changed_at,
    version: row.version,
  }
}

const share = (used: string, of: string): RawBuilder<unknown> =>
  sql.raw(`(100 * t.${used} / nullif(t.${of}, 0))`)
const text = (name: string): Column => ({ sql: sql.raw(`t.${name}`), type: 'text' })
const gpuTotal = sql.raw('(select coalesce(sum(m), 0) from unnest(t.gpu_milli) m)')

export function nodeListSpec(at?: string): ListSpec<NodeRow, Node> {
  return {
    noun: 'nodes',
    base: nodeBase(at),
    now: instantAt(at),
    sort: 'name',
    item: nodeItem,
    words: sql.raw(
      `(t.name || ' ' || coalesce(t.site_name, '') || ' ' || t.state || ' ' || coalesce(t.reason, ''))`,
    ),
    columns: {
      name: text('name'),
      kind: text('kind'),
      site: text('site_name'),
      siteName: text('site_name'),
      siteId: { sql: sql.raw('t.site_id'), type: 'id' },
      provider: text('provider_name'),
      state: text('state'),
      since: { sql: sql.raw('t.state_since'), type: 'instant' },
      stateSince: { sql: sql.raw('t.state_since'), type: 'instant' },
      cpu: {
        sql: sql.raw('t.usage_cpu'),
        type: 'number',
        nullable: true,
        percent: share('usage_cpu', 'cpu_cores'),
      },
      memory: {
        sql: sql.raw('t.usage_memory'),
        type: 'number',
        nullable: true,
        percent: share('usage_memory', 'memory_bytes'),
      },
      // 0 to 100 of what there is to use, as `cpu>80%` compares it.
      cpuShare: { sql: share('usage_cpu', 'cpu_cores'), type: 'number', nullable: true },
      memoryShare: { sql: share('usage_memory', 'memory_bytes'), type: 'number', nullable: true },
      power: { sql: sql.raw('t.usage_power'), type: 'number', nullable: true },
      cpuCores: { sql: sql.raw('t.cpu_cores'), type: 'number' },
      memoryBytes: { sql: sql.raw('t.memory_bytes::float8'), type: 'number' },
      gpus: { sql: sql.raw('cardinality(t.gpu_milli)::float8'), type: 'number' },
      cpuAllocated: {
        sql: sql.raw('t.cpu_allocated::float8'),
        type: 'number',
        percent: share('cpu_allocated::float8', 'cpu_cores'),
      },
      memoryAllocated: {
        sql: sql.raw('t.memory_allocated::float8'),
        type: 'number',
        percent: share('memory_allocated::float8', 'memory_bytes'),
      },
      gpuMilli: { sql: sql`${gpuTotal}::float8`, type: 'number' },
      workloads: { sql: sql.raw('t.workload_count::float8'), type: 'number' },
      workloadCount: { sql: sql.raw('t.workload_count::float8'), type: 'number' },
      capability: { sql: sql.raw('t.capabilities'), type: 'texts' },
      gpuModel: { sql: sql.raw('t.gpu_models'), type: 'texts' },
      lastSeenAt: { sql: sql.raw('t.last_seen_at'), type: 'instant', nullable: true },
      createdAt: { sql: sql.raw('t.created_at'), type: 'instant' },
      updatedAt: { sql: sql.raw('t.changed_at'), type: 'instant' },
    },
    dynamic: labelColumn,
  }
}

/** `label.zone:a` filters by the label `zone`. */
export function labelColumn(field: string): Column | null {
  const match = /^labels?\.(.+)$/.exec(field)
  return match === null ? null : { sql: sql`(t.labels ->> ${match[1]})`, type: 'text', filterOnly: true }
}

/** One node by id or name, or null. */
export async function nodeFind(handle: Handle, ref: string, at?: string): Promise<NodeRow | null> {
  const where = isUuid(ref) ? sql`t.id = ${ref}::uuid` : sql`t.name = ${ref}`
  const { rows } = await sql<NodeRow>`select * from (${nodeBase(at)}) t where ${where}`.execute(handle)
  return rows[0] ?? null
}
