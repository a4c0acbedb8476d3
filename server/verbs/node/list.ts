import type { Node } from '@orrery/api/node.ts'
import type { ListAtQuery, Page } from '@orrery/api/page.ts'
import { listPage } from '../../db/list.ts'
import { nodeListSpec } from '../../db/node.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { atCheck } from '../instant.ts'
import { usageFresh } from '../sample/fresh.ts'

export async function nodeList(ctx: Ctx, query: ListAtQuery): Promise<Page<Node>> {
  requireRole(ctx, 'viewer')
  const at = atCheck(query.at, Date.now())
  const page = await listPage(ctx.database.db, nodeListSpec(at), query)
  return at === undefined ? { ...page, items: page.items.map((node) => usageFresh(ctx, node)) } : page
}
