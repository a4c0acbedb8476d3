/**
 * Lowers the highest utilisation, a move at a time: from the fullest node, the workload whose leaving lowers most the
 * fuller of the two nodes that it concerns. A node that no move makes better is left, and the next fullest is looked at.
 */
import { percentInWords } from '../words.ts'
import { placementChoose } from '../placement-index.ts'
import { tournamentCreate, tournamentSet, tournamentSettle, tournamentWinner } from '../tournament.ts'
import { type Moving, moveTo, movingClass, movingCreate, proposalOf, standingByNode } from './moving.ts'
import type { Proposal, Reoptimisation, Standing } from './proposal.ts'
import { leastUsed, nodeUse } from './use.ts'

export type Balance = { highestBefore: number; highestAfter: number }

/** A move that gains less than this share of a node is not worth its cost. */
const gainLeast = 0.01

/** `policy` does not matter here: a workload goes to the node that is least full afterwards. */
export function balancePropose(asked: Reoptimisation): Proposal<Balance> {
  const { movesMax, fixed } = asked
  const moving = movingCreate(asked, leastUsed)
  const { inventory, moves } = moving
  const byNode = standingByNode(
    asked.standing.filter(({ workload }) => fixed?.has(workload.id) !== true),
    inventory.count,
  )
  const highestBefore = highest(moving)
  const fullest = tournamentCreate(inventory.count)
  for (let node = 0; node < inventory.count; node += 1) {
    const isSource = inventory.nodes.ready[node] === 1 && (byNode[node]?.length ?? 0) > 0
    if (isSource) fullest.tree[fullest.leaves + node] = nodeUse(inventory, node)
  }
  tournamentSettle(fullest)
  const isOpen = (node: number) => fullest.tree[fullest.leaves + node] !== Number.NEGATIVE_INFINITY
  while (moves.length < movesMax) {
    const node = tournamentWinner(fullest)
    if (node < 0) break
    const best = bestOf(moving, node, byNode[node] ?? [])
    if (best === null) {
      tournamentSet(fullest, node, Number.NEGATIVE_INFINITY)
      continue
    }
    const { standing, toIndex } = best
    const before = nodeUse(inventory, node)
    const after = nodeUse(inventory, node, movingClass(moving, standing).request, -1)
    const there = nodeUse(inventory, toIndex, movingClass(moving, standing).request, 1)
    const names = inventory.names
    moveTo(
      moving,
      standing,
      toIndex,
      `${names[node]} falls from ${percentInWords(before)} to ${percentInWords(after)}; ${names[toIndex]} comes to ${percentInWords(there)}`,
    )
    // What has moved stays where it is.
    byNode[node] = (byNode[node] ?? []).filter((each) => each !== standing)
    for (const each of [node, toIndex])
      if (isOpen(each)) tournamentSet(fullest, each, nodeUse(inventory, each))
  }
  return proposalOf(moving, { highestBefore, highestAfter: highest(moving) })
}

/** The move away from a node that is best for the fuller of the two; null when none gains enough. */
function bestOf(
  moving: Moving,
  node: number,
  here: readonly Standing[],
): { standing: Standing; toIndex: number } | null {
  const { inventory, index } = moving
  let least = nodeUse(inventory, node) - gainLeast
  let best: { standing: Standing; toIndex: number } | null = null
  const seen = new Set<unknown>()
  for (const standing of here) {
    const kind = movingClass(moving, standing)
    // Those that ask for the same would go to the same node.
    if (seen.has(kind)) continue
    seen.add(kind)
    const toIndex = placementChoose(index, kind)
    // Where the node itself would be the least full with it once more, all others are fuller than it is.
    if (toIndex < 0 || toIndex === node) continue
    const after = Math.max(
      nodeUse(inventory, node, kind.request, -1),
      nodeUse(inventory, toIndex, kind.request, 1),
    )
    if (after >= least) continue
    least = after
    best = { standing, toIndex }
  }
  return best
}

function highest({ inventory }: Moving): number {
  let most = 0
  for (let node = 0; node < inventory.count; node += 1)
    if (inventory.nodes.present[node] === 1) most = Math.max(most, nodeUse(inventory, node))
  return most
}
