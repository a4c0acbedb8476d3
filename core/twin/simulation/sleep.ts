/**
 * Nodes that have been empty for a while sleep and draw next to nothing; a placement wakes one, and whoever is placed
 * there waits until it is awake. It is the power saving of batch systems (SchedMD, "Slurm Power Saving Guide":
 * SuspendTime, ResumeTimeout). Policies are not told: what is placed by preference on nodes in use, as by `best-fit` or
 * `few-workloads` with a negative weight, wakes few.
 */
import { agendaAdd } from './agenda.ts'
import { subjectOf } from './due.ts'
import { energyNodeChanged } from './energy.ts'
import type { Simulation } from './state.ts'
import { tell } from './tell.ts'

export type SleepRule = {
  /** how long a node must have been empty */
  afterSeconds: number
  /** between a placement on a node that sleeps and its being awake */
  wakeSeconds: number
  /** what it draws asleep, where that is less than it draws idle */
  watts: number
}

/** By site; without an entry its nodes never sleep. */
export type SleepModel = readonly (SleepRule | undefined)[]

export type Sleep = {
  model: SleepModel
  /** by node, 1: it sleeps */
  asleep: Uint8Array
  /** by node, when it was awake last, or will be */
  awakeAt: Float64Array
  /** by node, when it falls asleep if nothing comes; others in the agenda are of before */
  sleepsAt: Float64Array
}

export function sleepCreate(nodes: number, model: SleepModel): Sleep {
  return {
    model,
    asleep: new Uint8Array(nodes),
    awakeAt: new Float64Array(nodes),
    sleepsAt: new Float64Array(nodes).fill(Number.NaN),
  }
}

export function sleepCopy(sleep: Sleep): Sleep {
  return {
    ...sleep,
    asleep: sleep.asleep.slice(),
    awakeAt: sleep.awakeAt.slice(),
    sleepsAt: sleep.sleepsAt.slice(),
  }
}

/** At zero all are awake, and those that are empty are taken to have become so then. */
export function sleepBegin(simulation: Simulation): void {
  for (let node = 0; node < simulation.inventory.count; node += 1) sleepNodeChanged(simulation, node)
}

/** What the node holds is another, or it went down or came back. */
export function sleepNodeChanged(simulation: Simulation, node: number): void {
  const { sleep, service, inventory, nowSeconds, agenda, options } = simulation
  if (sleep === null) return
  const { nodes } = inventory
  const rule = sleep.model[nodes.site[node] ?? -1]
  if (rule === undefined || nodes.present[node] !== 1) return
  const isDown = service.down[node] === 1
  if (isDown || (nodes.workloadCount[node] ?? 0) > 0) {
    sleep.sleepsAt[node] = Number.NaN
    if (sleep.asleep[node] === 1) wake(simulation, sleep, node, isDown ? 0 : rule.wakeSeconds)
    return
  }
  if (sleep.asleep[node] === 1 || !Number.isNaN(sleep.sleepsAt[node] ?? Number.NaN)) return
  const sleepsAt = Math.max(nowSeconds, sleep.awakeAt[node] ?? 0) + rule.afterSeconds
  sleep.sleepsAt[node] = sleepsAt
  if (sleepsAt <= options.horizonSeconds) agendaAdd(agenda, sleepsAt, subjectOf('sleep', node))
}

/** A node has been empty for long enough, unless somebody came since. */
export function sleepDue(simulation: Simulation, node: number): void {
  const { sleep, meter, nowSeconds } = simulation
  if (sleep === null || sleep.sleepsAt[node] !== nowSeconds) return
  sleep.sleepsAt[node] = Number.NaN
  sleep.asleep[node] = 1
  meter.levels.asleep += 1
  energyNodeChanged(simulation, node)
  tell(simulation, 'node sleeps', -1, node)
}

/** When something on the node can begin at the earliest. */
export function awakeFrom({ sleep, nowSeconds }: Simulation, node: number): number {
  return sleep === null ? nowSeconds : Math.max(nowSeconds, sleep.awakeAt[node] ?? 0)
}

/** What it draws is the caller's business. */
function wake(simulation: Simulation, sleep: Sleep, node: number, wakeSeconds: number): void {
  const { meter, nowSeconds, service } = simulation
  sleep.asleep[node] = 0
  sleep.awakeAt[node] = nowSeconds + wakeSeconds
  meter.levels.asleep -= 1
  if (service.down[node] === 1) return
  meter.wakeUps += 1
  tell(simulation, 'node wakes', -1, node)
}
