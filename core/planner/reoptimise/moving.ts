/** Moves that are made on an imagined inventory, one after the other, and can be taken back. */
import { inventoryCopy } from '../../inventory.ts'
import type { PlannerInventory } from '../../inventory/model.ts'
import type { PlannerPolicy } from '../../policy/model.ts'
import {
  type PlacementClass,
  type PlacementIndex,
  placementChoose,
  placementClass,
  placementIndexCreate,
  placementNodeChanged,
  placementRelease,
  placementReserve,
  placementTake,
} from '../placement-index.ts'
import { moveCost } from './cost.ts'
import type { Proposal, ProposedMove, Reoptimisation, Standing, Stay } from './proposal.ts'

export type Moving = {
  inventory: PlannerInventory
  index: PlacementIndex
  /** by workload */
  classes: Map<string, PlacementClass>
  moves: ProposedMove[]
  asked: Reoptimisation
}

/** `prepare` may change the copy before anything is chosen on it, as to take nodes out of service. */
export function movingCreate(
  asked: Reoptimisation,
  policy: PlannerPolicy,
  prepare: (inventory: PlannerInventory) => void = () => undefined,
): Moving {
  const inventory = inventoryCopy(asked.inventory)
  prepare(inventory)
  return {
    inventory,
    index: placementIndexCreate(inventory, policy, asked.random),
    classes: new Map(),
    moves: [],
    asked,
  }
}

export function movingClass(
  { index, classes }: Moving,
  { workload }: Pick<Standing, 'workload'>,
): PlacementClass {
  const known = classes.get(workload.id)
  if (known !== undefined) return known
  const found = placementClass(index, workload)
  classes.set(workload.id, found)
  return found
}

/** Keeps a node from being chosen, or lets it be chosen again if it could be before. */
export function nodeBar({ inventory, index, asked }: Moving, node: number, isBarred: boolean): void {
  inventory.nodes.ready[node] = isBarred ? 0 : (asked.inventory.nodes.ready[node] ?? 0)
  placementNodeChanged(index, node)
}

/** Moves the workload to the node that the policy chooses now. False: there is none. */
export function moveFind(moving: Moving, standing: Standing, reason: string): boolean {
  const toIndex = placementChoose(moving.index, movingClass(moving, standing))
  if (toIndex < 0) return false
  moveTo(moving, standing, toIndex, reason)
  return true
}

/** It takes its new place before it gives up the old one. */
export function moveTo(moving: Moving, standing: Standing, toIndex: number, reason: string): void {
  const { index, inventory, moves, asked } = moving
  const { workload, nodeIndex } = standing
  const kind = movingClass(moving, standing)
  const gpuIndexes = placementReserve(index, kind, toIndex)
  placementRelease(index, kind, nodeIndex, workload.gpuIndexes)
  const cost = moveCost(inventory, workload, nodeIndex, toIndex, asked.rates)
  moves.push({ workload, fromIndex: nodeIndex, toIndex, gpuIndexes, cost, reason })
}

/** Takes back the last moves until so many are left. */
export function movesUndo(moving: Moving, count: number): void {
  const { index, moves } = moving
  while (moves.length > count) {
    const move = moves.pop()
    if (move === undefined) return
    const kind = movingClass(moving, move)
    placementRelease(index, kind, move.toIndex, move.gpuIndexes)
    placementTake(index, kind, move.fromIndex, move.workload.gpuIndexes)
  }
}

export function proposalOf<Gain>({ moves }: Moving, gain: Gain, stays: Stay[] = []): Proposal<Gain> {
  const cost = { seconds: 0, bytes: 0 }
  for (const move of moves) {
    cost.seconds += move.cost.seconds
    cost.bytes += move.cost.bytes
  }
  return { moves, stays, cost, gain }
}

/** By node, those that stand on it. */
export function standingByNode(standing: readonly Standing[], count: number): Standing[][] {
  const byNode = Array.from({ length: count }, (): Standing[] => [])
  for (const each of standing) byNode[each.nodeIndex]?.push(each)
  return byNode
}
