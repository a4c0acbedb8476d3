/** Tasks get a place, wait for one, lose theirs and leave. */
import { demandSize } from '../../planner/order.ts'
import { placementChoose } from '../../planner/placement-index.ts'
import { agendaAdd } from './agenda.ts'
import { latencyAdd, roomRelease, roomReserve } from './hold.ts'
import { lineIsEmpty, lineJoin, lineReturn, lineTake } from './lines.ts'
import { classOf, workloadOf } from './ask.ts'
import { awakeFrom } from './sleep.ts'
import type { Simulation } from './state.ts'
import { devicesKeep, devicesOf, leavesAt, taskState } from './tasks.ts'
import { tell } from './tell.ts'
import { usageEnd, usageFollow } from './usage.ts'

/** The next task comes. */
export function arrive(simulation: Simulation): void {
  const { tasks, lines, meter, options } = simulation
  const task = simulation.next
  const ask = tasks.ask[task] ?? 0
  simulation.next += 1
  meter.arrived += 1
  tell(simulation, 'arrives', task, -1)
  // Who came before and asks for the same is served before.
  if (lineIsEmpty(lines, ask) && place(simulation, task)) return
  if (options.unplaced === 'reject') {
    reject(simulation, task)
    return
  }
  tasks.state[task] = taskState.waiting
  meter.levels.waiting += 1
  lineJoin(lines, tasks, ask, task)
  tell(simulation, 'waits', task, -1)
}

export function depart(simulation: Simulation, task: number): void {
  leave(simulation, task)
  simulation.tasks.state[task] = taskState.finished
  simulation.meter.finished += 1
  tell(simulation, 'finished', task, -1)
}

/** The task's node is gone and what it did with it: it stands in line again, where it would stand by its arrival. */
export function lose(simulation: Simulation, task: number): void {
  const { tasks, lines, meter, nowSeconds } = simulation
  meter.restarts += 1
  meter.lostSeconds += Math.max(0, nowSeconds - (tasks.startedAt[task] ?? 0))
  tell(simulation, 'lost', task, tasks.node[task] ?? -1)
  leave(simulation, task)
  tasks.node[task] = -1
  tasks.state[task] = taskState.lost
  tasks.startedAt[task] = nowSeconds
  meter.levels.waiting += 1
  lineReturn(lines, tasks, tasks.ask[task] ?? -1, task)
}

/** Those who wait, in order of arrival or as the policy orders; whoever asks for what was just refused need not be tried. */
export function waitersPlace(simulation: Simulation): void {
  const { lines, tasks, meter } = simulation
  if (meter.levels.waiting === 0) return
  const open = lines.open.slice()
  while (open.length > 0) {
    let earliest = 0
    for (let at = 1; at < open.length; at += 1) {
      if (comesBefore(simulation, open[at] ?? 0, open[earliest] ?? 0)) earliest = at
    }
    const ask = open[earliest] ?? -1
    const task = lines.first[ask] ?? -1
    if (!place(simulation, task)) {
      open.splice(earliest, 1)
      continue
    }
    meter.levels.waiting -= 1
    lineTake(lines, tasks, ask)
    if (lineIsEmpty(lines, ask)) open.splice(earliest, 1)
  }
}

/** The first who waits for one ask, before the first who waits for another? */
function comesBefore(simulation: Simulation, ask: number, other: number): boolean {
  const { lines, inventory, options } = simulation
  if (options.policy.order === 'decreasing') {
    const [mine, theirs] = [ask, other].map((each) =>
      demandSize(inventory, workloadOf(simulation, each).demand),
    )
    if (mine !== theirs) return (mine ?? 0) > (theirs ?? 0)
  }
  return (lines.first[ask] ?? 0) < (lines.first[other] ?? 0)
}

/** Where nobody may wait, those are turned away who lost their node and found no other. */
export function waitersReject(simulation: Simulation): void {
  const { lines, tasks, meter } = simulation
  for (const ask of lines.open.toSorted((a, b) => a - b)) {
    for (let task = lines.first[ask] ?? -1; task >= 0; task = lines.first[ask] ?? -1) {
      lineTake(lines, tasks, ask)
      meter.levels.waiting -= 1
      reject(simulation, task)
    }
  }
}

function reject(simulation: Simulation, task: number): void {
  simulation.tasks.state[task] = taskState.rejected
  simulation.meter.rejected += 1
  tell(simulation, 'rejected', task, -1)
}

function place(simulation: Simulation, task: number): boolean {
  const { tasks, index, meter, agenda, nowSeconds, options } = simulation
  const ask = tasks.ask[task] ?? -1
  simulation.onLook?.(task)
  const node = placementChoose(index, classOf(simulation, ask))
  if (node < 0) return false
  devicesKeep(tasks, task, roomReserve(simulation, ask, node))
  latencyAdd(simulation, ask, node, 1)
  meter.levels.running += 1
  if (tasks.state[task] === taskState.lost) meter.downSeconds += nowSeconds - (tasks.startedAt[task] ?? 0)
  else {
    const waited = nowSeconds - (tasks.arrivesAt[task] ?? 0)
    meter.placed += 1
    meter.waitSecondsSum += waited
    meter.waitSecondsMost = Math.max(meter.waitSecondsMost, waited)
  }
  tasks.node[task] = node
  tasks.state[task] = taskState.running
  const awakeAt = awakeFrom(simulation, node)
  meter.wakeSeconds += awakeAt - nowSeconds
  tasks.startedAt[task] = awakeAt + (tasks.startsIn?.[task] ?? options.startSeconds ?? 0)
  const leaves = leavesAt(tasks, task)
  if (leaves <= options.horizonSeconds) agendaAdd(agenda, leaves, task)
  tell(simulation, 'placed', task, node)
  usageFollow(simulation, task)
  return true
}

/** Gives back all that the task holds where it runs. */
function leave(simulation: Simulation, task: number): void {
  const { tasks, meter } = simulation
  const ask = tasks.ask[task] ?? -1
  const node = tasks.node[task] ?? -1
  usageEnd(simulation, task)
  roomRelease(simulation, ask, node, devicesOf(tasks, task))
  latencyAdd(simulation, ask, node, -1)
  meter.levels.running -= 1
}
