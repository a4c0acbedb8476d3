/** What is done to nodes and tasks from outside, at given times. */
import { placementFits } from '../../planner/placement-index.ts'
import { latencyAdd, roomRelease, roomReserve, roomTake } from './hold.ts'
import type { KnownChange } from './known-change.ts'
import { lineQuit, lineReturn } from './lines.ts'
import { moveBegin, moveGiveUp } from './move.ts'
import { waitersPlace, waitersReject } from './place.ts'
import { drainsGoOn, nodeDrain, nodeFail, nodeOpen, nodeRecover } from './service.ts'
import { classOf } from './ask.ts'
import type { Simulation } from './state.ts'
import { devicesKeep, devicesOf, taskState } from './tasks.ts'
import { tell } from './tell.ts'
import { usageEnd, usageFollow } from './usage.ts'

export function changeHappen(simulation: Simulation, change: KnownChange): void {
  switch (change.kind) {
    case 'fail':
      nodeFail(simulation, change.node)
      break
    case 'recover':
      nodeRecover(simulation, change.node)
      break
    case 'drain':
      nodeDrain(simulation, change.node, change.movesAtOnce)
      break
    case 'open':
      nodeOpen(simulation, change.node)
      break
    case 'resize':
      taskResize(simulation, change.task, change.ask)
  }
  roomOffer(simulation)
}

/** Room may have come: for those who wait, then for those who are to leave a node. */
export function roomOffer(simulation: Simulation): void {
  waitersPlace(simulation)
  if (simulation.options.unplaced === 'reject') waitersReject(simulation)
  drainsGoOn(simulation)
}

/** In place where the node has room, else by a move to one that has; refused where there is none. */
function taskResize(simulation: Simulation, task: number, ask: number): void {
  const { tasks, lines, meter } = simulation
  const state = tasks.state[task]
  if (state === taskState.coming) tasks.ask[task] = ask
  else if (state === taskState.waiting || state === taskState.lost) {
    lineQuit(lines, tasks, tasks.ask[task] ?? -1, task)
    tasks.ask[task] = ask
    lineReturn(lines, tasks, ask, task)
    meter.resized += 1
    tell(simulation, 'resized', task, -1)
  } else if (state === taskState.running) {
    moveGiveUp(simulation, task)
    if (resizeInPlace(simulation, task, ask) || moveBegin(simulation, task, ask)) return
    meter.resizesRefused += 1
    tell(simulation, 'resize refused', task, tasks.node[task] ?? -1)
  }
}

function resizeInPlace(simulation: Simulation, task: number, ask: number): boolean {
  const { tasks, index, meter } = simulation
  const before = tasks.ask[task] ?? -1
  const node = tasks.node[task] ?? -1
  const devices = devicesOf(tasks, task)
  roomRelease(simulation, before, node, devices)
  if (!placementFits(index, classOf(simulation, ask), node)) {
    roomTake(simulation, before, node, devices)
    return false
  }
  usageEnd(simulation, task)
  latencyAdd(simulation, before, node, -1)
  tasks.ask[task] = ask
  devicesKeep(tasks, task, roomReserve(simulation, ask, node))
  latencyAdd(simulation, ask, node, 1)
  usageFollow(simulation, task)
  meter.resized += 1
  tell(simulation, 'resized', task, node)
  return true
}
