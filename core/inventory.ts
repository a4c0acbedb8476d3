/** Makes and copies the planner's inventory. Its shape is in core/inventory/model.ts. */
import { columnsCopy, deviceColumnsCreate, nodeColumnsCreate } from './inventory/columns.ts'
import { gpuKindOf, inventoryGpuKindAdd } from './inventory/kind.ts'
import type { Placement, PlannerInventory, PlannerNode, PlannerSite } from './inventory/model.ts'
import { inventoryNodeAdd, inventorySiteSet } from './inventory/node.ts'
import { inventoryGroupAdd } from './inventory/reserve.ts'

/** `nodes` carry what is allocated already; `placed` adds only who stands where: for anti-affinity, and which kinds of GPU work a node holds. */
export function inventoryCreate(
  sites: readonly PlannerSite[],
  nodes: readonly PlannerNode[],
  placed: readonly Placement[],
): PlannerInventory {
  const inventory: PlannerInventory = {
    sites: [],
    siteIndexes: new Map(),
    count: 0,
    nodes: nodeColumnsCreate(Math.max(16, nodes.length)),
    devices: deviceColumnsCreate(Math.max(16, total(nodes))),
    deviceCount: 0,
    ids: [],
    names: [],
    capabilities: [],
    labels: [],
    indexes: new Map(),
    gpuModels: modelsOf(nodes),
    groups: new Map(),
    gpuKinds: new Map(),
    target: null,
    largest: { cpu: 0, memory: 0, gpuMilli: 0 },
    latencies: new Map(),
  }
  for (const site of sites) inventorySiteSet(inventory, site)
  for (const node of nodes) inventoryNodeAdd(inventory, node)
  for (const { nodeId, antiAffinity, gpu } of placed) {
    const node = inventory.indexes.get(nodeId)
    if (node === undefined) continue
    if (antiAffinity !== undefined) inventoryGroupAdd(inventory, node, antiAffinity, 1)
    const kind = gpu === undefined ? null : gpuKindOf(gpu)
    if (kind !== null) inventoryGpuKindAdd(inventory, node, kind, 1)
  }
  return inventory
}

/** A copy that shares nothing that either side may change. */
export function inventoryCopy(inventory: PlannerInventory): PlannerInventory {
  return {
    ...inventory,
    sites: inventory.sites.slice(),
    siteIndexes: new Map(inventory.siteIndexes),
    nodes: columnsCopy(inventory.nodes),
    devices: columnsCopy(inventory.devices),
    ids: inventory.ids.slice(),
    names: inventory.names.slice(),
    capabilities: inventory.capabilities.slice(),
    labels: inventory.labels.slice(),
    indexes: new Map(inventory.indexes),
    gpuModels: inventory.gpuModels.slice(),
    groups: countsCopy(inventory.groups),
    gpuKinds: countsCopy(inventory.gpuKinds),
    largest: { ...inventory.largest },
    latencies: new Map(inventory.latencies),
  }
}

/** In the order of their names, so that inventories of the same devices number them alike. */
function modelsOf(nodes: readonly PlannerNode[]): string[] {
  return [...new Set(nodes.flatMap(({ capacity }) => capacity.gpus.map(({ model }) => model)))].toSorted()
}

function countsCopy<Key>(counts: ReadonlyMap<Key, Map<number, number>>): Map<Key, Map<number, number>> {
  return new Map(Array.from(counts, ([key, nodes]) => [key, new Map(nodes)]))
}

function total(nodes: readonly PlannerNode[]): number {
  return nodes.reduce((sum, node) => sum + node.capacity.gpus.length, 0)
}
