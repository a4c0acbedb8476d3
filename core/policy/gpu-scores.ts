/**
 * Two scores of the placement benchmark (Weng et al., "Beware of Fragmentation", USENIX ATC 2023) that look at GPUs
 * only: every node is alike to work without any.
 */
import { gpuKindOf } from '../inventory/kind.ts'
import type { PlannerInventory } from '../inventory/model.ts'
import type { Request } from '../inventory/request.ts'
import type { Score } from './model.ts'

export const gpuClustering: Score = {
  name: 'gpuClustering',
  title: 'GPU clustering',
  description:
    'Nodes that hold only GPU work of the same kind (a share, or so many whole GPUs), then those that hold it among others, then those without any; of equal ones the fuller. 0 to 100 in whole points.',
  local: true,
  of({ nodes, largest, gpuKinds }, request, node) {
    const kind = gpuKindOf(request.workload.demand.gpu)
    if (kind === null) return 0
    const free = nodes.gpuMilliFree[node] ?? 0
    const filled = Math.trunc((25 * (largest.gpuMilli - free)) / largest.gpuMilli)
    const all = nodes.gpuWorkloadCount[node] ?? 0
    if (all === 0) return filled + 25
    const same = gpuKinds.get(kind)?.get(node) ?? 0
    if (same === all) return filled + 75
    return same > 0 ? filled + 50 : filled
  },
}

export const gpuPacking: Score = {
  name: 'gpuPacking',
  title: 'GPU packing',
  description:
    'Devices in use before idle ones, and idle ones of nodes in use before untouched nodes. 0 to 100 in whole points.',
  local: true,
  of(inventory, request, node) {
    if (request.gpuCount === 0) return 0
    const idle = idleCount(inventory, node)
    if (idle === (inventory.nodes.gpuCount[node] ?? 0)) return Math.max(33 - idle, idle)
    const { woken, left } = devicesFullest(inventory, request, node)
    return woken > 0 ? Math.max(50 - woken, 33) : Math.max(100 - Math.trunc(left / 10), 50)
  },
}

function idleCount({ nodes, devices }: PlannerInventory, node: number): number {
  const start = nodes.gpuStart[node] ?? 0
  const end = start + (nodes.gpuCount[node] ?? 0)
  let idle = 0
  for (let device = start; device < end; device += 1) {
    if (devices.milliFree[device] === devices.milliCapacity[device]) idle += 1
  }
  return idle
}

/** Of the devices the request would take by least left: how many are idle now, and what is left on all, in percent. */
function devicesFullest(
  { nodes, devices }: PlannerInventory,
  { gpuCount, gpuMilli, gpuModels }: Request,
  node: number,
): { woken: number; left: number } {
  const start = nodes.gpuStart[node] ?? 0
  const end = start + (nodes.gpuCount[node] ?? 0)
  let taken = 0
  let woken = 0
  let left = 0
  // By selection, for a node has few devices: in each round all with the least left of those not yet taken.
  let floor = gpuMilli
  while (taken < gpuCount) {
    let least = Number.POSITIVE_INFINITY
    for (let device = start; device < end; device += 1) {
      const free = devices.milliFree[device] ?? 0
      if (free >= floor && free < least && accepts(gpuModels, devices.model[device])) least = free
    }
    if (least === Number.POSITIVE_INFINITY) break
    for (let device = start; device < end && taken < gpuCount; device += 1) {
      if (devices.milliFree[device] !== least || !accepts(gpuModels, devices.model[device])) continue
      taken += 1
      if (devices.milliCapacity[device] === least) woken += 1
      left += Math.trunc((least * 100) / 1000)
    }
    floor = least + 1
  }
  return { woken, left }
}

function accepts(models: Uint8Array | null, model: number | undefined): boolean {
  return models === null || models[model ?? 0] === 1
}
