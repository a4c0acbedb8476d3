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

/** A node that is to be emptied, and what stands on it. */
export type Leaving = { nodeId: string; workloads: readonly PlacedWorkload[] }

type Stuck = { workload: PlacedWorkload; fromIndex: number; decision: PlacementDecision }
/** `stuck` are those for which no other node has room; their decisions say why. */
export type Evacuation = { moves: Move[]; stuck: Stuck[] }

/**
 * Finds a new node for each workload of the nodes that are left, all of them together: higher priority first, then the
 * largest share of its node first, for large ones are the hardest to place. Room that a move frees is on a node being
 * left, so no move waits for another; applied in any order, none exceeds a limit. The inventory is not changed.
 *
 * It does what `evacuatePropose` of the re-optimisers does, but by whole decisions: a drain keeps for each workload which
 * nodes were refused and why, who came second, and why one must stay; the re-optimiser's index finds the node alone.
 */
export function evacuate(
  inventory: PlannerInventory,
  leaving: readonly Leaving[],
  policy: PlannerPolicy,
  random?: () => number,
): Evacuation {
  const imagined = inventoryCopy(inventory)
  const standing = leaving.flatMap(({ nodeId, workloads }) => {
    const fromIndex = inventory.indexes.get(nodeId)
    if (fromIndex === undefined) throw new Error(`node ${nodeId} is not in the inventory`)
    imagined.nodes.ready[fromIndex] = 0
    return workloads.map((workload) => ({
      workload,
      fromIndex,
      size: nodeShare(inventory, fromIndex, workload),
    }))
  })
  const evacuation: Evacuation = { moves: [], stuck: [] }
  for (const { workload, fromIndex } of standing.toSorted(
    (a, b) => b.workload.priority - a.workload.priority || b.size - a.size,
  )) {
    const decision = decide(imagined, workload, policy, random)
    if (decision.nodeIndex === null) {
      evacuation.stuck.push({ workload, fromIndex, decision })
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
