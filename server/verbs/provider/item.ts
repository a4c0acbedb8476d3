import type { ProviderId } from '@orrery/api/id.ts'
import type { Provider, ProviderCapabilities } from '@orrery/api/provider.ts'
import type { ProviderRow } from '../../db/provider.ts'
import { configShown } from './secrets.ts'
import type { Ctx } from '../context.ts'

const nothing: ProviderCapabilities = {
  observe: false,
  start: false,
  migrate: 'none',
  resize: 'none',
  metrics: false,
  workloadKinds: [],
}

/** A kind this program no longer knows can do nothing, and says so. */
export function providerItem(ctx: Pick<Ctx, 'providerKinds'>, row: ProviderRow): Provider {
  const kind = ctx.providerKinds.get(row.kind)
  return {
    id: row.id as ProviderId,
    name: row.name,
    kind: row.kind,
    // Of a kind that is not known nobody can say what of it is secret.
    config: kind === undefined ? {} : configShown(kind.configSchema, row.config),
    capabilities: kind?.capabilities ?? nothing,
    enabled: row.enabled,
    health: kind === undefined ? 'unhealthy' : row.health,
    healthReason:
      kind === undefined ? `this server knows no provider of kind '${row.kind}'` : row.health_reason,
    healthSince: row.health_since,
    lastSeenAt: row.last_seen_at,
    nodeCount: row.node_count,
    createdAt: row.created_at,
    updatedAt: row.changed_at,
    version: row.version,
  }
}
