/**
 * The choice of `decide`, kept up instead of searched anew: for streams of placements and departures on one inventory.
 *
 * Workloads that ask for the same form a class. A class remembers what each node scores for it; when it is asked again,
 * only the nodes that changed since are scored, and the best is at the top of a tournament. The index chooses the node
 * and devices that `decide` would choose, for every policy whose scores are local (core/policy/model.ts); a policy that
 * draws takes any node with room, each as likely, but by other draws than `decide`.
 *
 * While an index is in use, reserve and release through it, and tell it of nodes and sites that changed. It does not see
 * nodes that come: make another then.
 */
import type { Largest, PlannerInventory, PlannerSite, PlannerWorkload } from '../inventory/model.ts'
import type { Request } from '../inventory/request.ts'
import { inventoryRelease, inventoryReserve } from '../inventory/reserve.ts'
import type { PlannerPolicy, PreparedScore } from '../policy/model.ts'
import { draw } from '../policy/scores.ts'
import { gpuChoose } from './gpu.ts'
import { classCreate, classDraw, classRefresh } from './placement-class.ts'
import type { Shapes } from './shapes.ts'
import { type Tournament, tournamentWinner } from './tournament.ts'

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
  /** the clock after each node's last change in something else than what is placed there */
  alteredAt: Float64Array
  /** what scores and requests were prepared for, and the clock then */
  prepared: {
    largest: Largest
    models: number
    devices: number
    /** by site */
    links: PlannerSite['links'][]
    clock: number
  }
  /** the node that changed last, and from each one that ever changed the one before it and after it; -1: none */
  newest: number
  older: Int32Array
  newer: Int32Array
}

export type PlacementClass = {
  workload: PlannerWorkload
  request: Request
  /** the index's clock when the request was made */
  requested: number
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
  if (!onlyDraws(policy) && policy.scores.some(({ score }) => !score.local)) {
    throw new Error(`the scores of ${policy.name} cannot be kept: other nodes move them`)
  }
  return {
    inventory,
    policy,
    draw: random ?? noRandom,
    scores: scoresPrepare(inventory, policy),
    classes: new Map(),
    shapes: null,
    clock: 0,
    changedAt: new Float64Array(inventory.count),
    releasedAt: new Float64Array(inventory.count),
    alteredAt: new Float64Array(inventory.count),
    prepared: preparedFor(inventory, 0),
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
  return index.policy.deterministic ? tournamentWinner(asked.tournament) : classDraw(index, asked)
}

/** Whether a node takes a workload of a class, as things stand now. */
export function placementFits(index: PlacementIndex, asked: PlacementClass, node: number): boolean {
  classRefresh(index, asked)
  const { leaves, tree } = asked.tournament
  return tree[leaves + node] !== Number.NEGATIVE_INFINITY
}

/** Places a workload of a class on a node and gives the devices it takes there. */
export function placementReserve(index: PlacementIndex, asked: PlacementClass, node: number): number[] {
  const devices = devicesOf(index, asked, node)
  placementTake(index, asked, node, devices)
  return devices
}

/** Places a workload on devices that are known already; room is the caller's business. */
export function placementTake(
  index: PlacementIndex,
  asked: Pick<PlacementClass, 'workload'>,
  node: number,
  gpuIndexes: readonly number[],
): void {
  inventoryReserve(index.inventory, node, asked.workload, gpuIndexes)
  changed(index, node)
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

/** A node went out of service or came back, or its capacity, labels or place are others now. */
export function placementNodeChanged(index: PlacementIndex, node: number): void {
  const { largest, gpuModels, deviceCount } = index.inventory
  const { prepared } = index
  const isSame =
    largest.cpu === prepared.largest.cpu &&
    largest.memory === prepared.largest.memory &&
    largest.gpuMilli === prepared.largest.gpuMilli &&
    gpuModels.length === prepared.models &&
    deviceCount === prepared.devices
  if (isSame) altered(index, node)
  else everythingChanged(index)
}

/** What a site says of itself was changed: its carbon, its links, its limits. */
export function placementSiteChanged(index: PlacementIndex, site: number): void {
  const { inventory, prepared } = index
  // A link can shorten the way between two other sites.
  if (inventory.sites[site]?.links !== prepared.links[site]) return everythingChanged(index)
  for (let node = 0; node < inventory.count; node += 1) {
    if (inventory.nodes.site[node] === site) altered(index, node)
  }
}

/** The largest node, the models, the devices or the links are others, which scores and requests of all nodes go by. */
function everythingChanged(index: PlacementIndex): void {
  const { inventory, policy } = index
  index.scores = scoresPrepare(inventory, policy)
  for (let node = 0; node < inventory.count; node += 1) altered(index, node)
  index.prepared = preparedFor(inventory, index.clock)
}

function altered(index: PlacementIndex, node: number): void {
  changed(index, node)
  index.releasedAt[node] = index.alteredAt[node] = index.clock
}

function preparedFor(
  { largest, gpuModels, deviceCount, sites }: PlannerInventory,
  clock: number,
): PlacementIndex['prepared'] {
  return {
    largest: { ...largest },
    models: gpuModels.length,
    devices: deviceCount,
    links: sites.map(({ links }) => links),
    clock,
  }
}

/** A score that draws makes all nodes level: one of them is drawn when it is asked for. */
function onlyDraws({ deterministic, scores }: PlannerPolicy): boolean {
  return !deterministic && scores.length === 1 && scores[0]?.score.name === draw.name
}

function scoresPrepare(inventory: PlannerInventory, policy: PlannerPolicy): PlacementIndex['scores'] {
  if (onlyDraws(policy)) return []
  return policy.scores.map(({ score, weight }) => ({ score: score.prepare?.(inventory) ?? score, weight }))
}

function devicesOf(
  { inventory, policy, scores }: PlacementIndex,
  asked: PlacementClass,
  node: number,
): number[] {
  const { request } = asked
  const isShare = request.gpuCount === 1 && request.gpuMilli < 1000
  const device =
    policy.gpuRule === 'score' && isShare
      ? scores.find(({ score }) => score.device !== undefined)?.score.device?.(inventory, request, node)
      : undefined
  return device === undefined ? gpuChoose(inventory, request, node, policy) : [device]
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

function noRandom(): number {
  throw new Error('a policy that draws was asked without a source of random numbers')
}
