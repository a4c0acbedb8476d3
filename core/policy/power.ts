/**
 * What a placement adds to the power of a node, where nobody has measured it. Power rises evenly from idle to full load
 * (Fan, Weber and Barroso, "Power provisioning for a warehouse-sized computer", ISCA 2007), and a server draws about half
 * of its peak when idle (Barroso and Hölzle, "The case for energy-proportional computing", IEEE Computer 40, 2007). A
 * node that holds nothing is taken to sleep: the first workload wakes it.
 */
import type { PlannerInventory } from '../inventory/model.ts'
import type { Request } from '../inventory/request.ts'

/** From idle to full load: usual hosts of 32 cores go from 150 to 310 watts, usual accelerators from 30 to 300. */
const wattsPerCore = 5
const wattsPerGpu = 270
const idleWattsPerCore = 5
const idleWattsPerGpu = 30
/** Work that asks for nothing still takes something. */
const wattsLeast = 0.1

/** Of the workload itself, busy with all it asks for. */
export function ownWatts({ cpu, gpuTotal }: Request): number {
  return Math.max(wattsLeast, (wattsPerCore * cpu) / 1e6 + (wattsPerGpu * gpuTotal) / 1000)
}

/** What the node draws more with the workload than without it. */
export function marginalWatts({ nodes }: PlannerInventory, request: Request, node: number): number {
  const own = ownWatts(request)
  if ((nodes.workloadCount[node] ?? 0) > 0) return own
  return (
    own +
    (idleWattsPerCore * (nodes.cpuCapacity[node] ?? 0)) / 1e6 +
    (idleWattsPerGpu * (nodes.gpuMilliCapacity[node] ?? 0)) / 1000
  )
}

/** What a node draws idle, and more for each core in use and each GPU given away, by the same estimate. */
export function nodePower(
  { nodes }: PlannerInventory,
  node: number,
): { idleWatts: number; wattsPerCore: number; wattsPerGpu: number } {
  const cores = (nodes.cpuCapacity[node] ?? 0) / 1e6
  const gpus = (nodes.gpuMilliCapacity[node] ?? 0) / 1000
  return { idleWatts: idleWattsPerCore * cores + idleWattsPerGpu * gpus, wattsPerCore, wattsPerGpu }
}
