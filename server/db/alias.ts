import { sql } from 'kysely'
import type { Handle } from './database.ts'

export type AliasRow = { subject_id: string; released_at: string | null }

/** Whatever bears or bore a text id in a dialect: the present bearer first, then the past ones, the latest first. */
export async function aliasRows(
  handle: Handle,
  alias: { dialect: string; kind: string; key: string },
  limit: number,
): Promise<AliasRow[]> {
  const { rows } = await sql<AliasRow>`select subject_id, released_at from alias
    where dialect = ${alias.dialect} and kind = ${alias.kind} and key = ${alias.key}
    order by released_at desc nulls first limit ${limit}`.execute(handle)
  return rows
}
