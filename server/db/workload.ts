import { type RawBuilder, sql } from 'kysely'
import type { DatasetId, NodeId, SiteId, WorkloadId } from '@orrery/api/id.ts'
import { isUuid } from '@orrery/api/id.ts'
import type { Demand } from '@orrery/api/quantity.ts'
import type { Constraints, Workload, WorkloadState } from '@orrery/api/workload.ts'
import { instantAt, rowsAt } from './at.ts'
import type { Handle } from './database.ts'
import type { Column, ListSpec } from './list.ts'
import { labelColumn } from './node.ts'
import { type UsageColumns, usageItem, usageJoin, usageSelect } from './usage-columns.ts'

export type WorkloadRow = UsageColumns & {
  id: string
  name: string
  kind: Workload['kind']
  state: WorkloadState
  state_since: string
  desired: Workload['desired']
  reason: string | null
  node_id: string | null
  node_name: string | null
  site_id: string | null
  site_name: string | null
  provider_ref: string | null
  generation: number
  cpu_cores: number
  memory_bytes: number
  disk_bytes: number
  gpu_count: number
  gpu_milli: number
  gpu_models: string[]
  gpu_indexes: number[]
  constraints: Constraints
  labels: Record<string, string>
  priority: number
  auto_place: boolean
  dataset_id: string | null
  trace_at: string | null
  compat: Record<string, unknown> | null
  created_at: string
  changed_at: string
  version: number
}

/** Workload rows with everything a workload item shows, now or at an instant. */
export function workloadBase(at?: string): RawBuilder<unknown> {
  return sql`select w.*, n.name as node_name, n.site_id, s.name as site_name, ${usageSelect}
    from ${rowsAt('workload', at)} w
    left join ${rowsAt('node', at)} n on n.id = w.node_id
    left join ${rowsAt('site', at)} s on s.id = n.site_id
    ${usageJoin(sql`w.id`, at)}`
}

type DemandColumns = Pick<
  WorkloadRow,
  'cpu_cores' | 'memory_bytes' | 'disk_bytes' | 'gpu_count' | 'gpu_milli' | 'gpu_models'
>
export function demandOf(row: DemandColumns): Demand {
  return {
    cpuCores: row.cpu_cores,
    memoryBytes: row.memory_bytes,
    diskBytes: row.disk_bytes,
    gpu: { count: row.gpu_count, milli: row.gpu_milli, models: row.gpu_models },
  }
}

export function workloadItem(row: WorkloadRow): Workload {
  return {
    id: row.id as WorkloadId,
    name: row.name,
    kind: row.kind,
    state: row.state,
    stateSince: row.state_since,
    desired: row.desired,
    reason: row.reason,
    nodeId: row.node_id as NodeId | null,
    nodeName: row.node_name,
    siteId: row.site_id as SiteId | null,
    siteName: row.site_name,
    providerRef: row.provider_ref,
    demand: demandOf(row),
    constraints: row.constraints,
    labels: row.labels,
    priority: row.priority,
    gpuIndexes: row.gpu_indexes,
    datasetId: row.dataset_id as DatasetId | null,
    traceAt: row.trace_at,
    autoPlace: row.auto_place,
    usage: usageItem(row),
    createdAt: row.created_at,
    updatedAt: row.changed_at,
    version: row.version,
  }
}

const text = (name: string, nullable = false): Column => ({
  sql: sql.raw(`t.${name}`),
  type: 'text',
  nullable,
})
const share = (used: string, of: string): RawBuilder<unknown> =>
  sql.raw(`(100 * t.${used} / nullif(t.${of}, 0))`)

export function workloadListSpec(at?: string): ListSpec<WorkloadRow, Workload> {
  return {
    noun: 'workloads',
    base: workloadBase(at),
    now: instantAt(at),
    sort: 'name',
    item: workloadItem,
    words: sql.raw(
      `(t.name || ' ' || t.state || ' ' || coalesce(t.node_name, '') || ' ' || coalesce(t.reason, ''))`,
    ),
    columns: {
      name: text('name'),
      kind: text('kind'),
      state: text('state'),
      desired: text('desired'),
      node: text('node_name', true),
      nodeName: text('node_name', true),
      nodeId: { sql: sql.raw('t.node_id'), type: 'id', nullable: true },
      site: text('site_name', true),
      siteName: text('site_name', true),
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
      cpuCores: { sql: sql.raw('t.cpu_cores'), type: 'number' },
      memoryBytes: { sql: sql.raw('t.memory_bytes::float8'), type: 'number' },
      gpus: { sql: sql.raw('t.gpu_count::float8'), type: 'number' },
      gpuMilli: { sql: sql.raw('(t.gpu_count * t.gpu_milli)::float8'), type: 'number' },
      priority: { sql: sql.raw('t.priority::float8'), type: 'number' },
      autoPlace: { sql: sql.raw('t.auto_place'), type: 'boolean' },
      gpuModel: { sql: sql.raw('t.gpu_models'), type: 'texts' },
      traceAt: { sql: sql.raw('t.trace_at'), type: 'instant', nullable: true },
      createdAt: { sql: sql.raw('t.created_at'), type: 'instant' },
      updatedAt: { sql: sql.raw('t.changed_at'), type: 'instant' },
    },
    dynamic: labelColumn,
  }
}

/** One workload by id or name, or null. */
export async function workloadFind(handle: Handle, ref: string, at?: string): Promise<WorkloadRow | null> {
  const where = isUuid(ref) ? sql`t.id = ${ref}::uuid` : sql`t.name = ${ref}`
  const { rows } = await sql<WorkloadRow>`select * from (${workloadBase(at)}) t where ${where}`.execute(
    handle,
  )
  return rows[0] ?? null
}
