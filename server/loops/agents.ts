import { OrreryError } from '@orrery/api/errors.ts'
import { agentConsult } from '../verbs/agent/consult.ts'
import { agentRound } from '../verbs/agent/round.ts'
import { agentsAsked } from '../db/agent.ts'
import type { Loop } from './loop.ts'

/** Each holds a connection of the database now and then. */
const besideMax = 8

/** Asks the agents that are ML servers; the others ask us. */
export function agentsLoop(): Loop {
  return {
    name: 'agents',
    everyMs: 1000,
    timeoutMs: 120_000,
    leased: true,
    async run({ ctx, signal }) {
      if (ctx.planner.waiting.size === 0) return
      const round = agentRound(ctx)
      const line = await agentsAsked(ctx.database.db)
      const failures: unknown[] = []
      // Side by side, so that a slow one keeps no other waiting. All have ended when this ends: none is asked twice at once.
      const askInTurn = async () => {
        for (let agent = line.shift(); agent !== undefined; agent = line.shift()) {
          try {
            await agentConsult(ctx, agent, signal, round)
          } catch (error) {
            // Put out or deleted while it was being asked: the active policy has its work.
            const isOut =
              error instanceof OrreryError && (error.code === 'conflict' || error.code === 'not_found')
            if (!isOut) failures.push(error)
          }
        }
      }
      await Promise.all(Array.from({ length: besideMax }, askInTurn))
      if (failures.length > 0) throw failures[0]
    },
  }
}
