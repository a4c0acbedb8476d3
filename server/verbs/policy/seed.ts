import { sql } from 'kysely'
import { policyActive } from '../../db/policy.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { transaction } from '../transaction.ts'
import { policyCreateIn } from './create.ts'

/** Makes sure that a policy is active, at start: best fit, applied at once. Servers that start together make one. */
export async function policySeed(ctx: Ctx): Promise<void> {
  requireRole(ctx, 'admin')
  if ((await policyActive(ctx.database.db)) !== null) return
  await transaction(ctx, async (tx) => {
    await sql`lock table policy in share row exclusive mode`.execute(tx)
    if ((await policyActive(tx)) !== null) return
    const { rows } = await sql<{ name: string }>`select name from policy where name like 'default%'`.execute(
      tx,
    )
    const taken = new Set(rows.map((row) => row.name))
    let name = 'default'
    for (let number = 2; taken.has(name); number += 1) name = `default-${number}`
    await policyCreateIn(tx, ctx, { name, algorithm: 'best-fit', mode: 'auto', active: true })
  })
  ctx.feedNudge()
}
