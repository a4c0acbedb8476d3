/**
 * What agents that are asked side by side share: one copy of the inventory for as long as nothing changes, and which
 * workloads one of them was asked for, so that no two answer for the same one. What is left waits for the next round: who
 * was placed a moment ago may still be seen to wait.
 */
import type { PlannerInventory } from '@orrery/core/inventory/model.ts'
import type { StepAhead } from '../../db/plan-open.ts'
import type { Ctx } from '../context.ts'
import { imagine } from '../plan/imagine.ts'

export type AgentRound = {
  /** Only to be read: it is given to others too. */
  imagined(ahead: readonly StepAhead[]): PlannerInventory
  /** ids of workloads that an agent was asked for whose answer counts */
  readonly asked: Set<string>
}

export function agentRound(ctx: Pick<Ctx, 'planner' | 'mirror'>): AgentRound {
  let made: { key: string; inventory: PlannerInventory } | null = null
  return {
    asked: new Set(),
    imagined(ahead) {
      const key = JSON.stringify([ctx.planner.revision, ahead])
      if (made?.key !== key) made = { key, inventory: imagine(ctx, ahead) }
      return made.inventory
    },
  }
}
