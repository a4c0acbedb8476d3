/** Agents are put out: by the kill switch, by silence, by too many answers that a rail stopped. */
import { sql } from 'kysely'
import { type AgentRow, agentsDeciding } from '../../db/agent.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { planRefuse } from '../plan/refuse.ts'
import { type Tx, record, transaction } from '../transaction.ts'

export const agentOrigin = (name: string): string => `agent ${name}`

/** Fences it in the caller's transaction: it is not asked any more, and the active policy takes over. */
export async function agentFenceIn(
  tx: Tx,
  ctx: Ctx,
  agent: Pick<AgentRow, 'id' | 'name'>,
  reason: string,
): Promise<void> {
  await sql`update agent set fenced_at = clock_timestamp(), fenced_reason = ${reason}, refusals = 0 where id = ${agent.id}::uuid`.execute(
    tx,
  )
  await turnsExpireIn(tx, agent.id, 'the agent was fenced')
  await record(tx, ctx, 'agent.fence', {
    subject: { kind: 'agent', id: agent.id, name: agent.name },
    after: { state: 'fenced' },
    reason,
  })
}

async function turnsExpireIn(tx: Tx, agentId: string, reason: string): Promise<void> {
  await sql`update agent_turn set outcome = 'expired', reason = ${reason} where agent_id = ${agentId}::uuid and outcome = 'open'`.execute(
    tx,
  )
}

/** What an agent wanted and nobody has carried out yet is refused with it. */
export async function agentStopIn(
  tx: Tx,
  ctx: Ctx,
  agent: Pick<AgentRow, 'id' | 'name'>,
  reason: string,
): Promise<void> {
  await turnsExpireIn(tx, agent.id, reason)
  // By its turns, for it may have had another name then. A plan that is being begun ends that first, and is left alone.
  const { rows } = await sql<{ id: string }>`select id from plan where state in ('proposed', 'approved')
    and id in (select plan_id from agent_turn where agent_id = ${agent.id}::uuid and plan_id is not null)
    order by id for update`.execute(tx)
  for (const { id } of rows) await planRefuse({ ...ctx, within: tx }, id, { reason })
}

/** The kill switch of all: each agent is off, and what it wanted and nobody has carried out yet is refused. */
export async function agentHalt(ctx: Ctx, input: { reason?: string }): Promise<null> {
  requireRole(ctx, 'operator')
  await transaction(ctx, async (tx) => {
    const { rows } = await sql<{
      id: string
      name: string
    }>`update agent set enabled = false, changed_at = clock_timestamp(),
      version = version + 1 where enabled returning id, name`.execute(tx)
    for (const agent of rows) {
      await record(tx, ctx, 'agent.halt', {
        subject: { kind: 'agent', ...agent },
        before: { enabled: true },
        after: { enabled: false },
        reason: input.reason ?? null,
      })
      await agentStopIn(tx, ctx, agent, input.reason ?? `${ctx.actor.name} turned every agent off`)
    }
  })
  ctx.feedNudge()
  ctx.nudge('plan')
  return null
}

/**
 * The agents that decide now. One that was there and has been silent for longer than it may is fenced first, so that
 * what waits is never left to nobody.
 */
export async function agentsPresent(ctx: Ctx, check: (tx: Tx) => Promise<void>): Promise<AgentRow[]> {
  const present: AgentRow[] = []
  for (const agent of await agentsDeciding(ctx.database.db)) {
    // An ML server does not speak unless it is asked; one that has not come yet decides nothing.
    if (agent.url !== null) present.push(agent)
    else if (agent.silent_seconds === null) continue
    else if (agent.silent_seconds <= agent.rails.silenceSeconds) present.push(agent)
    else {
      const silent = Math.round(agent.silent_seconds)
      await transaction(ctx, async (tx) => {
        await check(tx)
        await agentFenceIn(
          tx,
          ctx,
          agent,
          `It was silent for ${silent} s; ${agent.rails.silenceSeconds} are allowed.`,
        )
      })
      ctx.feedNudge()
    }
  }
  return present
}
