import { type Node, nodeActions } from '@orrery/api/node.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { nodeStateSet } from './state.ts'

/** Puts a discovered or drained node into service. */
export async function nodeActivate(ctx: Ctx, ref: string, input: { reason?: string }): Promise<Node> {
  requireRole(ctx, 'operator')
  return nodeStateSet(ctx, ref, {
    verb: 'node.activate',
    to: 'ready',
    from: nodeActions.activate,
    reason: input.reason ?? null,
  })
}
