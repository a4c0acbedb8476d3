/**
 * The choice of `decide`, kept up instead of searched anew: for streams of placements and departures on one inventory.
 *
 * Workloads that ask for the same form a class. A class remembers what each node scores for it; when it is asked again,
 * only the nodes that changed since are scored, and the best is at the top of a tournament. The index chooses the node
 * and devices that `decide` would choose, for every policy whose scores are local (core/policy/model.ts); a policy that
 * draws takes any node with room, each as likely, but by other draws than `decide`.
 *
 * While an index is in use, reserve and release through it. It does not see sites and nodes that come or change: make
 * another then.
 */
import type { PlannerInventory, PlannerWorkload } from '../inventory/model.ts'
import { type Request, requestCreate } from '../inventory/request.ts'
import { inventoryRelease, inventoryReserve } from '../inventory/reserve.ts'
import type { PlannerPolicy, PreparedScore } from '../policy/model.ts'
import { type Filter, filters } from './filters.ts'
import { gpuChoose } from './gpu.ts'
import {
  type Tournament,
  tournamentCreate,
  tournamentSet,
  tournamentSettle,
  tournamentWinner,
} from './tournament.ts'

export type PlacementIndex = {
  inventory: PlannerInventory
  policy: PlannerPolicy
  draw: () => number
  scores: { score: PreparedScore; weight: number }[]
  classes: Map<string, PlacementClass>
  /** counts every change of a node */
  clock: number
  /** the clock after each node's last change */
  changedAt: Float64Array
  /** the last changed nodes, a ring by clock */
  changes: Int32Array
}

export type PlacementClass = {
  workload: PlannerWorkload
  request: Request
  /** of the filters that reserving and releasing can turn, those that apply */
  active: readonly Filter[]
  /** 1: no filter that stays as it is removes the node */
  eligible: Uint8Array
  tournament: Tournament
  /** the index's clock when it was last asked */
  seen: number
}

export function placementIndexCreate(
  inventory: PlannerInventory,
  policy: PlannerPolicy,
  random?: () => number,
): PlacementIndex {
  const draws = !policy.deterministic
  if (!draws && policy.scores.some(({ score }) => !score.local)) {
    throw new Error(`the scores of ${policy.name} cannot be kept: other nodes move them`)
  }
  return {
    inventory,
    policy,
    draw: random ?? noRandom,
    scores: draws
      ? []
      : policy.scores.map(({ score, weight }) => ({ score: score.prepare?.(inventory) ?? score, weight })),
    classes: new Map(),
    clock: 0,
    changedAt: new Float64Array(inventory.count),
    changes: new Int32Array(2 ** Math.ceil(Math.log2(inventory.count + 1))),
  }
}

/** The class of a workload: all that ask for the same share one. */
export function placementClass(index: PlacementIndex, workload: PlannerWorkload): PlacementClass {
  const key = JSON.stringify([workload.demand, workload.constraints])
  const known = index.classes.get(key)
  if (known !== undefined) return known
  const made = classCreate(index, workload)
  index.classes.set(key, made)
  return made
}

/** The node for the next workload of a class, as things stand now. -1: none has room. */
export function placementChoose(index: PlacementIndex, asked: PlacementClass): number {
  classRefresh(index, asked)
  return index.policy.deterministic ? tournamentWinner(asked.tournament) : drawnOf(index, asked)
}

/** Places a workload of a class on a node and gives the devices it takes there. */
export function placementReserve(index: PlacementIndex, asked: PlacementClass, node: number): number[] {
  const devices = gpuChoose(index.inventory, asked.request, node, index.policy.gpuRule)
  inventoryReserve(index.inventory, node, asked.workload, devices)
  changed(index, node)
  return devices
}

/** Gives back what a workload of the class holds on a node. */
export function placementRelease(
  index: PlacementIndex,
  asked: PlacementClass,
  node: number,
  gpuIndexes: readonly number[],
): void {
  inventoryRelease(index.inventory, node, asked.workload, gpuIndexes)
  changed(index, node)
}

function changed(index: PlacementIndex, node: number): void {
  index.changes[index.clock & (index.changes.length - 1)] = node
  index.clock += 1
  index.changedAt[node] = index.clock
  for (const { score } of index.scores) score.changed?.(node)
}

function classCreate(index: PlacementIndex, workload: PlannerWorkload): PlacementClass {
  const { inventory } = index
  const request = requestCreate(inventory, workload, index.draw)
  const applying = filters.filter((filter) => filter.applies(request))
  const fixed = applying.filter((filter) => !filter.turns)
  const eligible = new Uint8Array(inventory.count)
  for (let node = 0; node < inventory.count; node += 1) {
    const isOut =
      inventory.nodes.present[node] !== 1 || fixed.some((filter) => filter.removes(inventory, request, node))
    eligible[node] = isOut ? 0 : 1
  }
  const made: PlacementClass = {
    workload,
    request,
    active: applying.filter((filter) => filter.turns),
    eligible,
    tournament: tournamentCreate(inventory.count),
    seen: index.clock,
  }
  const { leaves, tree } = made.tournament
  for (let node = 0; node < inventory.count; node += 1) tree[leaves + node] = scored(index, made, node)
  tournamentSettle(made.tournament)
  return made
}

function classRefresh(index: PlacementIndex, asked: PlacementClass): void {
  const { clock, changes, changedAt, inventory } = index
  const { antiAffinity } = asked.workload.constraints
  if (antiAffinity !== undefined) {
    // A group's counts are another map after its last workload left and one came again.
    asked.request.avoid = inventory.groups.get(antiAffinity) ?? asked.request.avoid
  }
  if (clock - asked.seen > changes.length) {
    for (let node = 0; node < inventory.count; node += 1) {
      if ((changedAt[node] ?? 0) > asked.seen)
        tournamentSet(asked.tournament, node, scored(index, asked, node))
    }
  } else {
    for (let at = asked.seen; at < clock; at += 1) {
      const node = changes[at & (changes.length - 1)] ?? 0
      // It changed once more later: that entry will do.
      if (changedAt[node] !== at + 1) continue
      tournamentSet(asked.tournament, node, scored(index, asked, node))
    }
  }
  asked.seen = clock
}

/** The sum that `decide` compares; minus infinity where a filter removes the node. */
function scored(index: PlacementIndex, asked: PlacementClass, node: number): number {
  const { inventory, scores } = index
  const { request, active } = asked
  if (asked.eligible[node] !== 1) return Number.NEGATIVE_INFINITY
  for (const filter of active) {
    if (filter.removes(inventory, request, node)) return Number.NEGATIVE_INFINITY
  }
  let total = 0
  for (const { score, weight } of scores) total += weight * score.of(inventory, request, node)
  return total
}

function drawnOf(index: PlacementIndex, { tournament: { leaves, tree } }: PlacementClass): number {
  const { count } = index.inventory
  let feasible = 0
  for (let node = 0; node < count; node += 1) if (tree[leaves + node] === 0) feasible += 1
  if (feasible === 0) return -1
  let left = Math.floor(index.draw() * feasible)
  for (let node = 0; node < count; node += 1) {
    if (tree[leaves + node] !== 0) continue
    if (left === 0) return node
    left -= 1
  }
  return -1
}

function noRandom(): number {
  throw new Error('a policy that draws was asked without a source of random numbers')
}
