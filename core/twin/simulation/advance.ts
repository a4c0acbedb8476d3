/** The events of a simulation: tasks arrive, get a place or wait, and leave. */
import { placementChoose, placementRelease, placementReserve } from '../../planner/placement-index.ts'
import { demandCpu } from '../../inventory/reserve.ts'
import { demandGpuMilli } from '../../trace/model.ts'
import { agendaAdd, agendaTake, agendaTime } from './agenda.ts'
import { lineIsEmpty, lineJoin, lineTake } from './lines.ts'
import { meterAdvance, meterEnd, meterPeak } from './meter.ts'
import { type Simulation, classOf, workloadOf } from './state.ts'
import { devicesKeep, devicesOf, taskState } from './tasks.ts'

/**
 * Goes on until a time, at most to the horizon: everything that is due up to and with it has happened then. At one
 * instant departures come first, so that room that is given back can be given away.
 */
export function simulationAdvance(simulation: Simulation, untilSeconds: number): void {
  const { agenda, tasks, options } = simulation
  const until = Math.min(untilSeconds, options.horizonSeconds)
  for (;;) {
    const departure = agendaTime(agenda)
    const arrival = tasks.arrivesAt[simulation.next] ?? Number.POSITIVE_INFINITY
    const due = Math.min(departure, arrival)
    if (due > until) break
    timePass(simulation, due)
    if (departure <= arrival) depart(simulation, agendaTake(agenda))
    else arrive(simulation)
    meterPeak(simulation.meter)
  }
  timePass(simulation, until)
  if (until === options.horizonSeconds) meterEnd(simulation.meter)
}

function timePass(simulation: Simulation, toSeconds: number): void {
  if (toSeconds <= simulation.nowSeconds) return
  meterAdvance(simulation.meter, simulation.nowSeconds, toSeconds)
  simulation.nowSeconds = toSeconds
}

function arrive(simulation: Simulation): void {
  const { tasks, lines, meter, options } = simulation
  const task = simulation.next
  const ask = tasks.ask[task] ?? 0
  simulation.next += 1
  meter.arrived += 1
  // Who came before and asks for the same is served before.
  if (lineIsEmpty(lines, ask) && place(simulation, task)) return
  if (options.unplaced === 'reject') {
    tasks.state[task] = taskState.rejected
    meter.rejected += 1
    return
  }
  tasks.state[task] = taskState.waiting
  meter.levels.waiting += 1
  lineJoin(lines, tasks, ask, task)
}

function depart(simulation: Simulation, task: number): void {
  const { tasks, index, meter } = simulation
  const node = tasks.node[task] ?? -1
  const workload = workloadOf(simulation, tasks.ask[task] ?? -1)
  placementRelease(index, { workload }, node, devicesOf(tasks, task))
  levelsAdd(simulation, task, node, -1)
  tasks.state[task] = taskState.finished
  meter.finished += 1
  waitersPlace(simulation)
}

/** Those who wait, in order of arrival; whoever asks for what was just refused need not be tried. */
function waitersPlace(simulation: Simulation): void {
  const { lines, tasks, meter } = simulation
  if (meter.levels.waiting === 0) return
  const open = lines.open.slice()
  while (open.length > 0) {
    let earliest = 0
    for (let at = 1; at < open.length; at += 1) {
      if ((lines.first[open[at] ?? 0] ?? 0) < (lines.first[open[earliest] ?? 0] ?? 0)) earliest = at
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

function place(simulation: Simulation, task: number): boolean {
  const { tasks, index, meter, agenda, nowSeconds } = simulation
  const asked = classOf(simulation, tasks.ask[task] ?? -1)
  simulation.onLook?.(task)
  const node = placementChoose(index, asked)
  if (node < 0) return false
  devicesKeep(tasks, task, placementReserve(index, asked, node))
  tasks.node[task] = node
  tasks.state[task] = taskState.running
  tasks.startedAt[task] = nowSeconds
  levelsAdd(simulation, task, node, 1)
  const waited = nowSeconds - (tasks.arrivesAt[task] ?? 0)
  meter.placed += 1
  meter.waitSecondsSum += waited
  meter.waitSecondsMost = Math.max(meter.waitSecondsMost, waited)
  const leaves = nowSeconds + (tasks.runsFor[task] ?? 0)
  if (leaves <= simulation.options.horizonSeconds) agendaAdd(agenda, leaves, task)
  return true
}

function levelsAdd(simulation: Simulation, task: number, node: number, sign: 1 | -1): void {
  const { tasks, meter, fragments } = simulation
  const { demand } = workloadOf(simulation, tasks.ask[task] ?? -1)
  const { levels } = meter
  levels.cpu += sign * demandCpu(demand)
  levels.memory += sign * demand.memoryBytes
  levels.gpuMilli += sign * demandGpuMilli(demand)
  levels.running += sign
  fragments.changed(node)
  levels.fragmentMilli = fragments.amountMilli()
}
