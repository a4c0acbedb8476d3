/**
 * What tasks use of the cores and of the memory they were given, over time: a share of their demand that changes in
 * steps. Sums are whole micro-cores and bytes, so that they stay exact however often they are changed.
 */
import type { Demand } from '@orrery/api/quantity.ts'
import type { NodeColumns } from '../../inventory/model.ts'
import { demandCpu } from '../../inventory/reserve.ts'
import { agendaAdd } from './agenda.ts'
import { type DueKind, subjectOf } from './due.ts'
import { energyNodeChanged } from './energy.ts'
import { workloadOf } from './ask.ts'
import type { LevelName } from './meter.ts'
import type { Simulation } from './state.ts'
import { type Steps, stepsAt, stepsNext } from './steps.ts'
import { taskState } from './tasks.ts'

/** Shares of the demand, 0 to 1; the steps count from the simulation's zero, or from each task's start. */
export type UsageProfile = { share: Steps; since: 'zero' | 'start' }

/** Of one resource. */
export type Usage = {
  resource: UsedResource
  profiles: readonly UsageProfile[]
  /** by task, an index into `profiles`; -1: all it asked for, all the time */
  profile: Int32Array
  /** by node, what is in use now; more than its capacity: it is overloaded */
  ofNode: Float64Array
  /** by task, what is in use now */
  ofTask: Float64Array
  /** by task, when that changes next by itself; others in the agenda are of before */
  changesAt: Float64Array
}

export type UsedResource = 'cpu' | 'memory'

type Resource = {
  due: DueKind
  used: LevelName
  overloaded: LevelName
  asked(demand: Demand): number
  capacity(nodes: NodeColumns): Float64Array
}
export const usedResources: Readonly<Record<UsedResource, Resource>> = {
  cpu: {
    due: 'usage',
    used: 'cpuUsed',
    overloaded: 'overloaded',
    asked: demandCpu,
    capacity: ({ cpuCapacity }) => cpuCapacity,
  },
  memory: {
    due: 'memory usage',
    used: 'memoryUsed',
    overloaded: 'memoryOverloaded',
    asked: ({ memoryBytes }) => memoryBytes,
    capacity: ({ memoryCapacity }) => memoryCapacity,
  },
}

export function usageCreate(
  resource: UsedResource,
  nodes: number,
  profiles: readonly UsageProfile[],
  profile: Int32Array,
): Usage {
  return {
    resource,
    profiles,
    profile,
    ofNode: new Float64Array(nodes),
    ofTask: new Float64Array(profile.length),
    changesAt: new Float64Array(profile.length).fill(Number.NaN),
  }
}

export function usageCopy(usage: Usage): Usage {
  return {
    ...usage,
    ofNode: usage.ofNode.slice(),
    ofTask: usage.ofTask.slice(),
    changesAt: usage.changesAt.slice(),
  }
}

/** The task runs, or will once it has started, and uses what its profiles say from now on. */
export function usageFollow(simulation: Simulation, task: number): void {
  const { usage, memoryUsage } = simulation
  if (usage !== null) follow(simulation, usage, task)
  if (memoryUsage !== null) follow(simulation, memoryUsage, task)
}

/** The task has left its node, or is about to. */
export function usageEnd(simulation: Simulation, task: number): void {
  const { usage, memoryUsage } = simulation
  if (usage !== null) end(simulation, usage, task)
  if (memoryUsage !== null) end(simulation, memoryUsage, task)
}

/** A step of a task's usage is due, unless it was planned for a life that has ended. */
export function usageStep(simulation: Simulation, usage: Usage | null, task: number): void {
  const { tasks, nowSeconds } = simulation
  if (usage === null || usage.changesAt[task] !== nowSeconds) return
  if (tasks.state[task] === taskState.running) follow(simulation, usage, task)
}

function follow(simulation: Simulation, usage: Usage, task: number): void {
  const { tasks, nowSeconds, options, agenda } = simulation
  const { due, asked } = usedResources[usage.resource]
  const startedAt = tasks.startedAt[task] ?? 0
  const profile = usage.profiles[usage.profile[task] ?? -1]
  const { demand } = workloadOf(simulation, tasks.ask[task] ?? -1)
  let [share, next] = [0, startedAt]
  if (startedAt <= nowSeconds) {
    const zero = profile?.since === 'start' ? startedAt : 0
    share = profile === undefined ? 1 : stepsAt(profile.share, nowSeconds - zero)
    next = profile === undefined ? Number.POSITIVE_INFINITY : stepsNext(profile.share, nowSeconds, zero)
  }
  use(simulation, usage, task, Math.round(Math.min(1, Math.max(0, share)) * asked(demand)))
  usage.changesAt[task] = next
  if (next <= options.horizonSeconds) agendaAdd(agenda, next, subjectOf(due, task))
}

function end(simulation: Simulation, usage: Usage, task: number): void {
  use(simulation, usage, task, 0)
  usage.changesAt[task] = Number.NaN
}

function use(simulation: Simulation, usage: Usage, task: number, amount: number): void {
  const { tasks, meter, inventory } = simulation
  const { used, overloaded, capacity } = usedResources[usage.resource]
  const node = tasks.node[task] ?? -1
  const more = amount - (usage.ofTask[task] ?? 0)
  if (more === 0) return
  const most = capacity(inventory.nodes)[node] ?? 0
  const before = usage.ofNode[node] ?? 0
  usage.ofTask[task] = amount
  usage.ofNode[node] = before + more
  meter.levels[used] += more
  meter.levels[overloaded] += Number(before + more > most) - Number(before > most)
  // What memory is used for does not change what a node is taken to draw.
  if (usage.resource === 'cpu') energyNodeChanged(simulation, node)
}
