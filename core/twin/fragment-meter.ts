/** The fragmentation of a whole inventory, kept up node by node. */
import type { PlannerInventory } from '../inventory/model.ts'
import { fragmentOfNode, fragmentStates, fragmentStatesChanged } from '../policy/fragment-states.ts'

export type FragmentMeter = {
  /** Something was reserved or released on the node. */
  changed(node: number): void
  amountMilli(): number
  amounts: Float64Array
}

export function fragmentMeter(inventory: PlannerInventory): FragmentMeter {
  const states = fragmentStates(inventory)
  const amounts = new Float64Array(inventory.count)
  let sum = 0
  for (let node = 0; node < amounts.length; node += 1) sum += amounts[node] = fragmentOfNode(states, node)
  return made(inventory, amounts, sum)
}

/** For a copy of the inventory. The sum is taken over, for one that is taken anew ends in other digits. */
export function fragmentMeterCopy(
  { amounts, amountMilli }: FragmentMeter,
  inventory: PlannerInventory,
): FragmentMeter {
  return made(inventory, amounts.slice(), amountMilli())
}

function made(inventory: PlannerInventory, amounts: Float64Array, begin: number): FragmentMeter {
  const states = fragmentStates(inventory)
  let sum = begin
  return {
    amounts,
    changed(node) {
      // What has no devices is never fragmented, and need not be looked up.
      if (inventory.deviceCount === 0 || inventory.nodes.gpuCount[node] === 0) return
      fragmentStatesChanged(states, node)
      const amount = fragmentOfNode(states, node)
      sum += amount - (amounts[node] ?? 0)
      amounts[node] = amount
    },
    amountMilli: () => sum,
  }
}
