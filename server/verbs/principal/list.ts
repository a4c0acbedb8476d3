import { sql } from 'kysely'
import type { ListQuery, Page } from '@orrery/api/page.ts'
import type { Principal } from '@orrery/api/principal.ts'
import { listPage } from '../../db/list.ts'
import { type PrincipalRow, principalBase, principalItem } from '../../db/token.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'

export async function principalList(ctx: Ctx, query: ListQuery): Promise<Page<Principal>> {
  requireRole(ctx, 'viewer')
  return listPage<PrincipalRow, Principal>(
    ctx.database.db,
    {
      noun: 'principals',
      base: principalBase(),
      sort: 'name',
      item: principalItem,
      words: sql.raw('t.name'),
      columns: {
        name: { sql: sql.raw('t.name'), type: 'text' },
        kind: { sql: sql.raw('t.kind'), type: 'text' },
        role: { sql: sql.raw('t.role'), type: 'text' },
        disabled: { sql: sql.raw('t.disabled'), type: 'boolean' },
        lastSeenAt: { sql: sql.raw('t.last_seen_at'), type: 'instant', nullable: true },
        createdAt: { sql: sql.raw('t.created_at'), type: 'instant' },
      },
    },
    query,
  )
}
