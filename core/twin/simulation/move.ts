/**
 * A task moves to another node while it runs: it holds room on both until all is copied. Nothing else is lost by it; how
 * long it takes is what the planner's re-optimisers say of a move's cost.
 */
import { placementChoose } from '../../planner/placement-index.ts'
import { moveCost, moveRatesUsual } from '../../planner/reoptimise/cost.ts'
import { agendaAdd } from './agenda.ts'
import { subjectOf } from './due.ts'
import { latencyAdd, roomRelease, roomReserve } from './hold.ts'
import { classOf, workloadOf } from './ask.ts'
import { awakeFrom } from './sleep.ts'
import type { Simulation } from './state.ts'
import { devicesKeep, devicesOf, taskState } from './tasks.ts'
import { tell } from './tell.ts'
import { usageEnd, usageFollow } from './usage.ts'

export type Move = {
  /** where to, and what is reserved there: what the task asks for from then on */
  node: number
  devices: readonly number[]
  ask: number
  beganAt: number
  endsAt: number
}

/** A link between two sites may be slower or faster than usual. */
function moveSeconds(simulation: Simulation, ask: number, from: number, to: number): number {
  const { inventory, options } = simulation
  const rates = options.moveRates ?? moveRatesUsual
  const [a, b] = [from, to].map((node) => inventory.sites[inventory.nodes.site[node] ?? -1])
  const link = a?.links.find((each) => each.to === b?.name) ?? b?.links.find((each) => each.to === a?.name)
  const betweenSitesMbps = link?.bandwidthMbps ?? rates.betweenSitesMbps
  return moveCost(inventory, workloadOf(simulation, ask), from, to, { ...rates, betweenSitesMbps }).seconds
}

/** The policy finds a place for what the task asks for then. False: it finds none, and nothing was changed. */
export function moveBegin(simulation: Simulation, task: number, ask: number): boolean {
  const node = placementChoose(simulation.index, classOf(simulation, ask))
  if (node < 0 || node === simulation.tasks.node[task]) return false
  moveTo(simulation, task, ask, node)
  return true
}

/** To a node that has room for it. */
export function moveTo(simulation: Simulation, task: number, ask: number, node: number): void {
  const { tasks, moves, agenda, options, nowSeconds, meter } = simulation
  if (tasks.state[task] !== taskState.running || moves.has(task)) {
    throw new Error(`task ${task} does not stand still on a node`)
  }
  const devices = roomReserve(simulation, ask, node)
  const seconds = moveSeconds(simulation, tasks.ask[task] ?? -1, tasks.node[task] ?? -1, node)
  const endsAt = awakeFrom(simulation, node) + seconds
  moves.set(task, { node, devices, ask, beganAt: nowSeconds, endsAt })
  meter.levels.moving += 1
  if (endsAt <= options.horizonSeconds) agendaAdd(agenda, endsAt, subjectOf('move', task))
  tell(simulation, 'moves', task, node)
}

/** A move that is due has come to its end, unless it is another one by now. */
export function moveDue(simulation: Simulation, task: number): boolean {
  const { moves, nowSeconds, tasks, meter } = simulation
  const move = moves.get(task)
  if (move === undefined || move.endsAt !== nowSeconds) return false
  const from = tasks.node[task] ?? -1
  const ask = tasks.ask[task] ?? -1
  moves.delete(task)
  meter.levels.moving -= 1
  meter.migrations += 1
  meter.migrationSeconds += nowSeconds - move.beganAt
  usageEnd(simulation, task)
  roomRelease(simulation, ask, from, devicesOf(tasks, task))
  latencyAdd(simulation, ask, from, -1)
  tasks.node[task] = move.node
  tasks.ask[task] = move.ask
  devicesKeep(tasks, task, move.devices)
  latencyAdd(simulation, move.ask, move.node, 1)
  usageFollow(simulation, task)
  tell(simulation, 'moved', task, move.node)
  if (move.ask !== ask) {
    meter.resized += 1
    tell(simulation, 'resized', task, move.node)
  }
  return true
}

/** The task stays where it is: what was held for it elsewhere is free again. */
export function moveGiveUp(simulation: Simulation, task: number): void {
  const { moves, meter } = simulation
  const move = moves.get(task)
  if (move === undefined) return
  moves.delete(task)
  meter.levels.moving -= 1
  meter.migrationsGivenUp += 1
  meter.migrationSeconds += simulation.nowSeconds - move.beganAt
  roomRelease(simulation, move.ask, move.node, move.devices)
  tell(simulation, 'move given up', task, move.node)
}
