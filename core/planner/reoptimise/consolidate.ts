/**
 * Empties the least used nodes, so that they can sleep or be sold. A node is emptied whole or left as it is, and what
 * leaves it goes to nodes that hold something already; none of these is emptied afterwards, so that nothing moves twice.
 */
import { percentInWords } from '../words.ts'
import { moveFind, movesUndo, movingCreate, proposalOf, standingByNode, nodeBar } from './moving.ts'
import type { Proposal, Reoptimisation, Standing } from './proposal.ts'
import { nodeUse } from './use.ts'

export type Consolidation = { emptied: number[]; nodesInUseBefore: number; nodesInUseAfter: number }

export function consolidatePropose(asked: Reoptimisation): Proposal<Consolidation> {
  const { movesMax, policy, fixed } = asked
  // An empty node is no better than the one that is left.
  const moving = movingCreate(asked, policy, ({ nodes, count }) => {
    for (let node = 0; node < count; node += 1) if (nodes.workloadCount[node] === 0) nodes.ready[node] = 0
  })
  const { inventory, moves } = moving
  const { nodes } = inventory
  const byNode = standingByNode(asked.standing, inventory.count)
  const isInUse = (node: number) => nodes.present[node] === 1 && (nodes.workloadCount[node] ?? 0) > 0
  const uses = Float64Array.from({ length: inventory.count }, (_, node) => nodeUse(inventory, node))
  const inUse = Array.from(uses.keys()).filter(isInUse)
  // What is not known to stand there cannot be moved away.
  const isCandidate = (node: number) => {
    const here = byNode[node] ?? []
    return (
      nodes.ready[node] === 1 &&
      here.length === nodes.workloadCount[node] &&
      !here.some(({ workload }) => fixed?.has(workload.id))
    )
  }
  const receives = new Uint8Array(inventory.count)
  const emptied: number[] = []
  for (const node of inUse.filter(isCandidate).toSorted((a, b) => (uses[a] ?? 0) - (uses[b] ?? 0) || a - b)) {
    const leaving = byNode[node] ?? []
    if (receives[node] === 1 || moves.length + leaving.length > movesMax) continue
    const before = moves.length
    const reason = `empties ${inventory.names[node]}, of which ${percentInWords(uses[node] ?? 0)} are in use`
    nodeBar(moving, node, true)
    if (largestFirst(leaving).every((each) => moveFind(moving, each, reason))) {
      emptied.push(node)
      for (const { toIndex } of moves.slice(before)) receives[toIndex] = 1
      continue
    }
    movesUndo(moving, before)
    nodeBar(moving, node, false)
  }
  return proposalOf(moving, {
    emptied,
    nodesInUseBefore: inUse.length,
    nodesInUseAfter: inUse.filter(isInUse).length,
  })
}

/** The hardest to place first, so that a node that cannot be emptied is known soon. */
function largestFirst(standing: readonly Standing[]): Standing[] {
  const size = ({ workload: { demand } }: Standing) => demand.gpu.count * demand.gpu.milli
  return standing.toSorted(
    (a, b) =>
      size(b) - size(a) ||
      b.workload.demand.memoryBytes - a.workload.demand.memoryBytes ||
      b.workload.demand.cpuCores - a.workload.demand.cpuCores,
  )
}
