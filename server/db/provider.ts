import { type RawBuilder, sql } from 'kysely'
import { isUuid } from '@orrery/api/id.ts'
import type { Handle } from './database.ts'

export type ProviderRow = {
  id: string
  name: string
  kind: string
  config: Record<string, unknown>
  enabled: boolean
  health: 'unknown' | 'healthy' | 'unhealthy'
  health_reason: string | null
  health_since: string | null
  last_seen_at: string | null
  node_count: number
  created_at: string
  changed_at: string
  version: number
}

export function providerBase(): RawBuilder<unknown> {
  return sql`select p.*, coalesce(h.health, 'unknown') as health, h.reason as health_reason, h.since as health_since, h.last_seen_at,
    (select count(*)::int from node n where n.provider_id = p.id) as node_count
    from provider p left join provider_health h on h.provider_id = p.id`
}

/** One provider by id or name, or null. */
export async function providerFind(handle: Handle, ref: string): Promise<ProviderRow | null> {
  const where = isUuid(ref) ? sql`t.id = ${ref}::uuid` : sql`t.name = ${ref}`
  const { rows } = await sql<ProviderRow>`select * from (${providerBase()}) t where ${where}`.execute(handle)
  return rows[0] ?? null
}
