/** One class of a placement index: what each node scores for those who ask for the same. */
import type { PlannerInventory, PlannerWorkload } from '../inventory/model.ts'
import { type Request, requestCreate } from '../inventory/request.ts'
import { filters, hasRoom } from './filters.ts'
import type { PlacementClass, PlacementIndex } from './placement-index.ts'
import { shapesFind } from './shapes.ts'
import { tournamentCreate, tournamentSet, tournamentSettle } from './tournament.ts'

/** Asks every node once; nodes of one shape share their answers. */
export function classCreate(index: PlacementIndex, workload: PlannerWorkload): PlacementClass {
  const { inventory, changedAt, alteredAt } = index
  const shapes = (index.shapes ??= shapesFind(inventory))
  const request = requestCreate(inventory, workload, index.draw)
  const made: PlacementClass = {
    workload,
    request,
    requested: index.clock,
    eligible: new Uint8Array(inventory.count),
    tournament: tournamentCreate(inventory.count),
    seen: index.clock,
  }
  const isEligible = eligibleBy(inventory, request)
  // Nodes of one shape differ to a request that names nodes, or a group that stands on some.
  const isAlike = request.nodeIndexes === null && request.avoid === null
  const eligible = new Int8Array(shapes.count).fill(-1)
  const scores = new Float64Array(shapes.count).fill(Number.NaN)
  const { leaves, tree } = made.tournament
  for (let node = 0; node < inventory.count; node += 1) {
    const shape = isAlike && alteredAt[node] === 0 ? (shapes.ofNode[node] ?? -1) : -1
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

/** Asks those nodes again that changed since. */
export function classRefresh(index: PlacementIndex, asked: PlacementClass): void {
  const { clock, changedAt, older, inventory } = index
  const { seen } = asked
  if (asked.requested < index.prepared.clock) {
    asked.request = requestCreate(inventory, asked.workload, index.draw)
    asked.requested = clock
  }
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
  if ((index.alteredAt[node] ?? 0) > seen) {
    asked.eligible[node] = eligibleBy(index.inventory, asked.request)(node) ? 1 : 0
  }
  // Where there was no room there is none until something leaves.
  const wasOut = tournament.tree[tournament.leaves + node] === Number.NEGATIVE_INFINITY
  if (wasOut && (index.releasedAt[node] ?? 0) <= seen) return
  tournamentSet(tournament, node, scored(index, asked, node))
}

/** Whether no filter that stays as it is removes a node. */
function eligibleBy(inventory: PlannerInventory, request: Request): (node: number) => boolean {
  const fixed = filters.filter((filter) => !filter.turns && filter.applies(request))
  return (node) =>
    inventory.nodes.present[node] === 1 && !fixed.some((filter) => filter.removes(inventory, request, node))
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

/** Of those with the best sum, each as likely. -1: none has room. */
export function classDraw(index: PlacementIndex, { tournament: { leaves, tree } }: PlacementClass): number {
  const { count } = index.inventory
  const best = tree[1] ?? Number.NEGATIVE_INFINITY
  if (best === Number.NEGATIVE_INFINITY) return -1
  let level = 0
  for (let node = 0; node < count; node += 1) if (tree[leaves + node] === best) level += 1
  let left = Math.floor(index.draw() * level)
  for (let node = 0; node < count; node += 1) {
    if (tree[leaves + node] !== best) continue
    if (left === 0) return node
    left -= 1
  }
  return -1
}
