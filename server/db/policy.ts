import { sql } from 'kysely'
import { type PolicyId, isUuid } from '@orrery/api/id.ts'
import type { Policy, PolicyNetwork } from '@orrery/api/policy.ts'
import type { Handle } from './database.ts'
import type { ListSpec } from './list.ts'

export type PolicyRow = {
  id: string
  name: string
  algorithm: string
  mode: Policy['mode']
  weights: Record<string, number>
  network: PolicyNetwork | null
  seed: number
  active: boolean
  created_at: string
  changed_at: string
  version: number
}

export function policyItem(row: PolicyRow): Policy {
  return {
    id: row.id as PolicyId,
    name: row.name,
    algorithm: row.algorithm,
    mode: row.mode,
    weights: row.weights,
    features: row.network?.features ?? null,
    seed: row.seed,
    active: row.active,
    createdAt: row.created_at,
    updatedAt: row.changed_at,
    version: row.version,
  }
}

export function policyListSpec(): ListSpec<PolicyRow, Policy> {
  return {
    noun: 'policies',
    base: sql`select * from policy`,
    sort: 'name',
    item: policyItem,
    words: sql.raw(`(t.name || ' ' || t.algorithm || ' ' || t.mode)`),
    columns: {
      name: { sql: sql.raw('t.name'), type: 'text' },
      algorithm: { sql: sql.raw('t.algorithm'), type: 'text' },
      mode: { sql: sql.raw('t.mode'), type: 'text' },
      active: { sql: sql.raw('t.active'), type: 'boolean' },
      createdAt: { sql: sql.raw('t.created_at'), type: 'instant' },
      updatedAt: { sql: sql.raw('t.changed_at'), type: 'instant' },
    },
  }
}

/** One policy by id or name, or null. */
export async function policyFind(handle: Handle, ref: string): Promise<PolicyRow | null> {
  const where = isUuid(ref) ? sql`t.id = ${ref}::uuid` : sql`t.name = ${ref}`
  const { rows } = await sql<PolicyRow>`select * from policy t where ${where}`.execute(handle)
  return rows[0] ?? null
}

/** The one that the live planner uses; null before the first start has seeded one. */
export async function policyActive(handle: Handle): Promise<PolicyRow | null> {
  const { rows } = await sql<PolicyRow>`select * from policy where active`.execute(handle)
  return rows[0] ?? null
}
