/**
 * The health loop: a node that has not been seen well for a while is unreachable, with the reason; one that is seen well
 * again is ready. Nodes of providers that cannot observe are left as they are.
 */
import { nodesMisjudged } from '../db/node-observed.ts'
import { nodesTransition } from '../db/node-transition.ts'
import { capabilitiesOf } from '../verbs/provider/capabilities.ts'
import { settle } from '../verbs/settle.ts'
import { fenced } from './fenced.ts'
import type { Loop } from './loop.ts'

export type HealthOptions = {
  everyMs?: number
  /** a node is unreachable after this long without being seen: several periods of the observe loop */
  missedMs?: number
}

const piece = 500

export function healthLoop({ everyMs = 2000, missedMs = 10_000 }: HealthOptions = {}): Loop {
  return {
    name: 'health',
    everyMs,
    timeoutMs: 30_000,
    leased: true,
    async run(work) {
      const { ctx, signal } = work
      const observing = [...ctx.mirror.providers.keys()].filter(
        (id) => capabilitiesOf(ctx, id)?.observe === true,
      )
      if (observing.length === 0) return
      for (let more = true; more && !signal.aborted;) {
        const judged = await nodesMisjudged(ctx.database.db, observing, missedMs, piece)
        if (judged.length === 0) return
        const changed = await fenced(work, (tx) =>
          nodesTransition(
            tx,
            ctx.actor,
            judged.map((each) => ({
              nodeId: each.nodeId,
              from: each.state === 'ready' ? 'unreachable' : 'ready',
              to: each.state,
              verb: `node.${each.state}`,
              reason: each.reason,
            })),
          ),
        )
        await settle(ctx, { nodes: changed })
        ctx.nudge('plan')
        more = judged.length === piece && changed.length > 0
      }
    },
  }
}
