/**
 * The way from how things stand to how they are to stand, as a run of the twin ended. A move may go into room that an
 * earlier one freed. Where moves wait for each other in a circle, one of the workloads steps aside to a node with room, and
 * moves on when its place is free; where nobody can, they stay and say why.
 */
import { placementChoose, placementFits } from '../placement-index.ts'
import { countInWords } from '../words.ts'
import { type Moving, moveTo, movesUndo, movingClass, movingCreate, proposalOf, nodeBar } from './moving.ts'
import type { Proposal, Reoptimisation, Standing, Stay } from './proposal.ts'

export type Wanted = { standing: Standing; toIndex: number }
export type Rearranged = { wanted: number; reached: number; aside: number }

/** A workload that has not come where it is wanted; `standing` is where it is by now. */
type Pending = Wanted & { isAside: boolean }

/** By the node they wait for. */
type Waiting = Map<number, Set<Pending>>

/** The policy chooses where to step aside, and the devices. */
export function rearrangePropose(
  asked: Reoptimisation & { wanted: readonly Wanted[] },
): Proposal<Rearranged> {
  const { movesMax, policy, fixed } = asked
  const moving = movingCreate(asked, policy)
  const isFixed = ({ standing }: Wanted) => fixed?.has(standing.workload.id) === true
  const wanted = asked.wanted.filter(({ standing, toIndex }) => standing.nodeIndex !== toIndex)
  const all = wanted.filter((each) => !isFixed(each)).map((each): Pending => ({ ...each, isAside: false }))
  const waiting: Waiting = new Map()
  let left = settle(moving, all, waiting)
  // Stepping aside is worth it only when there is a move left to come back.
  const isLimit = () => left.length > 0 || moving.moves.length + 2 > movesMax
  for (let before = -1; before < moving.moves.length && !isLimit();) {
    before = moving.moves.length
    for (const each of everyone(waiting)) {
      if (isLimit()) break
      const freed = stepAside(moving, waiting, each)
      if (freed >= 0) left = settle(moving, waitingTake(waiting, freed), waiting)
    }
  }
  const late = [...left, ...everyone(waiting)]
  const stays = [
    ...wanted.filter(isFixed).map((each) => stayOf(each, 'It is not to be moved.')),
    ...late.map((each) =>
      stayOf(
        each,
        isLimit()
          ? `The limit of ${countInWords(movesMax, 'move')} is reached.`
          : `There is no room on ${moving.inventory.names[each.toIndex]}, and what is in the way has no other place to go to.`,
      ),
    ),
  ]
  const aside = all.filter(({ isAside }) => isAside).length
  return proposalOf(moving, { wanted: wanted.length, reached: wanted.length - stays.length, aside }, stays)
}

function stayOf({ standing: { workload, nodeIndex } }: Wanted, reason: string): Stay {
  return { workload, nodeIndex, reason }
}

/** Moves whoever has room, and then those who waited for what that freed. Gives those whom the limit stopped. */
function settle(moving: Moving, queue: readonly Pending[], waiting: Waiting): Pending[] {
  const { index, moves, asked, inventory } = moving
  const open = [...queue]
  for (let at = 0; at < open.length; at += 1) {
    const each = open[at]
    if (each === undefined) break
    if (moves.length >= asked.movesMax) return open.slice(at)
    const { standing, toIndex } = each
    if (placementFits(index, movingClass(moving, standing), toIndex)) {
      moveTo(moving, standing, toIndex, `belongs on ${inventory.names[toIndex]}`)
      open.push(...waitingTake(waiting, standing.nodeIndex))
    } else waitingAdd(waiting, each)
  }
  return []
}

/** Lets one who waits make room for another. Gives the node that it left; -1: it stays. */
function stepAside(moving: Moving, waiting: Waiting, each: Pending): number {
  const { index, moves, inventory } = moving
  const { standing, toIndex, isAside } = each
  const from = standing.nodeIndex
  const behind = waiting.get(from)
  if (isAside || behind === undefined || waiting.get(toIndex)?.has(each) !== true) return -1
  const aside = placeAside(moving, standing)
  if (aside < 0) return -1
  const before = moves.length
  const names = inventory.names
  moveTo(moving, standing, aside, `makes room on ${names[from]}, until ${names[toIndex]} is free`)
  if (!Array.from(behind).some((other) => placementFits(index, movingClass(moving, other.standing), from))) {
    movesUndo(moving, before)
    return -1
  }
  const gpuIndexes = moves.at(-1)?.gpuIndexes ?? []
  each.standing = { workload: { ...standing.workload, gpuIndexes }, nodeIndex: aside }
  each.isAside = true
  return from
}

function placeAside(moving: Moving, standing: Standing): number {
  const kind = movingClass(moving, standing)
  const found = placementChoose(moving.index, kind)
  if (found !== standing.nodeIndex) return found
  nodeBar(moving, standing.nodeIndex, true)
  const other = placementChoose(moving.index, kind)
  nodeBar(moving, standing.nodeIndex, false)
  return other
}

function everyone(waiting: Waiting): Pending[] {
  return Array.from(waiting.values(), (each) => [...each]).flat()
}

function waitingAdd(waiting: Waiting, each: Pending): void {
  const known = waiting.get(each.toIndex)
  if (known === undefined) waiting.set(each.toIndex, new Set([each]))
  else known.add(each)
}

function waitingTake(waiting: Waiting, node: number): Pending[] {
  const taken = waiting.get(node)
  waiting.delete(node)
  return taken === undefined ? [] : [...taken]
}
