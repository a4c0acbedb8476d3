/** What workloads take from nodes and give back. Sums are exact: a release undoes its reservation to the last unit. */
import { decimalScale } from '../exact.ts'
import { gpuKindOf, inventoryGpuKindAdd } from './kind.ts'
import type { PlannerInventory, PlannerWorkload } from './model.ts'

type Reserved = Pick<PlannerWorkload, 'demand' | 'constraints'>

/** Takes a workload's demand from a node, on the devices that a decision chose. Room is the decision's business. */
export function inventoryReserve(
  inventory: PlannerInventory,
  node: number,
  workload: Reserved,
  gpuIndexes: readonly number[],
): void {
  apply(inventory, node, workload, gpuIndexes, 1)
}

/** Gives back what `inventoryReserve` took. */
export function inventoryRelease(
  inventory: PlannerInventory,
  node: number,
  workload: Reserved,
  gpuIndexes: readonly number[],
): void {
  apply(inventory, node, workload, gpuIndexes, -1)
}

/**
 * Takes from their nodes what many workloads hold; those that ask alike are asked once what that is.
 *
 * @param devicesOf the devices that the workload at an index holds; asked only of those that want any
 */
export function inventoryReserveMany(
  inventory: PlannerInventory,
  asks: readonly { demand: Reserved['demand']; constraints?: Reserved['constraints'] }[],
  { ask, node }: { ask: Int32Array; node: Int32Array },
  devicesOf: (index: number) => readonly number[],
): void {
  const { nodes } = inventory
  const cpu = Float64Array.from(asks, ({ demand }) => demandCpu(demand))
  const memory = Float64Array.from(asks, ({ demand }) => demand.memoryBytes)
  const disk = Float64Array.from(asks, ({ demand }) => demand.diskBytes)
  const plain = Uint8Array.from(asks, ({ demand, constraints }) =>
    demand.gpu.count === 0 && constraints?.antiAffinity === undefined ? 1 : 0,
  )
  for (let index = 0; index < ask.length; index += 1) {
    const kind = ask[index] ?? 0
    const at = node[index] ?? -1
    if (plain[kind] !== 1) {
      const asked = asks[kind]
      if (asked !== undefined) {
        apply(
          inventory,
          at,
          { demand: asked.demand, constraints: asked.constraints ?? {} },
          devicesOf(index),
          1,
        )
      }
      continue
    }
    if (nodes.present[at] !== 1) throw new Error(`the inventory has no node at index ${at}`)
    add(nodes.cpuAllocated, at, cpu[kind] ?? 0)
    add(nodes.memoryAllocated, at, memory[kind] ?? 0)
    add(nodes.diskAllocated, at, disk[kind] ?? 0)
    add(nodes.workloadCount, at, 1)
  }
}

/** Counts one workload of an anti-affinity group on a node, or one fewer. */
export function inventoryGroupAdd(
  { groups }: PlannerInventory,
  node: number,
  group: string,
  change: 1 | -1,
): void {
  const nodes = groups.get(group) ?? new Map<number, number>()
  const count = (nodes.get(node) ?? 0) + change
  if (count > 0) nodes.set(node, count)
  else nodes.delete(node)
  if (nodes.size > 0) groups.set(group, nodes)
  else groups.delete(group)
}

/** Micro-cores of a demand, never fewer than asked. */
export function demandCpu(demand: { cpuCores: number }): number {
  return decimalScale(demand.cpuCores, 6, 'up')
}

function apply(
  inventory: PlannerInventory,
  node: number,
  { demand, constraints }: Reserved,
  gpuIndexes: readonly number[],
  sign: 1 | -1,
): void {
  const { nodes, devices } = inventory
  if (nodes.present[node] !== 1) throw new Error(`the inventory has no node at index ${node}`)
  add(nodes.cpuAllocated, node, sign * demandCpu(demand))
  add(nodes.memoryAllocated, node, sign * demand.memoryBytes)
  add(nodes.diskAllocated, node, sign * demand.diskBytes)
  add(nodes.workloadCount, node, sign)
  const start = nodes.gpuStart[node] ?? 0
  for (const device of gpuIndexes) {
    if (device < 0 || device >= (nodes.gpuCount[node] ?? 0)) {
      throw new Error(`node ${inventory.names[node]} has no device ${device}`)
    }
    add(devices.milliFree, start + device, -sign * demand.gpu.milli)
    add(nodes.gpuMilliFree, node, -sign * demand.gpu.milli)
  }
  const kind = gpuKindOf(demand.gpu)
  if (kind !== null) inventoryGpuKindAdd(inventory, node, kind, sign)
  if (constraints.antiAffinity !== undefined) {
    inventoryGroupAdd(inventory, node, constraints.antiAffinity, sign)
  }
}

function add(column: Float64Array | Int32Array, index: number, change: number): void {
  column[index] = (column[index] ?? 0) + change
}
