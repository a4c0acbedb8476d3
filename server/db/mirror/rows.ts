import { type RawBuilder, sql } from 'kysely'
import type { NodeState } from '@orrery/api/node.ts'
import type { Constraints, WorkloadState } from '@orrery/api/workload.ts'
import type { Database, Handle } from '../database.ts'
import { prepared } from '../prepared.ts'

/** What the mirror keeps of a node: what lists of old protocols, the planner and the map read many times a second. */
export type MirrorNode = {
  id: string
  name: string
  kind: 'host' | 'device'
  siteId: string
  providerId: string
  /** what its provider calls it */
  providerRef: string | null
  state: NodeState
  cpuCores: number
  memoryBytes: number
  diskBytes: number
  gpuModels: string[]
  gpuMilli: number[]
  capabilities: string[]
  labels: Record<string, string>
  compat: Record<string, unknown> | null
  cpuAllocated: number
  memoryAllocated: number
  diskAllocated: number
  gpuAllocated: number[]
  workloadCount: number
  /** the envserver dialect's text id and state id */
  aliasKey: string | null
  aliasNumber: number | null
  version: number
}
export type MirrorWorkload = {
  id: string
  name: string
  kind: string
  state: WorkloadState
  desired: string
  nodeId: string | null
  /** what the provider calls its machine */
  providerRef: string | null
  cpuCores: number
  memoryBytes: number
  diskBytes: number
  gpuCount: number
  gpuMilli: number
  gpuModels: string[]
  constraints: Constraints
  priority: number
  autoPlace: boolean
  datasetId: string | null
  generation: number
  labels: Record<string, string>
  compat: Record<string, unknown> | null
  aliasKey: string | null
  aliasNumber: number | null
  version: number
}
export type MirrorSite = {
  id: string
  name: string
  kind: 'cloud' | 'edge' | 'device'
  carbonGramsPerKwh: number
  renewableShare: number
  allowedRiskLevels: number[]
  links: { to: string; latencyMs: number; bandwidthMbps: number }[]
  overcommitRatio: number | null
}
export type MirrorProvider = { id: string; name: string; kind: string; enabled: boolean; health: string }

/** Rows at a time: what is read is thrown away again, and must not weigh more than what is kept. */
const chunk = 4000

export async function nodeRows(
  database: Pick<Database, 'db' | 'pool'>,
  ids: string[] | null,
  each: (row: MirrorNode) => void,
): Promise<void> {
  for await (const page of pages(ids)) {
    const query = sql<MirrorNode>`select n.id, n.name, n.kind, n.site_id as "siteId", n.provider_id as "providerId",
      n.provider_ref as "providerRef", n.state,
      n.cpu_cores as "cpuCores", n.memory_bytes as "memoryBytes", n.disk_bytes as "diskBytes", n.gpu_models as "gpuModels",
      n.gpu_milli as "gpuMilli", n.capabilities, n.labels, n.compat, coalesce(a.cpu, 0) as "cpuAllocated",
      coalesce(a.memory, 0) as "memoryAllocated", coalesce(a.disk, 0) as "diskAllocated", coalesce(a.gpu, '{}') as "gpuAllocated",
      coalesce(a.workloads, 0) as "workloadCount", l.key as "aliasKey", l.number as "aliasNumber", n.version
      from node n left join node_allocation a on a.node_id = n.id
      left join alias l on l.subject_id = n.id and l.dialect = 'envserver' and l.kind = 'host' and l.released_at is null
      where ${page.where('n')} order by n.id limit ${chunk}`
    const rows = await rowsOf(database, page.name('mirror-nodes'), query)
    for (const row of rows) each(row)
    page.read(rows.length, rows.at(-1)?.id)
  }
}

export async function workloadRows(
  database: Pick<Database, 'db' | 'pool'>,
  ids: string[] | null,
  each: (row: MirrorWorkload) => void,
): Promise<void> {
  for await (const page of pages(ids)) {
    const query = sql<MirrorWorkload>`select w.id, w.name, w.kind, w.state, w.desired, w.node_id as "nodeId", w.provider_ref as "providerRef", w.cpu_cores as "cpuCores",
      w.memory_bytes as "memoryBytes", w.disk_bytes as "diskBytes", w.gpu_count as "gpuCount", w.gpu_milli as "gpuMilli",
      w.gpu_models as "gpuModels", w.constraints, w.priority, w.auto_place as "autoPlace", w.dataset_id as "datasetId", w.generation,
      w.labels, w.compat, l.key as "aliasKey", l.number as "aliasNumber", w.version
      from workload w left join alias l on l.subject_id = w.id and l.dialect = 'envserver' and l.kind = 'vm' and l.released_at is null
      where ${page.where('w')} order by w.id limit ${chunk}`
    const rows = await rowsOf(database, page.name('mirror-workloads'), query)
    for (const row of rows) each(row)
    page.read(rows.length, rows.at(-1)?.id)
  }
}

export async function siteRows(handle: Handle): Promise<MirrorSite[]> {
  const { rows } =
    await sql<MirrorSite>`select id, name, kind, carbon_grams_per_kwh as "carbonGramsPerKwh", renewable_share as "renewableShare",
    allowed_risk_levels as "allowedRiskLevels", links, overcommit_ratio as "overcommitRatio" from site order by name`.execute(
      handle,
    )
  return rows
}

export async function providerRows(handle: Handle): Promise<MirrorProvider[]> {
  const { rows } =
    await sql<MirrorProvider>`select p.id, p.name, p.kind, p.enabled, coalesce(h.health, 'unknown') as health
    from provider p left join provider_health h on h.provider_id = p.id order by p.name`.execute(handle)
  return rows
}

/** Named rows are read many times a second; the whole table only once. */
async function rowsOf<Row extends object>(
  database: Pick<Database, 'db' | 'pool'>,
  name: string | null,
  query: RawBuilder<Row>,
): Promise<Row[]> {
  return name === null ? (await query.execute(database.db)).rows : prepared(database, name, query)
}

/** Pages over the given ids, or over the whole table by id. */
async function* pages(ids: string[] | null) {
  if (ids !== null) {
    for (let start = 0; start < ids.length; start += chunk) {
      const some = ids.slice(start, start + chunk)
      yield {
        name: (text: string): string | null => text,
        where: (alias: string) => sql`${sql.ref(`${alias}.id`)} = any (${some}::uuid[])`,
        read: () => undefined,
      }
    }
    return
  }
  let after = '00000000-0000-0000-0000-000000000000'
  let more = true
  while (more) {
    more = false
    yield {
      name: (): string | null => null,
      where: (alias: string) => sql`${sql.ref(`${alias}.id`)} > ${after}::uuid`,
      read: (count: number, last: string | undefined) => {
        if (count === chunk && last !== undefined) {
          after = last
          more = true
        }
      },
    }
  }
}
