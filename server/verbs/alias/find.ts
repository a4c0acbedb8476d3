import { aliasRows } from '../../db/alias.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'

export type Alias = { dialect: 'envserver'; kind: 'host' | 'vm'; key: string }

/**
 * The subject that bears a text id now, or null. Asks the database and then the mirror, so that what another replica
 * made a moment ago is found and can be read from the mirror when this returns.
 */
export async function aliasFind(ctx: Ctx, alias: Alias): Promise<string | null> {
  requireRole(ctx, 'viewer')
  const [row] = await aliasRows(ctx.database.db, alias, 1)
  if (row === undefined || row.released_at !== null) return null
  await ctx.mirror.refresh(
    alias.kind === 'host' ? { nodes: [row.subject_id] } : { workloads: [row.subject_id] },
  )
  return row.subject_id
}

/** Past bearers that a history is gathered from; the ones before are not looked at. */
const bearersMax = 10_000

/** Every subject that bears or bore a text id: what was measured of them is still asked for by it. */
export async function aliasBearers(ctx: Ctx, alias: Alias): Promise<string[]> {
  requireRole(ctx, 'viewer')
  const rows = await aliasRows(ctx.database.db, alias, bearersMax)
  return rows.map((row) => row.subject_id)
}
