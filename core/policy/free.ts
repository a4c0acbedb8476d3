/** What is free on a node as scores see it: without an overcommit limit, what is left of the real machine. */
import type { PlannerInventory } from '../inventory/model.ts'

/** Micro-cores. */
export function cpuFree({ nodes }: PlannerInventory, node: number): number {
  return free(nodes.cpuLimit[node], nodes.cpuCapacity[node], nodes.cpuAllocated[node])
}

/** Bytes. */
export function memoryFree({ nodes }: PlannerInventory, node: number): number {
  return free(nodes.memoryLimit[node], nodes.memoryCapacity[node], nodes.memoryAllocated[node])
}

function free(limit = 0, capacity = 0, allocated = 0): number {
  return limit === Number.POSITIVE_INFINITY ? Math.max(0, capacity - allocated) : limit - allocated
}
