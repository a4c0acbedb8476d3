/** A scenario, read and checked: all that a simulation needs but the policy and the seed. */
import type { PlannerNode, PlannerSite } from '../../inventory/model.ts'
import type { MoveRates } from '../../planner/reoptimise/cost.ts'
import type { PlannerPolicy } from '../../policy/model.ts'
import type { EnergyModel } from '../simulation/energy.ts'
import type { Change } from '../simulation/known-change.ts'
import type { Reoptimise } from '../simulation/reoptimise.ts'
import type { SleepModel } from '../simulation/sleep.ts'
import type { SimulationTask } from '../simulation/tasks.ts'
import type { UsageProfile } from '../simulation/usage.ts'

/** Tasks that come at random: see core/twin/scenario/arrivals.ts. */
export type Poisson = {
  name: string
  perHour: number
  fromSeconds: number
  untilSeconds: number
  mix: readonly PoissonKind[]
}
export type PoissonKind = {
  name: string
  weight: number
  /** null: until the end */
  runsSeconds: number | null
  lives: 'exponential' | 'fixed'
  /** without name and times */
  task: Omit<SimulationTask, 'name' | 'arrivalSeconds' | 'departureSeconds'>
}

export type NamedPolicy = { name: string; policy: PlannerPolicy }

export type Scenario = {
  name: string
  description: string
  seed: number
  horizonSeconds: number
  unplaced: 'wait' | 'reject'
  startSeconds: number
  moveRates: MoveRates
  sites: readonly PlannerSite[]
  nodes: readonly PlannerNode[]
  /** null: nodes never sleep */
  sleep: SleepModel | null
  energy: EnergyModel | null
  /** of cores, and of memory; null: nobody said what is used */
  usage: readonly UsageProfile[] | null
  memoryUsage: readonly UsageProfile[] | null
  tasks: readonly SimulationTask[]
  poisson: readonly Poisson[]
  changes: readonly Change[]
  reoptimise: Reoptimise | null
  policies: readonly NamedPolicy[]
}
