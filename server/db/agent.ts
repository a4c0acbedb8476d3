import { sql } from 'kysely'
import type { Agent, AgentRails, AgentTurn } from '@orrery/api/agent.ts'
import {
  type AgentId,
  type AgentTurnId,
  type NodeId,
  type PlanId,
  type WorkloadId,
  isUuid,
} from '@orrery/api/id.ts'
import type { Handle } from './database.ts'
import type { ListSpec } from './list.ts'

export type AgentRow = {
  id: string
  name: string
  mode: Agent['mode']
  enabled: boolean
  url: string | null
  rails: AgentRails
  fenced_at: string | null
  fenced_reason: string | null
  seen_at: string | null
  refusals: number
  created_at: string
  changed_at: string
  version: number
}
/** With its turns counted, which takes as long as there are many. */
export type AgentCounted = AgentRow & { turn_count: number; refused_count: number }

const counted = sql`select a.*, c.turn_count, c.refused_count from agent a cross join lateral (
    select count(*)::int as turn_count, (count(*) filter (where t.outcome = 'refused'))::int as refused_count
    from agent_turn t where t.agent_id = a.id) c`

export function agentItem(row: AgentCounted): Agent {
  return {
    id: row.id as AgentId,
    name: row.name,
    mode: row.mode,
    enabled: row.enabled,
    state: agentStateOf(row),
    url: row.url,
    rails: row.rails,
    fencedAt: row.fenced_at,
    fencedReason: row.fenced_reason,
    seenAt: row.seen_at,
    turnCount: row.turn_count,
    refusedCount: row.refused_count,
    createdAt: row.created_at,
    updatedAt: row.changed_at,
    version: row.version,
  }
}

export function agentStateOf(row: Pick<AgentRow, 'enabled' | 'fenced_at' | 'seen_at'>): Agent['state'] {
  if (!row.enabled) return 'off'
  if (row.fenced_at !== null) return 'fenced'
  return row.seen_at === null ? 'absent' : 'present'
}

export function agentListSpec(): ListSpec<AgentCounted, Agent> {
  return {
    noun: 'agents',
    base: counted,
    sort: 'name',
    item: agentItem,
    words: sql.raw(`(t.name || ' ' || t.mode || ' ' || coalesce(t.fenced_reason, ''))`),
    columns: {
      name: { sql: sql.raw('t.name'), type: 'text' },
      mode: { sql: sql.raw('t.mode'), type: 'text' },
      enabled: { sql: sql.raw('t.enabled'), type: 'boolean' },
      seenAt: { sql: sql.raw('t.seen_at'), type: 'instant', nullable: true },
      createdAt: { sql: sql.raw('t.created_at'), type: 'instant' },
    },
  }
}

const named = (ref: string) => (isUuid(ref) ? sql`t.id = ${ref}::uuid` : sql`t.name = ${ref}`)

/** One agent by id or name, or null. With `lock` its row is held until the transaction ends. */
export async function agentFind(handle: Handle, ref: string, lock = false): Promise<AgentRow | null> {
  const { rows } =
    await sql<AgentRow>`select * from agent t where ${named(ref)} ${lock ? sql`for update` : sql``}`.execute(
      handle,
    )
  return rows[0] ?? null
}

/** One agent by id or name with its turns counted, or null. */
export async function agentCounted(handle: Handle, ref: string): Promise<AgentCounted | null> {
  const { rows } = await sql<AgentCounted>`select * from (${counted}) t where ${named(ref)}`.execute(handle)
  return rows[0] ?? null
}

/**
 * Those that decide now: on, in a mode that moves things, and not fenced. Silence begins with the first question since
 * its last word, so that it has the time that this question says; further questions change nothing.
 */
export async function agentsDeciding(
  handle: Handle,
): Promise<(AgentRow & { silent_seconds: number | null })[]> {
  const { rows } = await sql<AgentRow & { silent_seconds: number | null }>`select t.*,
      extract(epoch from clock_timestamp() - coalesce(
        (select min(q.at) from agent_turn q where q.agent_id = t.id and q.at > t.seen_at), t.seen_at))::float8 as silent_seconds
    from agent t where t.enabled and t.fenced_at is null and t.mode <> 'shadow' order by t.created_at, t.id`.execute(
    handle,
  )
  return rows
}

/** Those that are servers we ask, in any mode. */
export async function agentsAsked(handle: Handle): Promise<AgentRow[]> {
  const { rows } =
    await sql<AgentRow>`select * from agent t where t.enabled and t.fenced_at is null and t.url is not null
    order by t.created_at, t.id`.execute(handle)
  return rows
}

type TurnRow = {
  id: string
  agent_id: string
  at: string
  due_at: string
  mode: Agent['mode']
  workload_id: string
  workload_name: string
  node_id: string | null
  node_name: string | null
  policy_node_name: string | null
  outcome: AgentTurn['outcome']
  rail: AgentTurn['rail']
  reason: string | null
  plan_id: string | null
  answered_at: string | null
}
export type { TurnRow as AgentTurnRow }

