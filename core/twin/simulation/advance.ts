/** The events of a simulation: tasks arrive, get a place or wait, and leave. */
import { placementChoose, placementRelease, placementReserve } from '../../planner/placement-index.ts'
import { demandCpu } from '../../inventory/reserve.ts'
import { demandGpuMilli } from '../../trace/model.ts'
import { agendaAdd, agendaTake, agendaTime } from './agenda.ts'
import { meterAdvance, meterEnd, meterPeak } from './meter.ts'
import type { Simulation, TaskColumns } from './state.ts'

const waiting = 1
const running = 2
const finished = 3
const rejected = 4

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
  simulation.next += 1
  meter.arrived += 1
  const line = lines[tasks.demand[task] ?? 0]
  // Who came before and asks for the same is served before.
  if (line !== undefined && line.first < 0 && place(simulation, task)) return
  if (options.unplaced === 'reject' || line === undefined) {
    tasks.state[task] = rejected
    meter.rejected += 1
    return
  }
  tasks.state[task] = waiting
  meter.levels.waiting += 1
  if (line.first < 0) line.first = task
  else tasks.behind[line.last] = task
  line.last = task
}

function depart(simulation: Simulation, task: number): void {
  const { tasks, index, classes, meter } = simulation
  const node = tasks.node[task] ?? -1
  const asked = classes[tasks.demand[task] ?? 0]
  if (asked === undefined) throw new Error(`task ${task} asks for nothing that is known`)
  placementRelease(index, asked, node, devicesOf(tasks, task))
  levelsAdd(simulation, task, node, -1)
  tasks.state[task] = finished
  meter.finished += 1
  waitersPlace(simulation)
}

/** Those who wait, in order of arrival; whoever asks for what was just refused need not be tried. */
function waitersPlace(simulation: Simulation): void {
  const { lines, tasks, meter } = simulation
  if (meter.levels.waiting === 0) return
  const open = lines.filter((line) => line.first >= 0)
  while (open.length > 0) {
    let earliest = 0
    for (let at = 1; at < open.length; at += 1) {
      if ((open[at]?.first ?? 0) < (open[earliest]?.first ?? 0)) earliest = at
    }
    const line = open[earliest]
    if (line === undefined) return
    const task = line.first
    if (!place(simulation, task)) {
      open.splice(earliest, 1)
      continue
    }
    meter.levels.waiting -= 1
    line.first = tasks.behind[task] ?? -1
    tasks.behind[task] = -1
    if (line.first < 0) open.splice(earliest, 1)
  }
}

function place(simulation: Simulation, task: number): boolean {
  const { tasks, index, classes, meter, agenda, nowSeconds } = simulation
  const asked = classes[tasks.demand[task] ?? 0]
  if (asked === undefined) throw new Error(`task ${task} asks for nothing that is known`)
  const node = placementChoose(index, asked)
  if (node < 0) return false
  devicesKeep(tasks, task, placementReserve(index, asked, node))
  tasks.node[task] = node
  tasks.state[task] = running
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
  const { tasks, demands, meter, fragments } = simulation
  const demand = demands[tasks.demand[task] ?? 0]
  if (demand === undefined) return
  const { levels } = meter
  levels.cpu += sign * demandCpu(demand)
  levels.memory += sign * demand.memoryBytes
  levels.gpuMilli += sign * demandGpuMilli(demand)
  levels.running += sign
  fragments.changed(node)
  levels.fragmentMilli = fragments.amountMilli()
}

function devicesKeep(
  { devicesLow, devicesHigh }: TaskColumns,
  task: number,
  devices: readonly number[],
): void {
  let [low, high] = [0, 0]
  for (const device of devices) {
    if (device < 32) low |= 1 << device
    else high |= 1 << (device - 32)
  }
  devicesLow[task] = low
  devicesHigh[task] = high
}

/** The devices that a task holds, lowest first. */
export function devicesOf({ devicesLow, devicesHigh }: TaskColumns, task: number): number[] {
  const devices: number[] = []
  const [low, high] = [devicesLow[task] ?? 0, devicesHigh[task] ?? 0]
  if (low === 0 && high === 0) return devices
  for (let device = 0; device < 64; device += 1) {
    const word = device < 32 ? low : high
    if ((word & (1 << (device & 31))) !== 0) devices.push(device)
  }
  return devices
}
