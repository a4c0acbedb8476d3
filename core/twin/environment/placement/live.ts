/**
 * What a placement agent sees of a live inventory: the observation of the environment, in its layout, over the nodes
 * that are there. An agent that was trained there can stand here when its network takes any number of nodes.
 */
import type { PlannerInventory, PlannerWorkload } from '../../../inventory/model.ts'
import { demandCpu } from '../../../inventory/reserve.ts'
import { nodeFeatures, workFeatures } from './spaces.ts'

export type LiveObservation = {
  /** indexes into the inventory, in the order of the observation */
  nodes: number[]
  values: Float32Array
}

const devicesMost = 8

/** `waited`: it was let wait before; `line`: how full the waiting line is, 0 to 1. */
export function liveObservation(
  inventory: PlannerInventory,
  { demand }: Pick<PlannerWorkload, 'demand'>,
  { waited, line }: { waited: boolean; line: number },
): LiveObservation {
  const nodes = Array.from({ length: inventory.count }, (_, node) => node).filter(
    (node) => inventory.nodes.present[node] === 1,
  )
  const stride = nodeFeatures.length
  const values = new Float32Array(nodes.length * stride + workFeatures.length)
  nodes.forEach((node, at) => values.set(nodeValues(inventory, node), at * stride))
  const { largest } = inventory
  const { gpu } = demand
  values.set(
    [
      share(demandCpu(demand), largest.cpu),
      share(demand.memoryBytes, largest.memory),
      share(gpu.count * gpu.milli, largest.gpuMilli),
      Math.min(1, gpu.count / devicesMost),
      gpu.milli / 1000,
      waited ? 1 : 0,
      Math.min(1, line),
    ],
    nodes.length * stride,
  )
  return { nodes, values }
}

function nodeValues({ nodes, devices, largest }: PlannerInventory, node: number): number[] {
  const free = (limit: number | undefined, allocated: number | undefined) =>
    Math.max(0, (limit ?? 0) - (allocated ?? 0))
  const cpuCapacity = nodes.cpuCapacity[node] ?? 0
  const memoryCapacity = nodes.memoryCapacity[node] ?? 0
  let [idle, most, part] = [0, 0, 0]
  const start = nodes.gpuStart[node] ?? 0
  for (let device = start; device < start + (nodes.gpuCount[node] ?? 0); device += 1) {
    const left = devices.milliFree[device] ?? 0
    const isIdle = left === devices.milliCapacity[device]
    if (isIdle) idle += 1
    else part = Math.max(part, left)
    most = Math.max(most, left)
  }
  return [
    share(free(cpuCapacity, nodes.cpuAllocated[node]), largest.cpu),
    share(free(memoryCapacity, nodes.memoryAllocated[node]), largest.memory),
    share(nodes.gpuMilliFree[node] ?? 0, largest.gpuMilli),
    Math.min(1, idle / devicesMost),
    most / 1000,
    part / 1000,
    share(cpuCapacity, largest.cpu),
    share(memoryCapacity, largest.memory),
    share(nodes.gpuMilliCapacity[node] ?? 0, largest.gpuMilli),
  ]
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0
}
