/**
 * What tasks use of the cores they were given, over time: a share of their demand that changes in steps. Sums are whole
 * micro-cores, so that they stay exact however often they are changed.
 */
import { demandCpu } from '../../inventory/reserve.ts'
import { agendaAdd } from './agenda.ts'
import { subjectOf } from './due.ts'
import { energyNodeChanged } from './energy.ts'
import { workloadOf } from './ask.ts'
import type { Simulation } from './state.ts'
import { type Steps, stepsAt, stepsNext } from './steps.ts'
import { taskState } from './tasks.ts'

/** Shares of the demand, 0 to 1; the steps count from the simulation's zero, or from each task's start. */
export type UsageProfile = { share: Steps; since: 'zero' | 'start' }

export type Usage = {
  profiles: readonly UsageProfile[]
  /** by task, an index into `profiles`; -1: all it asked for, all the time */
  profile: Int32Array
  /** by node, micro-cores in use now; more than its capacity: it is overloaded */
  cpu: Float64Array
  /** by task, micro-cores in use now */
  taskCpu: Float64Array
  /** by task, when that changes next by itself; others in the agenda are of before */
  changesAt: Float64Array
}

export function usageCreate(nodes: number, profiles: readonly UsageProfile[], profile: Int32Array): Usage {
  return {
    profiles,
    profile,
    cpu: new Float64Array(nodes),
    taskCpu: new Float64Array(profile.length),
    changesAt: new Float64Array(profile.length).fill(Number.NaN),
  }
}

export function usageCopy(usage: Usage): Usage {
  return {
    ...usage,
    cpu: usage.cpu.slice(),
    taskCpu: usage.taskCpu.slice(),
    changesAt: usage.changesAt.slice(),
  }
}

/** The task runs, or will once it has started, and uses what its profile says from now on. */
export function usageFollow(simulation: Simulation, task: number): void {
  const { usage, tasks, nowSeconds, options, agenda } = simulation
  if (usage === null) return
  const startedAt = tasks.startedAt[task] ?? 0
  const profile = usage.profiles[usage.profile[task] ?? -1]
  const { demand } = workloadOf(simulation, tasks.ask[task] ?? -1)
  let [share, next] = [0, startedAt]
  if (startedAt <= nowSeconds) {
    const zero = profile?.since === 'start' ? startedAt : 0
    share = profile === undefined ? 1 : stepsAt(profile.share, nowSeconds - zero)
    next = profile === undefined ? Number.POSITIVE_INFINITY : stepsNext(profile.share, nowSeconds, zero)
  }
  use(simulation, task, Math.round(Math.min(1, Math.max(0, share)) * demandCpu(demand)))
  usage.changesAt[task] = next
  if (next <= options.horizonSeconds) agendaAdd(agenda, next, subjectOf('usage', task))
}

/** The task has left its node, or is about to. */
export function usageEnd(simulation: Simulation, task: number): void {
  const { usage } = simulation
  if (usage === null) return
  use(simulation, task, 0)
  usage.changesAt[task] = Number.NaN
}

/** A step of a task's usage is due, unless it was planned for a life that has ended. */
export function usageStep(simulation: Simulation, task: number): void {
  const { usage, tasks, nowSeconds } = simulation
  if (usage === null || usage.changesAt[task] !== nowSeconds) return
  if (tasks.state[task] === taskState.running) usageFollow(simulation, task)
}

function use(simulation: Simulation, task: number, cpu: number): void {
  const { usage, tasks, meter, inventory } = simulation
  if (usage === null) return
  const node = tasks.node[task] ?? -1
  const more = cpu - (usage.taskCpu[task] ?? 0)
  if (more === 0) return
  const capacity = inventory.nodes.cpuCapacity[node] ?? 0
  const before = usage.cpu[node] ?? 0
  usage.taskCpu[task] = cpu
  usage.cpu[node] = before + more
  meter.levels.cpuUsed += more
  meter.levels.overloaded += Number(before + more > capacity) - Number(before > capacity)
  energyNodeChanged(simulation, node)
}
