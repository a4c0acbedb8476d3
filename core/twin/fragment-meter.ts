/** The fragmentation of a whole inventory, kept up node by node. */
import { gpusMax } from '@orrery/api/quantity.ts'
import type { PlannerInventory } from '../inventory/model.ts'
import { devicesCreate, devicesRead, fragmentAmount, targetTable } from '../policy/fragment.ts'
import { cpuFree } from '../policy/free.ts'

export type FragmentMeter = {
  /** Something was reserved or released on the node. */
  changed(node: number): void
  amountMilli(): number
}

export function fragmentMeter(inventory: PlannerInventory): FragmentMeter {
  const table = targetTable(inventory, null)
  const scratch = devicesCreate(gpusMax)
  const measure = (node: number) =>
    fragmentAmount(table, cpuFree(inventory, node), devicesRead(inventory, node, scratch))
  const amounts = Float64Array.from({ length: inventory.count }, (_, node) => measure(node))
  let sum = amounts.reduce((total, amount) => total + amount, 0)
  return {
    changed(node) {
      const amount = measure(node)
      sum += amount - (amounts[node] ?? 0)
      amounts[node] = amount
    },
    amountMilli: () => sum,
  }
}
