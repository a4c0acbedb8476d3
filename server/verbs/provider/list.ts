import { sql } from 'kysely'
import type { ListQuery, Page } from '@orrery/api/page.ts'
import type { Provider } from '@orrery/api/provider.ts'
import { listPage } from '../../db/list.ts'
import { type ProviderRow, providerBase } from '../../db/provider.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { providerItem } from './item.ts'

export async function providerList(ctx: Ctx, query: ListQuery): Promise<Page<Provider>> {
  requireRole(ctx, 'viewer')
  return listPage<ProviderRow, Provider>(
    ctx.database.db,
    {
      noun: 'providers',
      base: providerBase(),
      sort: 'name',
      item: (row) => providerItem(ctx, row),
      words: sql.raw(`(t.name || ' ' || t.kind || ' ' || t.health)`),
      columns: {
        name: { sql: sql.raw('t.name'), type: 'text' },
        kind: { sql: sql.raw('t.kind'), type: 'text' },
        health: { sql: sql.raw('t.health'), type: 'text' },
        enabled: { sql: sql.raw('t.enabled'), type: 'boolean' },
        nodeCount: { sql: sql.raw('t.node_count::float8'), type: 'number' },
        lastSeenAt: { sql: sql.raw('t.last_seen_at'), type: 'instant', nullable: true },
        createdAt: { sql: sql.raw('t.created_at'), type: 'instant' },
      },
    },
    query,
  )
}
