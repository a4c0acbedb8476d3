import { type Node, nodeActions } from '@orrery/api/node.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { nodeStateSet } from './state.ts'

/** Takes a node out of service: nothing new is placed there, and the plan loop moves what is there away. */
export async function nodeDrain(ctx: Ctx, ref: string, input: { reason?: string }): Promise<Node> {
  requireRole(ctx, 'operator')
  return nodeStateSet(ctx, ref, {
    verb: 'node.drain',
    to: 'draining',
    from: nodeActions.drain,
    reason: input.reason ?? null,
  })
}
