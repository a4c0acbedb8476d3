/** The fragmentation of a whole inventory, kept up node by node. */
import type { PlannerInventory } from '../inventory/model.ts'
import { fragmentOfNode, fragmentStates, fragmentStatesChanged } from '../policy/fragment-states.ts'

export type FragmentMeter = {
  /** Something was reserved or released on the node. */
  changed(node: number): void
  amountMilli(): number
}

export function fragmentMeter(inventory: PlannerInventory): FragmentMeter {
  const states = fragmentStates(inventory)
  const amounts = Float64Array.from({ length: inventory.count }, (_, node) => fragmentOfNode(states, node))
  let sum = amounts.reduce((total, amount) => total + amount, 0)
  return {
    changed(node) {
      fragmentStatesChanged(states, node)
      const amount = fragmentOfNode(states, node)
      sum += amount - (amounts[node] ?? 0)
      amounts[node] = amount
    },
    amountMilli: () => sum,
  }
}
