/** What of an inventory, beside its target, decides what nodes are worth: inventories that agree in it share their values. */
import type { PlannerInventory } from '../../inventory/model.ts'

export type FillGround = {
  gpuModels: readonly string[]
  /** the most thousandths that a device has */
  milliMost: number
  /** devices of the nodes that are there */
  deviceCount: number
}

export function fillGround({ gpuModels, devices, nodes, count }: PlannerInventory): FillGround {
  let deviceCount = 0
  for (let node = 0; node < count; node += 1)
    if (nodes.present[node] === 1) deviceCount += nodes.gpuCount[node] ?? 0
  return {
    gpuModels: gpuModels.slice(),
    milliMost: devices.milliCapacity.reduce((most, milli) => Math.max(most, milli), 1000),
    deviceCount,
  }
}

export function isSameGround(a: FillGround, b: FillGround): boolean {
  return (
    a.milliMost === b.milliMost &&
    a.deviceCount === b.deviceCount &&
    a.gpuModels.length === b.gpuModels.length &&
    a.gpuModels.every((model, index) => model === b.gpuModels[index])
  )
}
