/**
 * The decisions of the live control plane: the plan loop, plans that people ask for and the replay of traces all choose
 * here, with the planner that the twin uses too.
 */
import type { Candidate } from '@orrery/api/plan.ts'
import type { PlannerInventory, PlannerWorkload } from '@orrery/core/inventory/model.ts'
import { inventoryReserve } from '@orrery/core/inventory/reserve.ts'
import { type DecisionCandidate, type PlacementDecision, decide } from '@orrery/core/planner/decide.ts'
import type { PlannerPolicy } from '@orrery/core/policy/model.ts'
import { policyResolve } from '@orrery/core/policy/policies.ts'
import { randomFloat, randomStream } from '@orrery/core/random.ts'
import type { DecisionWrite } from '../../db/decision.ts'
import { idNew } from '../../db/id.ts'
import type { PolicyRow } from '../../db/policy.ts'

/** A stored policy, ready to choose. */
export type Chooser = { row: PolicyRow; policy: PlannerPolicy; random: () => number }

/** `labels` name what it is for, so that what one chooser draws does not move another. */
export function chooserOf(row: PolicyRow, ...labels: string[]): Chooser {
  const stream = randomStream(row.seed, ...labels)
  return { row, policy: policyResolve(row), random: () => randomFloat(stream) }
}

/**
 * Decides for each in the order given and reserves on `imagined` what it chose, so that the later see what the earlier
 * took. A workload that asks for the same as one that found no room gets its answer without another search.
 */
export function decideEach(
  imagined: PlannerInventory,
  workloads: readonly PlannerWorkload[],
  chooser: Chooser,
): PlacementDecision[] {
  const waiting = new Map<string, PlacementDecision>()
  return workloads.map((workload) => {
    const asks = asksOf(workload)
    const same = waiting.get(asks)
    if (same !== undefined) return { ...same, workloadId: workload.id, workloadName: workload.name }
    const decision = decide(imagined, workload, chooser.policy, chooser.random)
    if (decision.nodeIndex === null) waiting.set(asks, decision)
    else inventoryReserve(imagined, decision.nodeIndex, workload, decision.gpuIndexes)
    return decision
  })
}

/** Two workloads with the same text fit the same nodes. */
export function asksOf(workload: Pick<PlannerWorkload, 'demand' | 'constraints'>): string {
  return JSON.stringify([workload.demand, workload.constraints])
}

/** A decision as it is kept. */
export function decisionWrite(
  decision: PlacementDecision,
  chooser: Chooser,
  planId: string | null,
): DecisionWrite {
  return {
    id: idNew<'decision'>(),
    workloadId: decision.workloadId,
    planId,
    policyName: chooser.row.name,
    algorithm: chooser.row.algorithm,
    outcome: decision.outcome,
    message: decision.message,
    considered: decision.considered,
    feasible: decision.feasible,
    filters: decision.filters,
    chosen: decision.chosen === null ? null : candidateOf(decision.chosen),
    runnerUp: decision.runnerUp === null ? null : candidateOf(decision.runnerUp),
  }
}

export function candidateOf({ nodeId, nodeName, total, scores }: DecisionCandidate): Candidate {
  return { nodeId, nodeName, total, scores }
}
