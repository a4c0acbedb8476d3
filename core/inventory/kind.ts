/**
 * The kinds of GPU workload that the clustering policy keeps apart: those that share a device, and those that take one,
 * two, three … whole devices. Which of them a node holds cannot be read off its devices, so it is counted.
 */
import type { Demand } from '@orrery/api/quantity.ts'
import type { PlannerInventory } from './model.ts'

const shared = 0

/** 0: a share of one device; k: k whole devices; null: no GPU. */
export function gpuKindOf({ count, milli }: Pick<Demand['gpu'], 'count' | 'milli'>): number | null {
  if (count === 0) return null
  return count === 1 && milli < 1000 ? shared : count
}

/** Counts one workload of a kind on a node, or one fewer. Reserving and releasing do so by themselves. */
export function inventoryGpuKindAdd(
  { nodes, gpuKinds }: PlannerInventory,
  node: number,
  kind: number,
  change: 1 | -1,
): void {
  let counts = gpuKinds.get(kind)
  if (counts === undefined) gpuKinds.set(kind, (counts = new Map<number, number>()))
  const count = (counts.get(node) ?? 0) + change
  if (count < 0) return // It was there before anyone counted.
  if (count === 0) counts.delete(node)
  else counts.set(node, count)
  if (counts.size === 0) gpuKinds.delete(kind)
  nodes.gpuWorkloadCount[node] = (nodes.gpuWorkloadCount[node] ?? 0) + change
}
