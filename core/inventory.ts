/** Makes and copies the planner's inventory. Its shape is in core/inventory/model.ts. */
import { columnsCopy, deviceColumnsCreate, nodeColumnsCreate } from './inventory/columns.ts'
import type { Placement, PlannerInventory, PlannerNode, PlannerSite } from './inventory/model.ts'
import { inventoryNodeAdd, inventorySiteSet } from './inventory/node.ts'
import { inventoryGroupAdd } from './inventory/reserve.ts'

/** `nodes` carry what is allocated already; `placed` adds only who stands where, for anti-affinity. */
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
    gpuModels: [],
    groups: new Map(),
    largest: { cpu: 0, memory: 0, gpuMilli: 0 },
    latencies: new Map(),
  }
  for (const site of sites) inventorySiteSet(inventory, site)
  for (const node of nodes) inventoryNodeAdd(inventory, node)
  for (const { nodeId, antiAffinity } of placed) {
    const node = inventory.indexes.get(nodeId)
    if (node !== undefined && antiAffinity !== undefined) inventoryGroupAdd(inventory, node, antiAffinity, 1)
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
    groups: new Map(Array.from(inventory.groups, ([group, nodes]) => [group, new Map(nodes)])),
    largest: { ...inventory.largest },
    latencies: new Map(inventory.latencies),
  }
}

function total(nodes: readonly PlannerNode[]): number {
  return nodes.reduce((sum, node) => sum + node.capacity.gpus.length, 0)
}
