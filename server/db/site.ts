import { type RawBuilder, sql } from 'kysely'
import { type SiteId, isUuid } from '@orrery/api/id.ts'
import type { Site } from '@orrery/api/site.ts'
import { instantAt, rowsAt } from './at.ts'
import type { Handle } from './database.ts'
import type { ListSpec } from './list.ts'
import { labelColumn } from './node.ts'

export type SiteRow = {
  id: string
  name: string
  kind: Site['kind']
  geo: Site['geo']
  carbon_grams_per_kwh: number
  renewable_share: number
  allowed_risk_levels: number[]
  links: Site['links']
  overcommit_ratio: number | null
  labels: Record<string, string>
  node_count: number
  created_at: string
  changed_at: string
  version: number
}

function siteBase(at?: string): RawBuilder<unknown> {
  return sql`select s.*, (select count(*)::int from ${rowsAt('node', at)} n where n.site_id = s.id) as node_count
    from ${rowsAt('site', at)} s`
}

export function siteItem(row: SiteRow): Site {
  return {
    id: row.id as SiteId,
    name: row.name,
    kind: row.kind,
    geo: row.geo,
    carbonGramsPerKwh: row.carbon_grams_per_kwh,
    renewableShare: row.renewable_share,
    allowedRiskLevels: row.allowed_risk_levels,
    links: row.links,
    overcommitRatio: row.overcommit_ratio,
    labels: row.labels,
    nodeCount: row.node_count,
    createdAt: row.created_at,
    updatedAt: row.changed_at,
    version: row.version,
  }
}

export function siteListSpec(at?: string): ListSpec<SiteRow, Site> {
  return {
    noun: 'sites',
    base: siteBase(at),
    now: instantAt(at),
    sort: 'name',
    item: siteItem,
    words: sql.raw(`(t.name || ' ' || t.kind)`),
    columns: {
      name: { sql: sql.raw('t.name'), type: 'text' },
      kind: { sql: sql.raw('t.kind'), type: 'text' },
      carbonGramsPerKwh: { sql: sql.raw('t.carbon_grams_per_kwh'), type: 'number' },
      renewableShare: { sql: sql.raw('t.renewable_share'), type: 'number' },
      overcommitRatio: { sql: sql.raw('t.overcommit_ratio'), type: 'number', nullable: true },
      nodeCount: { sql: sql.raw('t.node_count::float8'), type: 'number' },
      createdAt: { sql: sql.raw('t.created_at'), type: 'instant' },
      updatedAt: { sql: sql.raw('t.changed_at'), type: 'instant' },
    },
    dynamic: labelColumn,
  }
}

/** One site by id or name, or null. */
export async function siteFind(handle: Handle, ref: string, at?: string): Promise<SiteRow | null> {
  const where = isUuid(ref) ? sql`t.id = ${ref}::uuid` : sql`t.name = ${ref}`
  const { rows } = await sql<SiteRow>`select * from (${siteBase(at)}) t where ${where}`.execute(handle)
  return rows[0] ?? null
}
