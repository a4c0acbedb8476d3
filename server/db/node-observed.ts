import { sql } from 'kysely'
import type { Handle } from './database.ts'

export type NodeSeen = { nodeId: string; healthy: boolean; reason: string | null }

/** Notes which nodes were just reported, and as what. A node that is gone meanwhile is left out. */
export async function nodesSeen(handle: Handle, seen: readonly NodeSeen[]): Promise<void> {
  if (seen.length === 0) return
  await sql`insert into node_observed (node_id, last_seen_at, unhealthy_since, reason)
    select n.id, case when s.healthy then clock_timestamp() end, case when s.healthy then null else clock_timestamp() end, s.reason
    from unnest(${seen.map((each) => each.nodeId)}::uuid[], ${seen.map((each) => each.healthy)}::boolean[],
      ${seen.map((each) => each.reason)}::text[]) as s (id, healthy, reason)
    join node n on n.id = s.id order by n.id
    on conflict (node_id) do update set
      last_seen_at = coalesce(excluded.last_seen_at, node_observed.last_seen_at),
      unhealthy_since = case when excluded.unhealthy_since is not null then coalesce(node_observed.unhealthy_since, excluded.unhealthy_since) end,
      reason = excluded.reason`.execute(handle)
}

export type NodeJudged = { nodeId: string; state: 'ready' | 'unreachable'; reason: string | null }

/**
 * Nodes whose state no longer fits what was last seen of them: `ready` ones that have been reported unhealthy, or not
 * reported at all, or whose provider has been away, for `missedMs`; and `unreachable` ones that are reported well again.
 * A node is measured by its provider's last answer, not by the clock: while nobody observes, nobody is missing.
 */
export async function nodesMisjudged(
  handle: Handle,
  providerIds: readonly string[],
  missedMs: number,
  limit: number,
): Promise<NodeJudged[]> {
  const { rows } = await sql<NodeJudged>`
    with judged as (
      select n.id, n.state, n.reason, case
        when h.health = 'unhealthy' and h.since < clock_timestamp() - missed
          then format('its provider %s is away since %s: %s', p.name, to_char(h.since, 'YYYY-MM-DD HH24:MI:SS "UTC"'), h.reason)
        when h.health is distinct from 'healthy' then null
        when o.unhealthy_since < h.last_seen_at - missed then coalesce(o.reason, 'its provider reports it as unhealthy')
        when o.unhealthy_since is null and o.last_seen_at < h.last_seen_at - missed
          then format('%s has not reported it since %s', p.name, to_char(o.last_seen_at, 'YYYY-MM-DD HH24:MI:SS "UTC"'))
      end as why,
      h.health = 'healthy' and o.unhealthy_since is null and o.last_seen_at >= h.last_seen_at - missed as well
      from node n join provider p on p.id = n.provider_id join node_observed o on o.node_id = n.id
        left join provider_health h on h.provider_id = p.id,
        lateral (select ${missedMs}::float8 * interval '1 millisecond' as missed) m
      where n.state in ('ready', 'unreachable') and p.enabled and p.id = any (${[...providerIds]}::uuid[])
    )
    select id as "nodeId", case when state = 'ready' then 'unreachable' else 'ready' end as state,
      case when state = 'ready' then why end as reason
    from judged where (state = 'ready' and why is not null) or (state = 'unreachable' and well)
    order by id limit ${limit}`.execute(handle)
  return rows
}
