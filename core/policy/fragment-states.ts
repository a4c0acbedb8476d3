/**
 * Fragmentation remembered by state. Of thousands of nodes, few differ in what is left on their devices: each sequence
 * of them is a state with a number, and amounts are kept by state and by how many of the target's core demands are met.
 * All values are those of core/policy/fragment.ts.
 */
import { gpusMax } from '@orrery/api/quantity.ts'
import type { PlannerInventory } from '../inventory/model.ts'
import { type DeviceStates, deviceStatesCreate, mergedOf, stateOf } from './device-states.ts'
import { type TargetTable, devicesCreate, devicesRead, fragmentAmount, targetTable } from './fragment.ts'
import { cpuFree } from './free.ts'

export type FragmentStates = {
  inventory: PlannerInventory
  table: TargetTable
  /** the target's core demands, ascending; a rank says how many of them are met */
  cpus: Float64Array
  devices: DeviceStates
  /** each node's state and rank */
  states: Int32Array
  ranks: Int32Array
  /** 1: the node changed since its state and rank were found */
  stale: Uint8Array
  /** by state times ranks plus rank; NaN until asked for */
  amounts: Float64Array
}

/** An inventory may live for months: with more states than this, remembering begins anew. */
const statesMax = 2 ** 16

const known = new WeakMap<PlannerInventory, FragmentStates>()
const scratch = devicesCreate(gpusMax)

/** One for each inventory, shared by whoever asks. Reservations must be told to `fragmentStatesChanged`. */
export function fragmentStates(inventory: PlannerInventory): FragmentStates {
  const table = targetTable(inventory, null)
  const shared = known.get(inventory)
  if (
    shared?.table === table &&
    shared.states.length === inventory.count &&
    shared.devices.count < statesMax
  ) {
    // Whoever had it before may have stopped telling.
    shared.stale.fill(1)
    return shared
  }
  const made: FragmentStates = {
    inventory,
    table,
    cpus: Float64Array.from(new Set(table.cpu)).sort(),
    devices: deviceStatesCreate(),
    states: new Int32Array(inventory.count),
    ranks: new Int32Array(inventory.count),
    stale: new Uint8Array(inventory.count).fill(1),
    amounts: new Float64Array(0),
  }
  known.set(inventory, made)
  return made
}

/** Something was reserved or released on the node. */
export function fragmentStatesChanged(all: FragmentStates, node: number): void {
  all.stale[node] = 1
}

/** Brings the node's state and rank up to date. */
export function fragmentStatesSettle(all: FragmentStates, node: number): void {
  if (all.stale[node] !== 1) return
  all.stale[node] = 0
  all.states[node] = stateOf(all.devices, devicesRead(all.inventory, node, scratch))
  all.ranks[node] = rankOf(all, cpuFree(all.inventory, node), all.cpus.length)
}

/** Milli of a node as it stands. */
export function fragmentOfNode(all: FragmentStates, node: number): number {
  fragmentStatesSettle(all, node)
  return fragmentOf(all, all.states[node] ?? 0, all.ranks[node] ?? 0)
}

/** Milli of a node in a state, with so many of the target's core demands met. */
export function fragmentOf(all: FragmentStates, state: number, rank: number): number {
  const width = all.cpus.length + 1
  const at = state * width + rank
  const amount = all.amounts[at] ?? Number.NaN
  if (!Number.isNaN(amount)) return amount
  if (at >= all.amounts.length) {
    const wider = new Float64Array(2 * (state + 512) * width).fill(Number.NaN)
    wider.set(all.amounts)
    all.amounts = wider
  }
  // Any number of cores between two demands gives the same amount.
  const cpu = rank === 0 ? Number.NEGATIVE_INFINITY : (all.cpus[rank - 1] ?? 0)
  return (all.amounts[at] = fragmentAmount(all.table, cpu, mergedOf(all.devices, state)))
}

/** How many of the target's core demands so many cores meet; `from` is at least the answer. */
export function rankOf({ cpus }: FragmentStates, cpu: number, from: number): number {
  let rank = from
  while (rank > 0 && (cpus[rank - 1] ?? 0) > cpu) rank -= 1
  return rank
}
