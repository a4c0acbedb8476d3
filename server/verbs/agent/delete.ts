import { sql } from 'kysely'
import { agentCounted, agentFind, agentItem } from '../../db/agent.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { record, transaction } from '../transaction.ts'
import { agentStopIn } from './fence.ts'

/** Deletes an agent with its turns; its plans that nobody has carried out yet are refused. The events stay. */
export async function agentDelete(ctx: Ctx, ref: string): Promise<null> {
  requireRole(ctx, 'admin')
  await transaction(ctx, async (tx) => {
    const row = found(await agentFind(tx, ref, true), 'agent', ref)
    const before = agentItem(found(await agentCounted(tx, row.id), 'agent', ref))
    await agentStopIn(tx, ctx, row, `${ctx.actor.name} deleted the agent`)
    await sql`delete from agent where id = ${row.id}::uuid`.execute(tx)
    await record(tx, ctx, 'agent.delete', {
      subject: { kind: 'agent', id: row.id, name: row.name },
      before,
    })
  })
  ctx.feedNudge()
  ctx.nudge('plan')
  return null
}
