/**
 * One decision: filters, then scores. Snapshot in, decision out; the inventory is not changed. The scan allocates
 * nothing per node, so that ten thousand nodes take about a millisecond.
 */
import type { NodeId, WorkloadId } from '@orrery/api/id.ts'
import type { PlannerInventory, PlannerWorkload } from '../inventory/model.ts'
import type { PlannerPolicy } from '../policy/model.ts'
import { pendingMessage, placedMessage } from './explain.ts'
import { type Filter, filterMessage, filters } from './filters.ts'
import { gpuChoose } from './gpu.ts'
import { type Request, requestCreate } from '../inventory/request.ts'

export type DecisionCandidate = {
  nodeIndex: number
  nodeId: NodeId
  nodeName: string
  total: number
  scores: Record<string, number>
}

export type PlacementDecision = {
  workloadId: WorkloadId
  workloadName: string
  outcome: 'placed' | 'pending'
  nodeIndex: number | null
  /** zero-based devices of the node */
  gpuIndexes: number[]
  considered: number
  /** those that removed a node, in the order they were asked */
  filters: { filter: string; removed: number; message: string }[]
  feasible: number
  chosen: DecisionCandidate | null
  runnerUp: DecisionCandidate | null
  /** a sentence a person reads */
  message: string
}

/** `random` gives numbers in [0, 1); a policy that is not deterministic needs it. */
export function decide(
  inventory: PlannerInventory,
  workload: PlannerWorkload,
  policy: PlannerPolicy,
  random?: () => number,
): PlacementDecision {
  const request = requestCreate(inventory, workload, random ?? noRandom)
  const scan = nodesScan(inventory, request, policy)
  const decision = {
    workloadId: workload.id,
    workloadName: workload.name,
    considered: scan.considered,
    filters: scan.active.flatMap((filter, index) => {
      const removed = scan.removed[index] ?? 0
      if (removed === 0) return []
      return [{ filter: filter.name, removed, message: filterMessage(filter, inventory, request, removed) }]
    }),
    feasible: scan.feasible,
  }
  if (scan.best < 0) {
    const message = pendingMessage(inventory, request, scan.active, scan.removed)
    return {
      ...decision,
      outcome: 'pending',
      nodeIndex: null,
      gpuIndexes: [],
      chosen: null,
      runnerUp: null,
      message,
    }
  }
  const chosen = candidate(inventory, request, policy, scan.best, scan.bestTotal)
  const runnerUp = scan.next < 0 ? null : candidate(inventory, request, policy, scan.next, scan.nextTotal)
  return {
    ...decision,
    outcome: 'placed',
    nodeIndex: scan.best,
    gpuIndexes: gpuChoose(inventory, request, scan.best, policy),
    chosen,
    runnerUp,
    message: placedMessage(decision, policy, chosen, runnerUp),
  }
}

type Scan = {
  considered: number
  feasible: number
  active: readonly Filter[]
  removed: Int32Array
  best: number
  bestTotal: number
  next: number
  nextTotal: number
}

function nodesScan(inventory: PlannerInventory, request: Request, policy: PlannerPolicy): Scan {
  const active = filters.filter((filter) => filter.applies(request))
  const removed = new Int32Array(active.length)
  const { present } = inventory.nodes
  const scores = policy.scores.map(({ score, weight }) => ({
    score: score.prepare?.(inventory) ?? score,
    weight,
  }))
  let considered = 0
  let feasible = 0
  let best = -1
  let bestTotal = Number.NEGATIVE_INFINITY
  let next = -1
  let nextTotal = Number.NEGATIVE_INFINITY
  const drawsTies = policy.ties === 'random'
  // How many have the best total so far: of these, each is as likely.
  let level = 0
  nodes: for (let node = 0; node < inventory.count; node += 1) {
    if (present[node] !== 1) continue
    considered += 1
    for (let index = 0; index < active.length; index += 1) {
      if (active[index]?.removes(inventory, request, node) === true) {
        removed[index] = (removed[index] ?? 0) + 1
        continue nodes
      }
    }
    feasible += 1
    let total = 0
    for (const { score, weight } of scores) total += weight * score.of(inventory, request, node)
    const isBest = best < 0 || total > bestTotal
    level = isBest ? 1 : total === bestTotal ? level + 1 : level
    if (isBest || (drawsTies && total === bestTotal && request.draw() * level < 1)) {
      next = best
      nextTotal = bestTotal
      best = node
      bestTotal = total
    } else if (next < 0 || total > nextTotal) {
      next = node
      nextTotal = total
    }
  }
  return { considered, feasible, active, removed, best, bestTotal, next, nextTotal }
}

function candidate(
  inventory: PlannerInventory,
  request: Request,
  policy: PlannerPolicy,
  node: number,
  total: number,
): DecisionCandidate {
  const scores: Record<string, number> = {}
  for (const { score } of policy.scores) {
    // Drawing again would show another number than the one that decided.
    scores[score.name] = policy.deterministic ? score.of(inventory, request, node) : total
  }
  // The scan gives indexes of nodes that are there.
  const nodeId = inventory.ids[node] as NodeId
  return { nodeIndex: node, nodeId, nodeName: inventory.names[node] ?? '', total, scores }
}

function noRandom(): number {
  throw new Error('a policy that draws was asked without a source of random numbers')
}
