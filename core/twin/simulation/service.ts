/** Nodes that fail, come back, and are emptied. */
import { demandCpu } from '../../inventory/reserve.ts'
import { placementNodeChanged } from '../../planner/placement-index.ts'
import { demandGpuMilli } from '../../trace/model.ts'
import { energyNodeChanged } from './energy.ts'
import { moveBegin, moveGiveUp } from './move.ts'
import { lose } from './place.ts'
import { workloadOf } from './ask.ts'
import { sleepNodeChanged } from './sleep.ts'
import type { Simulation } from './state.ts'
import { taskState } from './tasks.ts'
import { tell } from './tell.ts'

/** By node: 1 for each reason why it takes nothing new. `absent`: it was not in service when the simulation began. */
export type Service = { down: Uint8Array; closed: Uint8Array; absent: Uint8Array }

/** A node that is being emptied: at most so many of its tasks move at once. */
export type Drain = { node: number; movesAtOnce: number; tasks: readonly number[] }

export function nodeFail(simulation: Simulation, node: number): void {
  const { service, moves, meter } = simulation
  if (service.down[node] === 1) return
  service.down[node] = 1
  meter.levels.down += 1
  tell(simulation, 'node fails', -1, node)
  inServiceSet(simulation, node)
  simulation.drains = simulation.drains.filter((drain) => drain.node !== node)
  movesGiveUpTo(simulation, node)
  for (const task of tasksOn(simulation, node)) {
    if (moves.has(task)) moveGiveUp(simulation, task)
    lose(simulation, task)
  }
  sleepNodeChanged(simulation, node)
  energyNodeChanged(simulation, node)
}

export function nodeRecover(simulation: Simulation, node: number): void {
  const { service, meter } = simulation
  meter.levels.down -= service.down[node] ?? 0
  service.down[node] = service.absent[node] = 0
  inServiceSet(simulation, node)
  sleepNodeChanged(simulation, node)
  energyNodeChanged(simulation, node)
  tell(simulation, 'node recovers', -1, node)
}

/** Nothing new comes. */
export function nodeClose(simulation: Simulation, node: number): void {
  simulation.service.closed[node] = 1
  inServiceSet(simulation, node)
  movesGiveUpTo(simulation, node)
  tell(simulation, 'node drains', -1, node)
}

/** Nothing new comes, and what is there moves away: the largest first, for they are the hardest to place. */
export function nodeDrain(simulation: Simulation, node: number, movesAtOnce: number): void {
  const { drains } = simulation
  nodeClose(simulation, node)
  const known = drains.findIndex((drain) => drain.node === node)
  const size = (task: number) => nodeShare(simulation, node, task)
  const tasks = tasksOn(simulation, node).toSorted((a, b) => size(b) - size(a) || a - b)
  const drain = { node, movesAtOnce, tasks }
  simulation.drains = known < 0 ? [...drains, drain] : drains.with(known, drain)
}

export function nodeOpen(simulation: Simulation, node: number): void {
  const { service } = simulation
  service.closed[node] = service.absent[node] = 0
  simulation.drains = simulation.drains.filter((drain) => drain.node !== node)
  inServiceSet(simulation, node)
  tell(simulation, 'node is open again', -1, node)
}

/** Nodes that are being emptied begin as many moves as they may and as there is room for. */
export function drainsGoOn(simulation: Simulation): void {
  const { drains, tasks, moves } = simulation
  if (drains.length === 0) return
  simulation.drains = drains.flatMap((drain) => {
    const here = drain.tasks.filter(
      (task) => tasks.state[task] === taskState.running && tasks.node[task] === drain.node,
    )
    if (here.length === 0) {
      tell(simulation, 'node is drained', -1, drain.node)
      return []
    }
    let moving = here.filter((task) => moves.has(task)).length
    const refused = new Set<number>()
    for (const task of here) {
      if (moving >= drain.movesAtOnce) break
      const ask = tasks.ask[task] ?? -1
      if (moves.has(task) || refused.has(ask)) continue
      if (moveBegin(simulation, task, ask)) moving += 1
      else refused.add(ask)
    }
    return [{ ...drain, tasks: here }]
  })
}

function inServiceSet({ inventory, index, service }: Simulation, node: number): void {
  const ready = service.down[node] === 0 && service.closed[node] === 0 && service.absent[node] === 0 ? 1 : 0
  if (inventory.nodes.ready[node] === ready) return
  inventory.nodes.ready[node] = ready
  placementNodeChanged(index, node)
}

function movesGiveUpTo(simulation: Simulation, node: number): void {
  for (const [task, move] of simulation.moves) if (move.node === node) moveGiveUp(simulation, task)
}

/** In order of arrival. */
function tasksOn({ tasks }: Simulation, node: number): number[] {
  const found: number[] = []
  for (let task = 0; task < tasks.node.length; task += 1) {
    if (tasks.node[task] === node && tasks.state[task] === taskState.running) found.push(task)
  }
  return found
}

/** The largest of its shares of the node's cores, memory and GPUs, as the live planner's evacuation has it. */
function nodeShare(simulation: Simulation, node: number, task: number): number {
  const { nodes } = simulation.inventory
  const { demand } = workloadOf(simulation, simulation.tasks.ask[task] ?? -1)
  const share = (asked: number, whole: number | undefined) => asked / Math.max(1, whole ?? 0)
  return Math.max(
    share(demandCpu(demand), nodes.cpuCapacity[node]),
    share(demand.memoryBytes, nodes.memoryCapacity[node]),
    share(demandGpuMilli(demand), nodes.gpuMilliCapacity[node]),
  )
}
