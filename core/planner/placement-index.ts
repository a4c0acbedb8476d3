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
import { filters, hasRoom } from './filters.ts'
import { gpuChoose } from './gpu.ts'
import { type Shapes, shapesFind } from './shapes.ts'
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
  /** found when the first class is made */
  shapes: Shapes | null
  /** counts every change of a node */
  clock: number
  /** the clock after each node's last change */
  changedAt: Float64Array
  /** the clock after each node's last release */
  releasedAt: Float64Array
  /** the node that changed last, and from each one that ever changed the one before it and after it; -1: none */
  newest: number
  older: Int32Array
  newer: Int32Array
}

export type PlacementClass = {
  workload: PlannerWorkload
  request: Request
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
    shapes: null,
    clock: 0,
    changedAt: new Float64Array(inventory.count),
    releasedAt: new Float64Array(inventory.count),
    newest: -1,
    older: new Int32Array(inventory.count).fill(-1),
    newer: new Int32Array(inventory.count).fill(-1),
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
  const devices = devicesOf(index, asked, node)
  inventoryReserve(index.inventory, node, asked.workload, devices)
  changed(index, node)
  return devices
}

/** Gives back what a workload holds on a node; nobody need have asked for a place of its class. */
export function placementRelease(
  index: PlacementIndex,
  asked: Pick<PlacementClass, 'workload'>,
  node: number,
  gpuIndexes: readonly number[],
): void {
  inventoryRelease(index.inventory, node, asked.workload, gpuIndexes)
  changed(index, node)
  index.releasedAt[node] = index.clock
}

function devicesOf(
  { inventory, policy, scores }: PlacementIndex,
  asked: PlacementClass,
  node: number,
): number[] {
  const { request } = asked
  const isShare = request.gpuCount === 1 && request.gpuMilli < 1000
  const device =
    (policy.gpuRule === 'gradient' || policy.gpuRule === 'fill') && isShare
      ? scores[0]?.score.device?.(inventory, request, node)
      : undefined
  return device === undefined ? gpuChoose(inventory, request, node, policy.gpuRule) : [device]
}

function changed(index: PlacementIndex, node: number): void {
  index.clock += 1
  index.changedAt[node] = index.clock
  newestMake(index, node)
  for (const { score } of index.scores) score.changed?.(node)
}

function newestMake(index: PlacementIndex, node: number): void {
  const { newest, older, newer } = index
  if (newest === node) return
  const after = newer[node] ?? -1
  const before = older[node] ?? -1
  if (after >= 0) older[after] = before
  if (before >= 0) newer[before] = after
  older[node] = newest
  newer[node] = -1
  if (newest >= 0) newer[newest] = node
  index.newest = node
}

function classCreate(index: PlacementIndex, workload: PlannerWorkload): PlacementClass {
  const { inventory, changedAt } = index
  const shapes = (index.shapes ??= shapesFind(inventory))
  const request = requestCreate(inventory, workload, index.draw)
  const made: PlacementClass = {
    workload,
    request,
    eligible: new Uint8Array(inventory.count),
    tournament: tournamentCreate(inventory.count),
    seen: index.clock,
  }
  const fixed = filters.filter((filter) => !filter.turns && filter.applies(request))
  const isEligible = (node: number) =>
    inventory.nodes.present[node] === 1 && !fixed.some((filter) => filter.removes(inventory, request, node))
  // Nodes of one shape differ to a request that names nodes, or a group that stands on some.
  const isAlike = request.nodeIndexes === null && request.avoid === null
  const eligible = new Int8Array(shapes.count).fill(-1)
  const scores = new Float64Array(shapes.count).fill(Number.NaN)
  const { leaves, tree } = made.tournament
  for (let node = 0; node < inventory.count; node += 1) {
    const shape = isAlike ? (shapes.ofNode[node] ?? -1) : -1
    let known = shape < 0 ? -1 : (eligible[shape] ?? -1)
    if (known < 0) {
      known = isEligible(node) ? 1 : 0
      if (shape >= 0) eligible[shape] = known
    }
    made.eligible[node] = known
    if (known === 0) continue
    if (shape < 0 || changedAt[node] !== 0) {
      tree[leaves + node] = scored(index, made, node)
      continue
    }
    let score = scores[shape] ?? Number.NaN
    if (Number.isNaN(score)) scores[shape] = score = scored(index, made, node)
    tree[leaves + node] = score
  }
  tournamentSettle(made.tournament)
  return made
}

function classRefresh(index: PlacementIndex, asked: PlacementClass): void {
  const { clock, changedAt, older, inventory } = index
  const { seen } = asked
  const { antiAffinity } = asked.workload.constraints
  if (antiAffinity !== undefined) {
    // A group's counts are another map after its last workload left and one came again.
    asked.request.avoid = inventory.groups.get(antiAffinity) ?? asked.request.avoid
  }
  for (let node = index.newest; node >= 0 && (changedAt[node] ?? 0) > seen; node = older[node] ?? -1) {
    nodeRefresh(index, asked, node)
  }
  asked.seen = clock
}

function nodeRefresh(index: PlacementIndex, asked: PlacementClass, node: number): void {
  const { tournament, seen } = asked
  // Where there was no room there is none until something leaves.
  const wasOut = tournament.tree[tournament.leaves + node] === Number.NEGATIVE_INFINITY
  if (wasOut && (index.releasedAt[node] ?? 0) <= seen) return
  tournamentSet(tournament, node, scored(index, asked, node))
}

/** The sum that `decide` compares; minus infinity where a filter removes the node. */
function scored(
  { inventory, scores }: PlacementIndex,
  { eligible, request }: PlacementClass,
  node: number,
): number {
  if (eligible[node] !== 1 || !hasRoom(inventory, request, node)) return Number.NEGATIVE_INFINITY
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
