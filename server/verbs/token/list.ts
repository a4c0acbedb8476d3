import { sql } from 'kysely'
import type { ListQuery, Page } from '@orrery/api/page.ts'
import type { Token } from '@orrery/api/principal.ts'
import { listPage } from '../../db/list.ts'
import { type TokenRow, tokenBase, tokenItem } from '../../db/token.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'

/** One's own tokens; an admin sees all. */
export async function tokenList(ctx: Ctx, query: ListQuery): Promise<Page<Token>> {
  requireRole(ctx, 'viewer')
  const base = tokenBase()
  return listPage<TokenRow, Token>(
    ctx.database.db,
    {
      noun: 'tokens',
      base: ctx.actor.role === 'admin' ? base : sql`${base} where k.principal_id = ${ctx.actor.id}::uuid`,
      sort: '-createdAt',
      item: tokenItem,
      words: sql.raw(`(t.name || ' ' || t.principal_name)`),
      columns: {
        name: { sql: sql.raw('t.name'), type: 'text' },
        principal: { sql: sql.raw('t.principal_name'), type: 'text' },
        kind: { sql: sql.raw('t.kind'), type: 'text' },
        role: { sql: sql.raw('t.role'), type: 'text' },
        createdAt: { sql: sql.raw('t.created_at'), type: 'instant' },
        expiresAt: { sql: sql.raw('t.expires_at'), type: 'instant', nullable: true },
        lastUsedAt: { sql: sql.raw('t.last_used_at'), type: 'instant', nullable: true },
        revokedAt: { sql: sql.raw('t.revoked_at'), type: 'instant', nullable: true },
      },
    },
    query,
  )
}
