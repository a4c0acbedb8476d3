/** Empties given nodes, as for a drain or a zone at risk: all of it, or as much as finds a place elsewhere. */
import { decide } from '../decide.ts'
import { countInWords } from '../words.ts'
import { demandSize } from '../order.ts'
import { type Moving, moveFind, movesUndo, movingCreate, proposalOf } from './moving.ts'
import type { Proposal, Reoptimisation, Standing, Stay } from './proposal.ts'

export type Evacuated = { nodesAsked: number; nodesEmptied: number; workloadsLeft: number }

/** `whole`: unless everything can leave, nothing does. */
export type Evacuate = Reoptimisation & { nodeIndexes: readonly number[]; whole?: boolean }

/** Higher priority first, then the largest, which are the hardest to place. */
export function evacuatePropose(asked: Evacuate): Proposal<Evacuated> {
  const { inventory, movesMax, policy, fixed, whole = false } = asked
  const leaving = new Set(asked.nodeIndexes)
  const moving = movingCreate(asked, policy, ({ nodes }) => {
    for (const node of leaving) nodes.ready[node] = 0
  })
  const size = ({ workload }: Standing) => demandSize(inventory, workload.demand)
  const standing = asked.standing
    .filter(({ nodeIndex }) => leaving.has(nodeIndex))
    .map((each) => ({ each, size: size(each) }))
    .toSorted((a, b) => b.each.workload.priority - a.each.workload.priority || b.size - a.size)
  const stays: Stay[] = []
  const why = reasons(moving)
  for (const { each } of standing) {
    const name = moving.inventory.names[each.nodeIndex]
    const reason = fixed?.has(each.workload.id)
      ? 'It is not to be moved.'
      : moving.moves.length >= movesMax
        ? `The limit of ${countInWords(movesMax, 'move')} is reached.`
        : moveFind(moving, each, `leaves ${name}, which is to be emptied`)
          ? null
          : why(each)
    if (reason !== null) stays.push({ workload: each.workload, nodeIndex: each.nodeIndex, reason })
  }
  if (whole && stays.length > 0) {
    const others = `${countInWords(stays.length, 'workload')} cannot leave, and all are to leave or none.`
    const would = moving.moves.map(({ workload, fromIndex }): Stay => ({
      workload,
      nodeIndex: fromIndex,
      reason: others,
    }))
    movesUndo(moving, 0)
    stays.push(...would)
  }
  const { workloadCount } = moving.inventory.nodes
  return proposalOf(
    moving,
    {
      nodesAsked: leaving.size,
      nodesEmptied: Array.from(leaving).filter((node) => workloadCount[node] === 0).length,
      workloadsLeft: Array.from(leaving).reduce((sum, node) => sum + (workloadCount[node] ?? 0), 0),
    },
    stays,
  )
}

/** While places are only taken, those that ask for the same wait for the same reason. */
function reasons({ inventory, asked: { policy, random } }: Moving): (standing: Standing) => string {
  const known = new Map<string, string>()
  return ({ workload }) => {
    const asks = JSON.stringify([workload.demand, workload.constraints])
    const message = known.get(asks) ?? decide(inventory, workload, policy, random).message
    known.set(asks, message)
    return message
  }
}
