import { sql } from 'kysely'
import type { Demand } from '@orrery/api/quantity.ts'
import type { Constraints } from '@orrery/api/workload.ts'
import type { Handle } from './database.ts'

export type WorkloadInsert = {
  id: string
  name: string
  kind: string
  demand: Demand
  constraints: Constraints
  labels: Record<string, string>
  priority: number
  autoPlace: boolean
  datasetId: string | null
  traceAt: string | null
  reason: string | null
  compat: Record<string, unknown> | null
  /** the text id that old clients know it by */
  aliasKey: string
}

/** Inserts pending workloads and, for VMs, their envserver aliases. */
export async function workloadsInsert(handle: Handle, workloads: WorkloadInsert[]): Promise<void> {
  if (workloads.length === 0) return
  const rows = JSON.stringify(
    workloads.map((workload) => ({
      id: workload.id,
      name: workload.name,
      kind: workload.kind,
      cpu_cores: workload.demand.cpuCores,
      memory_bytes: workload.demand.memoryBytes,
      disk_bytes: workload.demand.diskBytes,
      gpu_count: workload.demand.gpu.count,
      gpu_milli: workload.demand.gpu.milli,
      gpu_models: workload.demand.gpu.models,
      constraints: workload.constraints,
      labels: workload.labels,
      priority: workload.priority,
      auto_place: workload.autoPlace,
      dataset_id: workload.datasetId,
      trace_at: workload.traceAt,
      reason: workload.reason,
      compat: workload.compat,
      alias_key: workload.aliasKey,
    })),
  )
  await sql`insert into workload (id, name, kind, state, cpu_cores, memory_bytes, disk_bytes, gpu_count, gpu_milli, gpu_models,
      constraints, labels, priority, auto_place, dataset_id, trace_at, reason, compat)
    select id, name, kind, 'pending', cpu_cores, memory_bytes, disk_bytes, gpu_count, gpu_milli, gpu_models, constraints, labels, priority,
      auto_place, dataset_id, trace_at, reason, compat
    from jsonb_to_recordset(${rows}::jsonb) as r (id uuid, name text, kind text, cpu_cores float8, memory_bytes int8, disk_bytes int8,
      gpu_count int, gpu_milli int, gpu_models text[], constraints jsonb, labels jsonb, priority int, auto_place boolean, dataset_id uuid,
      trace_at timestamptz, reason text, compat jsonb)`.execute(handle)
  await sql`insert into alias (dialect, kind, key, number, subject_id)
    select 'envserver', 'vm', alias_key, alias_take('envserver', 'vm'), id
    from jsonb_to_recordset(${rows}::jsonb) as r (id uuid, kind text, alias_key text) where r.kind = 'vm'`.execute(
    handle,
  )
}
