/**
 * What a learned policy sees of a node and a workload: the values that `core/twin/environment/placement` shows to who
 * learns there, by the same names.
 */
import type { PlannerInventory } from '../../inventory/model.ts'
import type { Request } from '../../inventory/request.ts'
import { cpuFree, memoryFree } from '../free.ts'

type Feature = (inventory: PlannerInventory, request: Request, node: number) => number

const share = (part: number | undefined, whole: number) => (whole > 0 ? (part ?? 0) / whole : 0)
/** Observations end at 1. */
const shareAsked = (part: number, whole: number) => Math.min(1, share(part, whole))

export const features: Readonly<Record<string, Feature>> = {
  'node.cpuFree': (inventory, _, node) => share(cpuFree(inventory, node), inventory.largest.cpu),
  'node.memoryFree': (inventory, _, node) => share(memoryFree(inventory, node), inventory.largest.memory),
  'node.gpuFree': ({ nodes, largest }, _, node) => share(nodes.gpuMilliFree[node], largest.gpuMilli),
  'node.gpusIdle': (inventory, _, node) => devices(inventory, node, 'idle') / 8,
  'node.gpuMost': (inventory, _, node) => devices(inventory, node, 'most') / 1000,
  'node.gpuPart': (inventory, _, node) => devices(inventory, node, 'part') / 1000,
  'node.cpuCapacity': ({ nodes, largest }, _, node) => share(nodes.cpuCapacity[node], largest.cpu),
  'node.memoryCapacity': ({ nodes, largest }, _, node) => share(nodes.memoryCapacity[node], largest.memory),
  'node.gpuCapacity': ({ nodes, largest }, _, node) => share(nodes.gpuMilliCapacity[node], largest.gpuMilli),
  'work.cpu': ({ largest }, request) => shareAsked(request.cpu, largest.cpu),
  'work.memory': ({ largest }, request) => shareAsked(request.memory, largest.memory),
  'work.gpu': ({ largest }, request) => shareAsked(request.gpuTotal, largest.gpuMilli),
  'work.gpus': (_, request) => request.gpuCount / 8,
  'work.gpuMilli': (_, request) => (request.gpuCount === 0 ? 0 : request.gpuMilli / 1000),
}

/** Devices without work, the most left on one, or the most left on one that is in use. */
function devices(
  { nodes, devices: { milliFree, milliCapacity } }: PlannerInventory,
  node: number,
  what: 'idle' | 'most' | 'part',
): number {
  const start = nodes.gpuStart[node] ?? 0
  const end = start + (nodes.gpuCount[node] ?? 0)
  let idle = 0
  let most = 0
  let part = 0
  for (let device = start; device < end; device += 1) {
    const free = milliFree[device] ?? 0
    if (free > most) most = free
    if (free === milliCapacity[device]) idle += 1
    else if (free > part) part = free
  }
  return what === 'idle' ? idle : what === 'most' ? most : part
}
