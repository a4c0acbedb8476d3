/**
 * The planner's inventory of the present, kept up row by row from the mirror, so that a decision needs no copy of
 * everything first. What the mirror shows, this shows before the mirror's refresh resolves: whoever placed something and
 * settled decides on its result.
 */
import type { NodeId, SiteId, WorkloadId } from '@orrery/api/id.ts'
import { inventoryCreate } from '@orrery/core/inventory.ts'
import { gpuKindOf, inventoryGpuKindAdd } from '@orrery/core/inventory/kind.ts'
import { type Target, targetOf } from '@orrery/core/inventory/target.ts'
import type {
  PlannerInventory,
  PlannerNode,
  PlannerSite,
  PlannerWorkload,
} from '@orrery/core/inventory/model.ts'
import {
  inventoryNodeAdd,
  inventoryNodeRemove,
  inventoryNodeUpdate,
  inventorySiteSet,
} from '@orrery/core/inventory/node.ts'
import { inventoryGroupAdd } from '@orrery/core/inventory/reserve.ts'
import type { Mirror, MirrorChange } from '../../db/mirror/mirror.ts'
import type { MirrorNode, MirrorSite, MirrorWorkload } from '../../db/mirror/rows.ts'

export type LivePlanner = {
  /** what fragmentation is measured against: the workloads there are, as of the last few dozen changes */
  readonly target: Target
  /** Decide on it, or copy it; never change it. */
  readonly inventory: PlannerInventory
  /** grows with every change of a site, a node or what is reserved there */
  readonly revision: number
  /** ids of the workloads that wait for the planner */
  readonly waiting: ReadonlySet<string>
  /**
   * Grows when something changes that may give a waiting workload a place: a node comes, becomes ready, grows, is
   * relabelled or is given something back. Of these sites only, or of all.
   */
  roomRevision(siteIds?: readonly string[]): number
  close(): void
}

type Seen = {
  version: number
  siteId: string
  cpu: number
  memory: number
  disk: number
  gpu: number[]
  workloads: number
}

export function livePlannerOpen(mirror: Mirror): LivePlanner {
  let inventory: PlannerInventory
  let revision = 0
  let roomEverywhere = 0
  const roomOfSite = new Map<string, number>()
  const seen = new Map<string, Seen>()
  /** what each workload counts for in its anti-affinity group */
  const groups = new Map<string, { nodeId: string; group: string }>()
  /** what each workload counts for among the kinds of GPU work */
  const gpuKinds = new Map<string, { nodeId: string; kind: number }>()
  const waiting = new Set<string>()
  let target: Target | null = null
  /** changes of workloads since the target was found */
  let drift = 0

  function rebuild(): void {
    inventory = inventoryCreate(Array.from(mirror.sites.values(), plannerSite), [], [])
    seen.clear()
    groups.clear()
    gpuKinds.clear()
    for (const node of mirror.nodes.values()) nodeSet(node)
    for (const workload of mirror.workloads.values()) workloadSet(workload.id, workload)
    roomEverywhere += 1
    revision += 1
  }

  function nodeSet(node: MirrorNode): void {
    // A site made on another replica a moment ago: its own change comes, and reads its nodes again.
    if (!inventory.siteIndexes.has(node.siteId)) return
    const had = seen.get(node.id)
    const now = seenOf(node)
    if (had === undefined) inventoryNodeAdd(inventory, plannerNode(node))
    else if (same(had, now)) return
    else inventoryNodeUpdate(inventory, plannerNode(node))
    seen.set(node.id, now)
    revision += 1
    if (had === undefined || had.version !== now.version || gaveBack(had, now)) roomGrew(node.siteId)
  }

  function nodeGone(id: string): void {
    const had = seen.get(id)
    if (had === undefined) return
    inventoryNodeRemove(inventory, id)
    seen.delete(id)
    revision += 1
    roomGrew(had.siteId)
  }

  function workloadSet(id: string, workload: MirrorWorkload | undefined): void {
    drift += 1
    groupSet(id, workload)
    gpuKindSet(id, workload)
    if (workload !== undefined && isWaiting(workload)) waiting.add(id)
    else waiting.delete(id)
  }

  function groupSet(id: string, workload: MirrorWorkload | undefined): void {
    const group = workload?.constraints.antiAffinity
    const next =
      workload?.nodeId == null || group === undefined ? undefined : { nodeId: workload.nodeId, group }
    const had = groups.get(id)
    if (had?.nodeId === next?.nodeId && had?.group === next?.group) return
    if (had !== undefined) {
      const node = inventory.indexes.get(had.nodeId)
      if (node !== undefined) inventoryGroupAdd(inventory, node, had.group, -1)
      groups.delete(id)
      roomEverywhere += 1
    }
    const node = next === undefined ? undefined : inventory.indexes.get(next.nodeId)
    if (next === undefined || node === undefined) return
    inventoryGroupAdd(inventory, node, next.group, 1)
    groups.set(id, next)
  }

  function gpuKindSet(id: string, workload: MirrorWorkload | undefined): void {
    const kind =
      workload === undefined ? null : gpuKindOf({ count: workload.gpuCount, milli: workload.gpuMilli })
    const next = workload?.nodeId == null || kind === null ? undefined : { nodeId: workload.nodeId, kind }
    const had = gpuKinds.get(id)
    if (had?.nodeId === next?.nodeId && had?.kind === next?.kind) return
    const standing = had === undefined ? undefined : inventory.indexes.get(had.nodeId)
    if (had !== undefined && standing !== undefined) inventoryGpuKindAdd(inventory, standing, had.kind, -1)
    gpuKinds.delete(id)
    const node = next === undefined ? undefined : inventory.indexes.get(next.nodeId)
    if (next === undefined || node === undefined) return
    inventoryGpuKindAdd(inventory, node, next.kind, 1)
    gpuKinds.set(id, next)
  }

  function roomGrew(siteId: string): void {
    roomOfSite.set(siteId, (roomOfSite.get(siteId) ?? 0) + 1)
  }

  function change(what: MirrorChange): void {
    if (what.sites) sitesSet()
    for (const id of what.nodes) {
      const node = mirror.nodes.get(id)
      if (node === undefined) nodeGone(id)
      else nodeSet(node)
    }
    for (const id of what.workloads) workloadSet(id, mirror.workloads.get(id))
  }

  function sitesSet(): void {
    // Sites go rarely, and the inventory keeps them by index: start anew.
    const gone = inventory.sites.some((site) => !mirror.sites.has(site.id))
    if (gone) return rebuild()
    for (const site of mirror.sites.values()) {
      const known = inventory.sites[inventory.siteIndexes.get(site.id) ?? -1]
      if (known !== undefined && JSON.stringify(known) === JSON.stringify(plannerSite(site))) continue
      inventorySiteSet(inventory, plannerSite(site))
      revision += 1
      if (known === undefined || placeOf(known) !== placeOf(plannerSite(site))) roomEverywhere += 1
    }
    for (const node of mirror.nodes.values()) if (!seen.has(node.id)) nodeSet(node)
  }

  inventory = inventoryCreate([], [], [])
  rebuild()
  const unsubscribe = mirror.onChange(change)
  return {
    get inventory() {
      return inventory
    },
    get target() {
      // It is a matter of shares: a few workloads more do not move it.
      if (target === null || drift > Math.max(driftLeast, driftShare * mirror.workloads.size)) {
        target = targetOf(Array.from(mirror.workloads.values(), plannerWorkload))
        drift = 0
      }
      return target
    },
    get revision() {
      return revision
    },
    waiting,
    roomRevision(siteIds) {
      let sum = roomEverywhere
      if (siteIds === undefined) for (const count of roomOfSite.values()) sum += count
      else for (const id of siteIds) sum += roomOfSite.get(id) ?? 0
      return sum
    },
    close: unsubscribe,
  }
}

