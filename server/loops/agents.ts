import { OrreryError } from '@orrery/api/errors.ts'
import { agentConsult } from '../verbs/agent/consult.ts'
import { agentsAsked } from '../db/agent.ts'
import type { Loop } from './loop.ts'

/** Asks the agents that are ML servers; the others ask us. */
export function agentsLoop(): Loop {
  return {
    name: 'agents',
    everyMs: 1000,
    timeoutMs: 120_000,
    leased: true,
    async run({ ctx, signal }) {
      if (ctx.planner.waiting.size === 0) return
      for (const agent of await agentsAsked(ctx.database.db)) {
        try {
          await agentConsult(ctx, agent, signal)
        } catch (error) {
          // Put out or deleted while it was being asked: the active policy has its work.
          const isOut =
            error instanceof OrreryError && (error.code === 'conflict' || error.code === 'not_found')
          if (!isOut) throw error
        }
      }
    },
  }
}
