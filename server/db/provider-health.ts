import { sql } from 'kysely'
import type { Handle } from './database.ts'

export type Health = 'unknown' | 'healthy' | 'unhealthy'
export type HealthChange = { before: Health; reasonBefore: string | null; changed: boolean }

/** Notes that a provider answered (`reason` null) or is away; returns what it was. `since` is of the change of health. */
export async function providerHealthSet(
  handle: Handle,
  providerId: string,
  reason: string | null,
): Promise<HealthChange> {
  const health: Health = reason === null ? 'healthy' : 'unhealthy'
  await sql`insert into provider_health (provider_id) select id from provider where id = ${providerId} for key share
    on conflict do nothing`.execute(handle)
  const { rows } = await sql<{ health: Health; reason: string | null }>`
    select health, reason from provider_health where provider_id = ${providerId} for update`.execute(handle)
  const before = rows[0]
  if (before === undefined) return { before: 'unknown', reasonBefore: null, changed: false }
  await sql`update provider_health set health = ${health}, reason = ${reason},
      since = case when health = ${health} then since else clock_timestamp() end,
      last_seen_at = case when ${reason}::text is null then clock_timestamp() else last_seen_at end
    where provider_id = ${providerId}`.execute(handle)
  return { before: before.health, reasonBefore: before.reason, changed: before.health !== health }
}
