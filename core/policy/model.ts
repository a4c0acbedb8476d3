/** What a policy is: filters are common to all (core/planner/filters.ts); scores and the choice of devices differ. */
import type { PlannerInventory } from '../inventory/model.ts'
import type { Request } from '../inventory/request.ts'

/** How good one feasible node is for one workload, as it stands before the placement; higher is better. */
export type Score = {
  name: string
  title: string
  description: string
  /** It depends on the node and the request alone: what happens on other nodes does not move it. */
  local: boolean
  /** It goes by what the node's site says of itself, which changes in the course of time. */
  readsSite?: true
  of(inventory: PlannerInventory, request: Request, node: number): number
  /** The same score for many questions in a row on one inventory, where that can be made faster. */
  prepare?(inventory: PlannerInventory): PreparedScore
}

export type PreparedScore = {
  of(inventory: PlannerInventory, request: Request, node: number): number
  /** Where the policy's rule for devices goes by this score: the one that a share of a GPU takes. */
  device?(inventory: PlannerInventory, request: Request, node: number): number
  /** Something was reserved or released on the node. */
  changed?(node: number): void
}

/** Which device a share of a GPU goes to: see core/planner/gpu.ts. */
export type GpuRule = 'best' | 'random' | 'gradient' | 'fill'

export type WeightedScore = { score: Score; weight: number }

/** The node with the highest sum of weighted scores is chosen; ties go to the node that comes first in the inventory. */
export type PlannerPolicy = {
  name: string
  title: string
  description: string
  /** False: `decide` needs a source of random numbers. */
  deterministic: boolean
  scores: readonly WeightedScore[]
  gpuRule: GpuRule
}
