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
