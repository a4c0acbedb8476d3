import { isUuid } from '@orrery/api/id.ts'
import { sql } from 'kysely'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { workloadIdOf } from './bind.ts'

/** The id of a workload that is there or, by its id, of one that ever was. */
export async function workloadIdEver(ctx: Ctx, ref: string): Promise<string> {
  const id = await workloadIdOf(ctx, ref)
  const { rows } = await sql<{ there: boolean }>`select exists (select 1 from workload where id = ${id}::uuid)
    or exists (select 1 from workload_history where id = ${id}::uuid) as there`.execute(ctx.database.db)
  return found(rows[0]?.there === true ? id : null, 'workload', ref)
}

/** A workload that is there or ever was, by id or name; of several that had a name, the last. */
export async function workloadEver(ctx: Ctx, ref: string): Promise<{ id: string; name: string }> {
  const where = isUuid(ref) ? sql`id = ${ref}::uuid` : sql`name = ${ref}`
  const { rows } = await sql<{ id: string; name: string }>`select id, name from workload where ${where}
    union all (select id, name from workload_history where ${where} order by valid_to desc limit 1) limit 1`.execute(
    ctx.database.db,
  )
  return found(rows[0], 'workload', ref)
}
