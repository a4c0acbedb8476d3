/**
 * Advice for a scheduler outside: where would the active policy put these, on the inventory as it is now, with what open
 * plans will take counted as taken? Nothing is placed; the asker acts. One adviser answers one batch: what it answered
 * for one is reserved for the next.
 */
import type { NodeId, WorkloadId } from '@orrery/api/id.ts'
import type { Demand } from '@orrery/api/quantity.ts'
import { inventoryRelease, inventoryReserve } from '@orrery/core/inventory/reserve.ts'
import type { PlannerWorkload } from '@orrery/core/inventory/model.ts'
import { decide } from '@orrery/core/planner/decide.ts'
import { eventInsert } from '../../db/event.ts'
import { idNew } from '../../db/id.ts'
import { stepsAhead } from '../../db/plan-open.ts'
import { policyActive } from '../../db/policy.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { chooserOf } from './decide.ts'
import { imagine } from './imagine.ts'
import { plannerWorkload } from './live.ts'

export type AdviceAsk = {
  name: string
  demand: Demand
  /** the nodes it may go to */
  nodeIds: readonly string[]
  /** the workload of the inventory that it is, when it is one: the place it holds now counts as free */
  workloadId?: string
}
export type Advice = { nodeId: string | null; message: string }

export type Adviser = {
  policyName: string
  choose(ask: AdviceAsk): Advice
  /** Counts a choice that was made elsewhere. */
  reserve(ask: AdviceAsk, nodeId: string): void
  /** Writes what was answered to the audit trail. */
  record(answers: readonly { name: string; node: string | null; message: string }[]): Promise<void>
}

const fallback = { name: 'best-fit', algorithm: 'best-fit', weights: {}, network: null, seed: 0 }
const recordedMax = 200

export async function adviserOpen(ctx: Ctx): Promise<Adviser> {
  requireRole(ctx, 'operator')
  const { db } = ctx.database
  const active = await policyActive(db)
  const inventory = imagine(ctx, await stepsAhead(db))
  const row = active ?? {
    ...fallback,
    id: '',
    mode: 'auto',
    active: false,
    created_at: '',
    changed_at: '',
    version: 0,
  }
  const chooser = chooserOf(row, 'advise', String(ctx.planner.revision))

  function vacate(ask: AdviceAsk): void {
    const held = ask.workloadId === undefined ? undefined : ctx.mirror.workloads.get(ask.workloadId)
    const node = held?.nodeId == null ? undefined : inventory.indexes.get(held.nodeId)
    // Which devices it holds the mirror does not say; they stay taken.
    if (held !== undefined && node !== undefined && held.gpuCount === 0)
      inventoryRelease(inventory, node, plannerWorkload(held), [])
  }

  return {
    policyName: row.name,
    choose(ask) {
      vacate(ask)
      const asked = plannerAsk(ask)
      const decision = decide(inventory, asked, chooser.policy, chooser.random)
      if (decision.nodeIndex !== null)
        inventoryReserve(inventory, decision.nodeIndex, asked, decision.gpuIndexes)
      return { nodeId: decision.chosen?.nodeId ?? null, message: decision.message }
    },
    reserve(ask, nodeId) {
      vacate(ask)
      const node = inventory.indexes.get(nodeId)
      if (node !== undefined) inventoryReserve(inventory, node, plannerAsk(ask), [])
    },
    async record(answers) {
      const shown = answers.slice(0, recordedMax)
      await eventInsert(db, [
        {
          actorId: ctx.actor.id,
          actorName: ctx.actor.name,
          verb: 'plan.advise',
          subjectKind: 'plan',
          subjectId: null,
          subjectName: null,
          after: { policy: row.name, asked: answers.length, answers: shown },
          reason: `${answers.filter((answer) => answer.node !== null).length} of ${answers.length} would get a place`,
        },
      ])
      ctx.feedNudge()
    },
  }
}

function plannerAsk({ name, demand, nodeIds }: AdviceAsk): PlannerWorkload {
  return {
    id: idNew<'workload'>() satisfies WorkloadId,
    name,
    kind: 'vm',
    demand,
    constraints: { nodeIds: nodeIds as NodeId[] }, // ids of the mirror's nodes
    priority: 0,
  }
}
