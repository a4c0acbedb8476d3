import { sql } from 'kysely'
import { isUuid } from '@orrery/api/id.ts'
import type { Handle } from './database.ts'
import { type PrincipalRow, principalBase } from './token.ts'

/** One principal by id or name, or null. */
export async function principalFind(handle: Handle, ref: string): Promise<PrincipalRow | null> {
  const where = isUuid(ref) ? sql`t.id = ${ref}::uuid` : sql`t.name = ${ref}`
  const { rows } = await sql<PrincipalRow>`select * from (${principalBase()}) t where ${where}`.execute(
    handle,
  )
  return rows[0] ?? null
}

/** A principal that the program itself needs (loops, facades): made once, found ever after. */
export async function principalEnsure(
  handle: Handle,
  principal: { id: string; name: string; kind: 'person' | 'service' | 'system'; role: string },
): Promise<PrincipalRow> {
  await sql`insert into principal (id, name, kind, role) values (${principal.id}, ${principal.name}, ${principal.kind}, ${principal.role})
    on conflict (name) do nothing`.execute(handle)
  const row = await principalFind(handle, principal.name)
  if (row === null) throw new Error(`principal ${principal.name} was made but is not there`)
  return row
}
