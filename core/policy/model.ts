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
  /** The device of the node that a share of a GPU takes, for a score that tells them apart. */
  device?(inventory: PlannerInventory, request: Request, node: number): number
  /** The same score for many questions in a row on one inventory, where that can be made faster. */
  prepare?(inventory: PlannerInventory): PreparedScore
}

export type PreparedScore = {
  of(inventory: PlannerInventory, request: Request, node: number): number
  device?(inventory: PlannerInventory, request: Request, node: number): number
  /** Something was reserved or released on the node. */
  changed?(node: number): void
}

/** Which device a share of a GPU goes to: see core/planner/gpu.ts. `score`: where the first score that tells says. */
export type GpuRule = 'best' | 'random' | 'score'

export type WeightedScore = { score: Score; weight: number }

/** The node with the highest sum of weighted scores is chosen. */
export type PlannerPolicy = {
  name: string
  title: string
  description: string
  /** False: `decide` needs a source of random numbers. */
  deterministic: boolean
  scores: readonly WeightedScore[]
  gpuRule: GpuRule
  /** To which of the nodes that are level: without it, the one that comes first in the inventory. */
  ties?: 'random'
  /** Who of those that wait is decided for first: without it who came first, `decreasing`: who asks for most. */
  order?: 'decreasing'
}