export function turnItem(row: TurnRow): AgentTurn {
  return {
    id: row.id as AgentTurnId,
    at: row.at,
    dueAt: row.due_at,
    mode: row.mode,
    workloadId: row.workload_id as WorkloadId,
    workloadName: row.workload_name,
    nodeId: row.node_id as NodeId | null,
    nodeName: row.node_name,
    policyNodeName: row.policy_node_name,
    outcome: row.outcome,
    rail: row.rail,
    reason: row.reason,
    planId: row.plan_id as PlanId | null,
    answeredAt: row.answered_at,
  }
}

export function turnListSpec(agentId: string): ListSpec<TurnRow, AgentTurn> {
  return {
    noun: 'turns',
    base: sql`select * from agent_turn where agent_id = ${agentId}::uuid`,
    sort: '-at',
    item: turnItem,
    words: sql.raw(
      `(t.workload_name || ' ' || t.outcome || ' ' || coalesce(t.node_name, '') || ' ' || coalesce(t.reason, ''))`,
    ),
    columns: {
      at: { sql: sql.raw('t.at'), type: 'instant' },
      outcome: { sql: sql.raw('t.outcome'), type: 'text' },
      rail: { sql: sql.raw('t.rail'), type: 'text', nullable: true },
      workload: { sql: sql.raw('t.workload_name'), type: 'text' },
      node: { sql: sql.raw('t.node_name'), type: 'text', nullable: true },
    },
  }
}

export async function turnFind(handle: Handle, id: string): Promise<TurnRow | null> {
  const { rows } = await sql<TurnRow>`select * from agent_turn where id = ${id}::uuid`.execute(handle)
  return rows[0] ?? null
}

export type TurnInsert = {
  id: string
  agentId: string
  mode: Agent['mode']
  workload: { id: string; name: string }
  policyNodeName: string | null
  dueSeconds: number
}

/** Opens a turn; the one that was open is over. */
export async function turnOpen(handle: Handle, turn: TurnInsert): Promise<TurnRow> {
  await sql`update agent_turn set outcome = 'expired', reason = 'another was asked before it was answered'
    where agent_id = ${turn.agentId}::uuid and outcome = 'open'`.execute(handle)
  const { rows } =
    await sql<TurnRow>`insert into agent_turn (id, agent_id, mode, workload_id, workload_name, policy_node_name, due_at)
    values (${turn.id}, ${turn.agentId}, ${turn.mode}, ${turn.workload.id}, ${turn.workload.name}, ${turn.policyNodeName},
      clock_timestamp() + ${turn.dueSeconds}::float8 * interval '1 second') returning *`.execute(handle)
  const [row] = rows
  if (row === undefined) throw new Error('a turn was written and is not there')
  return row
}

export type TurnEnd = Pick<TurnRow, 'outcome' | 'rail' | 'reason' | 'node_id' | 'node_name' | 'plan_id'>

export async function turnEnd(handle: Handle, id: string, end: TurnEnd): Promise<TurnRow> {
  const { rows } =
    await sql<TurnRow>`update agent_turn set outcome = ${end.outcome}, rail = ${end.rail}, reason = ${end.reason},
      node_id = ${end.node_id}, node_name = ${end.node_name}, plan_id = ${end.plan_id}, answered_at = clock_timestamp()
    where id = ${id}::uuid returning *`.execute(handle)
  const [row] = rows
  if (row === undefined) throw new Error(`turn ${id} is gone`)
  return row
}

export async function agentSeen(handle: Handle, id: string): Promise<void> {
  await sql`update agent set seen_at = clock_timestamp() where id = ${id}::uuid`.execute(handle)
}

/** How many places it was let take in the last minute. */
export async function placesLately(handle: Handle, agentId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from agent_turn
    where agent_id = ${agentId}::uuid and outcome in ('acted', 'proposed') and answered_at > clock_timestamp() - interval '1 minute'`.execute(
    handle,
  )
  return rows[0]?.count ?? 0
}

/** What it answered a moment ago and is not asked again so soon: to wait, or for the record only. */
export async function answeredLately(handle: Handle, agentId: string): Promise<Set<string>> {
  const { rows } = await sql<{
    id: string
  }>`select distinct workload_id as id from agent_turn where agent_id = ${agentId}::uuid and (
      (outcome = 'waited' and answered_at > clock_timestamp() - interval '2 seconds')
      or (outcome = 'recorded' and answered_at > clock_timestamp() - interval '1 minute'))`.execute(handle)
  return new Set(rows.map((row) => row.id))
}

/** How often it let each of these wait since they came. */
export async function waitsOf(
  handle: Handle,
  agentId: string,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{
    id: string
    count: number
  }>`select workload_id as id, count(*)::int as count from agent_turn
    where agent_id = ${agentId}::uuid and outcome = 'waited' and workload_id = any (${[...ids]}::uuid[]) group by workload_id`.execute(
    handle,
  )
  return new Map(rows.map((row) => [row.id, row.count]))
}
