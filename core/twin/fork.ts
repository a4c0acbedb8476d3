/**
 * A run that starts from an inventory in which work stands: what would happen from there on under a policy, and what
 * stands elsewhere at the end.
 */
import { inventoryCopy } from '../inventory.ts'
import type { PlannerInventory } from '../inventory/model.ts'
import { inventoryRelease } from '../inventory/reserve.ts'
import type { EnergyModel } from './simulation/energy.ts'
import type { Reoptimise } from './simulation/reoptimise.ts'
import type { UsageProfile } from './simulation/usage.ts'
import { type SimulationOptions, type Simulation, simulationCreate } from './simulation/state.ts'
import { type RunningTasks, type SimulationTask, devicesOf, taskState } from './simulation/tasks.ts'

export type ForkTask = SimulationTask & { id: string }

export type ForkStart = {
  /** What runs is reserved in it. */
  inventory: PlannerInventory
  running: RunningTasks
  /** Who waits, first in line first, and who comes later; in order of arrival. */
  tasks: readonly ForkTask[]
  /** what `usage` and `memoryUsage` of what runs and of tasks count in; without them nothing is overloaded */
  usage?: readonly UsageProfile[]
  memoryUsage?: readonly UsageProfile[]
  energy?: EnergyModel
  /** of what stands by then: see core/twin/fork-optimise.ts */
  reoptimise?: Reoptimise
}

/**
 * The beginning of a run; `start` stays as it is. Tasks keep their numbers: those that run, then the others in order.
 *
 * @param anew all that runs gives its place back first and comes again in its old order, before whoever waits
 */
export function forkSimulation(start: ForkStart, options: SimulationOptions, anew = false): Simulation {
  const inventory = inventoryCopy(start.inventory)
  const { running, usage, memoryUsage, energy, reoptimise } = start
  const more = {
    ...(usage === undefined ? {} : { usage }),
    ...(memoryUsage === undefined ? {} : { memoryUsage }),
    ...(energy === undefined ? {} : { energy }),
    ...(reoptimise === undefined ? {} : { reoptimise }),
  }
  if (!anew) return simulationCreate(inventory, start.tasks, options, { running, ...more })
  const again = Array.from(running.ask, (ask, task): SimulationTask => {
    const asked = running.asks[ask]
    if (asked === undefined) throw new Error(`there is no ask ${ask}`)
    const { demand, constraints = {} } = asked
    inventoryRelease(inventory, running.node[task] ?? -1, { demand, constraints }, devicesOf(running, task))
    const remaining = running.remainingSeconds[task] ?? Number.POSITIVE_INFINITY
    const departureSeconds = Number.isFinite(remaining) ? remaining : null
    const [profile, memoryProfile] = [running.usage?.[task] ?? -1, running.memoryUsage?.[task] ?? -1]
    return {
      name: running.nameOf(task),
      demand,
      constraints,
      arrivalSeconds: 0,
      departureSeconds,
      ...(profile < 0 ? {} : { usage: profile }),
      ...(memoryProfile < 0 ? {} : { memoryUsage: memoryProfile }),
    }
  })
  return simulationCreate(inventory, [...again, ...start.tasks], options, more)
}

export type ForkChange = {
  /** among those that run, then the others in order */
  task: number
  /** -1: none */
  fromNode: number
  node: number
  devices: number[]
}

/** The tasks that came to run on another node than where they began, and those that lost theirs. */
export function forkChanges({ running }: ForkStart, { tasks }: Simulation): ForkChange[] {
  const changes: ForkChange[] = []
  for (let task = 0; task < tasks.state.length; task += 1) {
    const state = tasks.state[task]
    const fromNode = running.node[task] ?? -1
    const node = state === taskState.running ? (tasks.node[task] ?? -1) : -1
    // What ran to its end, and what has not come yet, has not moved.
    if (node === fromNode || state === taskState.finished || state === taskState.coming) continue
    changes.push({ task, fromNode, node, devices: node < 0 ? [] : devicesOf(tasks, task) })
  }
  return changes
}
