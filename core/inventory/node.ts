/** Sites and nodes of a planner's inventory come, change and go. */
import { decimalScale, decimalTimes } from '../exact.ts'
import { columnsMove, deviceColumnsCreate, nodeColumnsCreate } from './columns.ts'
import type { PlannerInventory, PlannerNode, PlannerSite } from './model.ts'

const none: ReadonlySet<string> = new Set()

/** Adds a site, or replaces the one with the same id; the limits of its nodes follow. */
export function inventorySiteSet(inventory: PlannerInventory, site: PlannerSite): void {
  const known = inventory.siteIndexes.get(site.id)
  const index = known ?? inventory.sites.length
  inventory.sites[index] = site
  inventory.siteIndexes.set(site.id, index)
  inventory.latencies.clear()
  if (known === undefined) return
  for (let node = 0; node < inventory.count; node += 1) {
    if (inventory.nodes.site[node] === index) limitsSet(inventory, node, site.overcommitRatio)
  }
}

/** Adds a node and gives its index. Its site must be known and its id new. */
export function inventoryNodeAdd(inventory: PlannerInventory, node: PlannerNode): number {
  if (inventory.indexes.has(node.id)) throw new Error(`node ${node.name} is in the inventory already`)
  assertSiteKnown(inventory, node)
  const index = inventory.count
  if (index === inventory.nodes.present.length) {
    inventory.nodes = columnsMove(inventory.nodes, nodeColumnsCreate(index * 2))
  }
  inventory.count += 1
  inventory.indexes.set(node.id, index)
  inventory.nodes.present[index] = 1
  nodeWrite(inventory, index, node)
  return index
}

/** Replaces everything about a node by what is given, its allocation included. */
export function inventoryNodeUpdate(inventory: PlannerInventory, node: PlannerNode): number {
  const index = inventory.indexes.get(node.id)
  if (index === undefined) throw new Error(`node ${node.name} is not in the inventory`)
  assertSiteKnown(inventory, node)
  nodeWrite(inventory, index, node)
  largestFind(inventory)
  return index
}

/** Takes a node out of every later decision. The other nodes keep their indexes. */
export function inventoryNodeRemove(inventory: PlannerInventory, id: string): void {
  const index = inventory.indexes.get(id)
  if (index === undefined) return
  inventory.indexes.delete(id)
  inventory.nodes.present[index] = 0
  inventory.nodes.ready[index] = 0
  for (const nodes of inventory.groups.values()) nodes.delete(index)
  for (const nodes of inventory.gpuKinds.values()) nodes.delete(index)
  inventory.nodes.gpuWorkloadCount[index] = 0
  largestFind(inventory)
}

function assertSiteKnown(inventory: PlannerInventory, node: PlannerNode): void {
  if (inventory.siteIndexes.has(node.siteId)) return
  throw new Error(`node ${node.name} is at a site that the inventory does not have`)
}

function nodeWrite(inventory: PlannerInventory, index: number, node: PlannerNode): void {
  const { nodes } = inventory
  const site = inventory.siteIndexes.get(node.siteId) ?? -1
  inventory.ids[index] = node.id
  inventory.names[index] = node.name
  inventory.capabilities[index] = node.capabilities.length === 0 ? none : new Set(node.capabilities)
  inventory.labels[index] = node.labels
  nodes.ready[index] = node.ready ? 1 : 0
  nodes.site[index] = site
  nodes.cpuCapacity[index] = decimalScale(node.capacity.cpuCores, 6, 'down')
  nodes.memoryCapacity[index] = node.capacity.memoryBytes
  nodes.diskCapacity[index] = node.capacity.diskBytes
  // An allocation below zero would be a fault elsewhere; it must not make room that is not there.
  nodes.cpuAllocated[index] = decimalScale(Math.max(0, node.allocated.cpuCores), 6, 'up')
  nodes.memoryAllocated[index] = Math.max(0, node.allocated.memoryBytes)
  nodes.diskAllocated[index] = Math.max(0, node.allocated.diskBytes)
  nodes.workloadCount[index] = node.workloadCount
  limitsSet(inventory, index, inventory.sites[site]?.overcommitRatio ?? null)
  devicesWrite(inventory, index, node)
  largestWiden(inventory, index)
}

function limitsSet({ nodes }: PlannerInventory, index: number, ratio: number | null): void {
  const limit = (capacity: number | undefined) =>
    ratio === null ? Number.POSITIVE_INFINITY : decimalTimes(capacity ?? 0, ratio, 'down')
  nodes.cpuLimit[index] = limit(nodes.cpuCapacity[index])
  nodes.memoryLimit[index] = limit(nodes.memoryCapacity[index])
  nodes.diskLimit[index] = limit(nodes.diskCapacity[index])
}

function devicesWrite(inventory: PlannerInventory, index: number, node: PlannerNode): void {
  const { nodes } = inventory
  const { gpus } = node.capacity
  if (gpus.length > (nodes.gpuSlots[index] ?? 0)) {
    // The old slots stay unused. A node has at most 64 devices, so this can happen only so often.
    const needed = inventory.deviceCount + gpus.length
    if (needed > inventory.devices.model.length) {
      inventory.devices = columnsMove(inventory.devices, deviceColumnsCreate(needed * 2))
    }
    nodes.gpuStart[index] = inventory.deviceCount
    nodes.gpuSlots[index] = gpus.length
    inventory.deviceCount = needed
  }
  nodes.gpuCount[index] = gpus.length
  const { devices } = inventory
  const start = nodes.gpuStart[index] ?? 0
  let capacity = 0
  let free = 0
  gpus.forEach((gpu, offset) => {
    const left = gpu.milli - (node.allocated.gpuMilli[offset] ?? 0)
    devices.milliCapacity[start + offset] = gpu.milli
    devices.milliFree[start + offset] = left
    devices.model[start + offset] = modelIndex(inventory.gpuModels, gpu.model)
    capacity += gpu.milli
    free += left
  })
  nodes.gpuMilliCapacity[index] = capacity
  nodes.gpuMilliFree[index] = free
}

function modelIndex(models: string[], model: string): number {
  const known = models.indexOf(model)
  return known >= 0 ? known : models.push(model) - 1
}

function largestWiden({ nodes, largest }: PlannerInventory, index: number): void {
  largest.cpu = Math.max(largest.cpu, nodes.cpuCapacity[index] ?? 0)
  largest.memory = Math.max(largest.memory, nodes.memoryCapacity[index] ?? 0)
  largest.gpuMilli = Math.max(largest.gpuMilli, nodes.gpuMilliCapacity[index] ?? 0)
}

function largestFind(inventory: PlannerInventory): void {
  inventory.largest = { cpu: 0, memory: 0, gpuMilli: 0 }
  for (let node = 0; node < inventory.count; node += 1) {
    if (inventory.nodes.present[node] === 1) largestWiden(inventory, node)
  }
}
