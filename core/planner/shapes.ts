/**
 * Nodes of one shape: alike in all that filters and scores look at, as long as nothing is reserved or released on them.
 * A cluster is bought in a few shapes, so that an answer for one node often serves hundreds.
 */
import type { PlannerInventory } from '../inventory/model.ts'

/** More are not looked for: where every node is different, nothing is to be gained. */
const shapesMax = 32

export type Shapes = {
  /** each node's shape; -1: like no other */
  ofNode: Int32Array
  count: number
}

export function shapesFind(inventory: PlannerInventory): Shapes {
  const ofNode = new Int32Array(inventory.count).fill(-1)
  const first: number[] = []
  const { nodes } = inventory
  const columns = [
    nodes.gpuCount,
    nodes.cpuCapacity,
    nodes.memoryCapacity,
    nodes.diskCapacity,
    nodes.cpuAllocated,
    nodes.memoryAllocated,
    nodes.diskAllocated,
    nodes.gpuMilliFree,
    nodes.site,
    nodes.ready,
    nodes.present,
    nodes.workloadCount,
    nodes.gpuWorkloadCount,
  ]
  for (let node = 0; node < inventory.count; node += 1) {
    // Which kinds of GPU work a node holds is not compared.
    if ((nodes.gpuWorkloadCount[node] ?? 0) > 0) continue
    let shape = first.findIndex((other) => isAlike(inventory, columns, node, other))
    if (shape < 0 && first.length < shapesMax) shape = first.push(node) - 1
    ofNode[node] = shape
  }
  return { ofNode, count: first.length }
}

function isAlike(
  inventory: PlannerInventory,
  columns: readonly ArrayLike<number>[],
  a: number,
  b: number,
): boolean {
  for (const column of columns) if (column[a] !== column[b]) return false
  const { nodes, devices, capabilities, labels } = inventory
  const startA = nodes.gpuStart[a] ?? 0
  const startB = nodes.gpuStart[b] ?? 0
  for (let device = 0; device < (nodes.gpuCount[a] ?? 0); device += 1) {
    if (devices.model[startA + device] !== devices.model[startB + device]) return false
    if (devices.milliFree[startA + device] !== devices.milliFree[startB + device]) return false
    if (devices.milliCapacity[startA + device] !== devices.milliCapacity[startB + device]) return false
  }
  return (
    isSameSet(capabilities[a] ?? none, capabilities[b] ?? none) &&
    isSameRecord(labels[a] ?? {}, labels[b] ?? {})
  )
}

const none: ReadonlySet<string> = new Set()

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && (a.size === 0 || a.isSubsetOf(b))
}

function isSameRecord(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  if (a === b) return true
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}
