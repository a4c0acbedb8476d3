/**
 * What a re-optimiser gives: moves in an order in which each finds its room free, while the workload still holds its old
 * place. Nothing is done by it.
 */
import type { PlannerInventory } from '../../inventory/model.ts'
import type { PlannerPolicy } from '../../policy/model.ts'
import type { PlacedWorkload } from '../migration.ts'
import type { MoveCost, MoveRates } from './cost.ts'

/** A workload and the node it stands on. */
export type Standing = { workload: PlacedWorkload; nodeIndex: number }

export type ProposedMove = {
  workload: PlacedWorkload
  fromIndex: number
  toIndex: number
  /** devices that it takes of the new node */
  gpuIndexes: readonly number[]
  cost: MoveCost
  reason: string
}

/** A workload that was to move and does not. */
export type Stay = { workload: PlacedWorkload; nodeIndex: number; reason: string }

export type Proposal<Gain> = { moves: ProposedMove[]; stays: Stay[]; cost: MoveCost; gain: Gain }

export type Reoptimisation = {
  /** with all that stands on it reserved; it is not changed */
  inventory: PlannerInventory
  standing: readonly Standing[]
  movesMax: number
  /** How a new place is chosen, where the re-optimiser does not choose by its own aim. */
  policy: PlannerPolicy
  /** for policies that draw */
  random?: () => number
  /** workloads that must not move, by id */
  fixed?: ReadonlySet<string>
  rates?: MoveRates
}
