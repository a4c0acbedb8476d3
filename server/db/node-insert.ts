import { sql } from 'kysely'
import type { Capacity } from '@orrery/api/quantity.ts'
import type { NodeState } from '@orrery/api/node.ts'
import type { Handle } from './database.ts'

export type NodeInsert = {
  id: string
  name: string
  kind: 'host' | 'device'
  siteId: string
  providerId: string
  providerRef: string | null
  state: NodeState
  capacity: Capacity
  capabilities: string[]
  addresses: string[]
  labels: Record<string, string>
  compat: Record<string, unknown> | null
  /** the text id that old clients know it by */
  aliasKey: string
}

/** Inserts nodes with their allocation rows and, for hosts, their envserver aliases, in one statement each. */
export async function nodesInsert(handle: Handle, nodes: NodeInsert[]): Promise<void> {
  if (nodes.length === 0) return
  const rows = JSON.stringify(
    nodes.map((node) => ({
      id: node.id,
      name: node.name,
      kind: node.kind,
      site_id: node.siteId,
      provider_id: node.providerId,
      provider_ref: node.providerRef,
      state: node.state,
      cpu_cores: node.capacity.cpuCores,
      memory_bytes: node.capacity.memoryBytes,
      disk_bytes: node.capacity.diskBytes,
      gpu_models: node.capacity.gpus.map((gpu) => gpu.model),
      gpu_milli: node.capacity.gpus.map((gpu) => gpu.milli),
      capabilities: node.capabilities,
      addresses: node.addresses,
      labels: node.labels,
      compat: node.compat,
      alias_key: node.aliasKey,
    })),
  )
  // Their limits follow the site's overcommit ratio: it must not change until they are committed.
  await sitesHold(handle, [...new Set(nodes.map((node) => node.siteId))])
  await sql`insert into node (id, name, kind, site_id, provider_id, provider_ref, state, cpu_cores, memory_bytes, disk_bytes,
      gpu_models, gpu_milli, capabilities, addresses, labels, compat)
    select id, name, kind, site_id, provider_id, provider_ref, state, cpu_cores, memory_bytes, disk_bytes, gpu_models, gpu_milli,
      capabilities, addresses, labels, compat
    from jsonb_to_recordset(${rows}::jsonb) as r (id uuid, name text, kind text, site_id uuid, provider_id uuid, provider_ref text, state text,
      cpu_cores float8, memory_bytes int8, disk_bytes int8, gpu_models text[], gpu_milli int[], capabilities text[], addresses text[],
      labels jsonb, compat jsonb)`.execute(handle)
  await sql`select node_allocation_limits(id) from jsonb_to_recordset(${rows}::jsonb) as r (id uuid)`.execute(
    handle,
  )
  await sql`insert into alias (dialect, kind, key, number, subject_id)
    select 'envserver', 'host', alias_key, alias_take('envserver', 'host'), id
    from jsonb_to_recordset(${rows}::jsonb) as r (id uuid, kind text, alias_key text) where r.kind = 'host'`.execute(
    handle,
  )
}

/** Keeps sites as they are until the transaction ends; others may hold them too. */
export async function sitesHold(handle: Handle, siteIds: string[]): Promise<void> {
  await sql`select 1 from site where id = any (${siteIds}::uuid[]) order by id for share`.execute(handle)
}
