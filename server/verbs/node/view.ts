import type { Node } from '@orrery/api/node.ts'
import { nodeFind, nodeItem } from '../../db/node.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { atCheck } from '../instant.ts'
import { usageFresh } from '../sample/fresh.ts'

export async function nodeView(ctx: Ctx, ref: string, query: { at?: string } = {}): Promise<Node> {
  requireRole(ctx, 'viewer')
  const at = atCheck(query.at, Date.now())
  const node = nodeItem(found(await nodeFind(ctx.database.db, ref, at), 'node', ref))
  return at === undefined ? usageFresh(ctx, node) : node
}
