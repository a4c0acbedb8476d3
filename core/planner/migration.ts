/** Moving the workloads of a node elsewhere, in an order in which every step finds its room already free. */
import { inventoryCopy } from '../inventory.ts'
import type { PlannerInventory, PlannerWorkload } from '../inventory/model.ts'
import { inventoryRelease, inventoryReserve } from '../inventory/reserve.ts'
import type { PlannerPolicy } from '../policy/model.ts'
import { type PlacementDecision, decide } from './decide.ts'

/** A workload where it stands, with the devices it holds there. */
export type PlacedWorkload = PlannerWorkload & { gpuIndexes: readonly number[] }

export type Move = {
  workload: PlacedWorkload
  fromIndex: number
  toIndex: number
  decision: PlacementDecision
}

/** `stuck` are those for which no other node has room; their decisions say why. */
export type Evacuation = { moves: Move[]; stuck: { workload: PlacedWorkload; decision: PlacementDecision }[] }

/**
 * Finds a new node for each of `workloads`, which stand on `nodeId`: higher priority first, then the largest share of
 * the node first, for large ones are the hardest to place. Room that a move frees is on the node being left, so no
 * move waits for another; applied in order, none exceeds a limit. The inventory is not changed.
 */
export function evacuate(
  inventory: PlannerInventory,
  nodeId: string,
  workloads: readonly PlacedWorkload[],
  policy: PlannerPolicy,
  random?: () => number,
): Evacuation {
  const fromIndex = inventory.indexes.get(nodeId)
  if (fromIndex === undefined) throw new Error(`node ${nodeId} is not in the inventory`)
  const imagined = inventoryCopy(inventory)
  imagined.nodes.ready[fromIndex] = 0
  const evacuation: Evacuation = { moves: [], stuck: [] }
  const size = (workload: PlacedWorkload) => nodeShare(inventory, fromIndex, workload)
  for (const workload of workloads.toSorted((a, b) => b.priority - a.priority || size(b) - size(a))) {
    const decision = decide(imagined, workload, policy, random)
    if (decision.nodeIndex === null) {
      evacuation.stuck.push({ workload, decision })
      continue
    }
    inventoryRelease(imagined, fromIndex, workload, workload.gpuIndexes)
    inventoryReserve(imagined, decision.nodeIndex, workload, decision.gpuIndexes)
    evacuation.moves.push({ workload, fromIndex, toIndex: decision.nodeIndex, decision })
  }
  return evacuation
}

/** The largest of its shares of the node's cores, memory and GPUs. */
function nodeShare({ nodes }: PlannerInventory, node: number, { demand }: PlannerWorkload): number {
  const share = (asked: number, whole: number | undefined) => asked / Math.max(1, whole ?? 0)
  return Math.max(
    share(demand.cpuCores * 1e6, nodes.cpuCapacity[node]),
    share(demand.memoryBytes, nodes.memoryCapacity[node]),
    share(demand.gpu.count * demand.gpu.milli, nodes.gpuMilliCapacity[node]),
  )
}
