import type { Agent, AgentCreate } from '@orrery/api/agent.ts'
import { OrreryError } from '@orrery/api/errors.ts'
import { sql } from 'kysely'
import { agentCounted, agentItem } from '../../db/agent.ts'
import { idNew } from '../../db/id.ts'
import { siteFind } from '../../db/site.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { type Tx, record, transaction } from '../transaction.ts'
import { railsUsual } from './rails.ts'

/** Creates an agent. Left unsaid, it is in the mode `shadow`, which touches nothing. */
export async function agentCreate(ctx: Ctx, input: AgentCreate): Promise<Agent> {
  requireRole(ctx, 'admin')
  const agent = await transaction(ctx, async (tx) => {
    await writtenCheck(tx, input)
    const id = idNew<'agent'>()
    await sql`insert into agent (id, name, mode, enabled, url, rails) values (${id}, ${input.name}, ${input.mode ?? 'shadow'},
      ${input.enabled ?? true}, ${input.url ?? null}, ${JSON.stringify({ ...railsUsual, ...input.rails })}::jsonb)`.execute(
      tx,
    )
    const item = agentItem(found(await agentCounted(tx, id), 'agent', id))
    await record(tx, ctx, 'agent.create', { subject: { kind: 'agent', id, name: item.name }, after: item })
    return item
  })
  ctx.feedNudge()
  return agent
}

export async function writtenCheck(tx: Tx, { url, rails }: Partial<AgentCreate>): Promise<void> {
  if (url !== undefined && url !== null && !isHttp(url)) {
    throw new OrreryError('invalid', '`url` must be http://HOST:PORT or https://HOST:PORT, without a path.', {
      pointer: '/url',
    })
  }
  for (const [at, name] of (rails?.sites ?? []).entries()) {
    if ((await siteFind(tx, name)) !== null) continue
    throw new OrreryError('invalid', `There is no site '${name}'.`, { pointer: `/rails/sites/${at}` })
  }
}

function isHttp(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, pathname, search, username } = new URL(text)
  return (
    (protocol === 'http:' || protocol === 'https:') && pathname === '/' && search === '' && username === ''
  )
}