const driftLeast = 50
const driftShare = 0.05

function isWaiting({ state, desired, nodeId, autoPlace }: MirrorWorkload): boolean {
  return state === 'pending' && desired === 'running' && nodeId === null && autoPlace
}

export function plannerSite(site: MirrorSite): PlannerSite {
  return { ...site, id: site.id as SiteId }
}

/** What of a site decides where a workload may go, whatever the policy: not its carbon intensity, which changes by the minute. */
function placeOf({ carbonGramsPerKwh: _, ...site }: PlannerSite): string {
  return JSON.stringify(site)
}

export function plannerNode(node: MirrorNode): PlannerNode {
  return {
    id: node.id as NodeId,
    name: node.name,
    siteId: node.siteId as SiteId,
    ready: node.state === 'ready',
    capacity: {
      cpuCores: node.cpuCores,
      memoryBytes: node.memoryBytes,
      diskBytes: node.diskBytes,
      gpus: node.gpuMilli.map((milli, index) => ({ model: node.gpuModels[index] ?? '', milli })),
    },
    allocated: {
      cpuCores: node.cpuAllocated,
      memoryBytes: node.memoryAllocated,
      diskBytes: node.diskAllocated,
      gpuMilli: node.gpuAllocated,
    },
    capabilities: node.capabilities,
    labels: node.labels,
    workloadCount: node.workloadCount,
  }
}

export function plannerWorkload(
  row: Pick<
    MirrorWorkload,
    | 'id'
    | 'name'
    | 'kind'
    | 'cpuCores'
    | 'memoryBytes'
    | 'diskBytes'
    | 'gpuCount'
    | 'gpuMilli'
    | 'gpuModels'
    | 'constraints'
    | 'priority'
  >,
): PlannerWorkload {
  return {
    id: row.id as WorkloadId,
    name: row.name,
    kind: row.kind as PlannerWorkload['kind'],
    demand: {
      cpuCores: row.cpuCores,
      memoryBytes: row.memoryBytes,
      diskBytes: row.diskBytes,
      gpu: { count: row.gpuCount, milli: row.gpuMilli, models: row.gpuModels },
    },
    constraints: row.constraints,
    priority: row.priority,
  }
}

function seenOf(node: MirrorNode): Seen {
  return {
    version: node.version,
    siteId: node.siteId,
    cpu: node.cpuAllocated,
    memory: node.memoryAllocated,
    disk: node.diskAllocated,
    gpu: node.gpuAllocated,
    workloads: node.workloadCount,
  }
}

function same(a: Seen, b: Seen): boolean {
  return (
    a.version === b.version &&
    a.cpu === b.cpu &&
    a.memory === b.memory &&
    a.disk === b.disk &&
    a.workloads === b.workloads &&
    a.gpu.length === b.gpu.length &&
    a.gpu.every((milli, index) => milli === b.gpu[index])
  )
}

function gaveBack(had: Seen, now: Seen): boolean {
  return (
    now.cpu < had.cpu ||
    now.memory < had.memory ||
    now.disk < had.disk ||
    had.gpu.some((milli, index) => (now.gpu[index] ?? 0) < milli)
  )
}
