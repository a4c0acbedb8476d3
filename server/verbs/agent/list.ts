import type { Agent, AgentTurn } from '@orrery/api/agent.ts'
import type { ListQuery, Page } from '@orrery/api/page.ts'
import { agentCounted, agentFind, agentItem, agentListSpec, turnListSpec } from '../../db/agent.ts'
import { listPage } from '../../db/list.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'

export async function agentList(ctx: Ctx, query: ListQuery): Promise<Page<Agent>> {
  requireRole(ctx, 'viewer')
  return listPage(ctx.database.db, agentListSpec(), query)
}

export async function agentView(ctx: Ctx, ref: string): Promise<Agent> {
  requireRole(ctx, 'viewer')
  return agentItem(found(await agentCounted(ctx.database.db, ref), 'agent', ref))
}

/** The audit trail of one agent, the latest first. */
export async function agentTurns(ctx: Ctx, ref: string, query: ListQuery): Promise<Page<AgentTurn>> {
  requireRole(ctx, 'viewer')
  const { id } = found(await agentFind(ctx.database.db, ref), 'agent', ref)
  return listPage(ctx.database.db, turnListSpec(id), query)
}
