import type { Agent, AgentUpdate } from '@orrery/api/agent.ts'
import { sql } from 'kysely'
import { agentCounted, agentFind, agentItem } from '../../db/agent.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { record, transaction } from '../transaction.ts'
import { writtenCheck } from './create.ts'
import { agentStopIn } from './fence.ts'

/**
 * Changes an agent. Turned off, what it wanted and nobody has carried out yet is refused; turned on, its fence is lifted
 * and its time to speak begins anew.
 */
export async function agentUpdate(ctx: Ctx, ref: string, input: AgentUpdate): Promise<Agent> {
  requireRole(ctx, 'admin')
  const agent = await transaction(ctx, async (tx) => {
    const row = found(await agentFind(tx, ref, true), 'agent', ref)
    const before = agentItem(found(await agentCounted(tx, row.id), 'agent', ref))
    await writtenCheck(tx, input)
    const lifts = input.enabled === true
    await sql`update agent set name = ${input.name ?? row.name}, mode = ${input.mode ?? row.mode}, enabled = ${input.enabled ?? row.enabled},
        url = ${input.url === undefined ? row.url : input.url}, rails = ${JSON.stringify({ ...row.rails, ...input.rails })}::jsonb,
        fenced_at = ${lifts ? null : row.fenced_at}::timestamptz, fenced_reason = ${lifts ? null : row.fenced_reason},
        seen_at = ${lifts ? null : row.seen_at}::timestamptz, refusals = ${lifts ? 0 : row.refusals}::int,
        changed_at = clock_timestamp(), version = version + 1
      where id = ${row.id}::uuid`.execute(tx)
    if (input.enabled === false) await agentStopIn(tx, ctx, row, `${ctx.actor.name} turned the agent off`)
    const after = agentItem(found(await agentCounted(tx, row.id), 'agent', ref))
    await record(tx, ctx, 'agent.update', {
      subject: { kind: 'agent', id: after.id, name: after.name },
      before,
      after,
    })
    return after
  })
  ctx.feedNudge()
  ctx.nudge('plan')
  return agent
}
