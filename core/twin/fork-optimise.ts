/** A run may begin with better places for what stands: a re-optimiser's moves are made before anybody arrives. */
import type { WorkloadId } from '@orrery/api/id.ts'
import type { OptimiseAim } from '@orrery/api/run.ts'
import { inventoryCopy } from '../inventory.ts'
import { inventoryRelease, inventoryReserve } from '../inventory/reserve.ts'
import type { Standing } from '../planner/reoptimise/proposal.ts'
import { movesPropose } from '../planner/reoptimise/propose.ts'
import type { PlannerPolicy } from '../policy/model.ts'
import { randomFloat, randomStream } from '../random.ts'
import type { ForkStart } from './fork.ts'
import { devicesOf } from './simulation/tasks.ts'

export type Optimise = {
  aim: OptimiseAim
  movesMax: number
  /** of `evacuate`: the nodes to be emptied, by name */
  nodes: readonly string[]
  /** without it once, at the beginning; with it again whenever so many seconds have passed */
  everySeconds?: number
}

/** The same state with the moves made; `start` stays as it is. Nodes that are to be emptied take nothing afterwards. */
export function forkOptimise(
  start: ForkStart,
  optimise: Optimise,
  policy: PlannerPolicy,
  seed: number,
): ForkStart {
  const { running } = start
  const stream = randomStream(seed, 'optimise')
  const leaving = start.inventory.names.flatMap((name, node) => (optimise.nodes.includes(name) ? [node] : []))
  const moves = movesPropose(optimise.aim, leaving, {
    inventory: start.inventory,
    standing: Array.from(running.ask, (_, task) => standingOf(start, task)),
    movesMax: optimise.movesMax,
    policy,
    random: () => randomFloat(stream),
  })
  const inventory = inventoryCopy(start.inventory)
  const [node, devicesLow, devicesHigh] = [
    running.node.slice(),
    running.devicesLow.slice(),
    running.devicesHigh.slice(),
  ]
  for (const { workload, fromIndex, toIndex, gpuIndexes } of moves) {
    const task = Number(workload.id)
    inventoryRelease(inventory, fromIndex, workload, workload.gpuIndexes)
    inventoryReserve(inventory, toIndex, workload, gpuIndexes)
    node[task] = toIndex
    devicesLow[task] = gpuIndexes.reduce((bits, device) => (device < 32 ? bits | (1 << device) : bits), 0)
    devicesHigh[task] = gpuIndexes.reduce(
      (bits, device) => (device < 32 ? bits : bits | (1 << (device - 32))),
      0,
    )
  }
  for (const index of leaving) inventory.nodes.ready[index] = 0
  const moved = { ...start, inventory, running: { ...running, node, devicesLow, devicesHigh } }
  const { aim, movesMax, everySeconds } = optimise
  return everySeconds === undefined
    ? moved
    : { ...moved, reoptimise: { aim, movesMax, everySeconds, nodes: leaving } }
}

/** Workloads go by their numbers here: re-optimisers ask no more of an id than that it is one workload's. */
function standingOf({ running }: ForkStart, task: number): Standing {
  const asked = running.asks[running.ask[task] ?? -1]
  if (asked === undefined) throw new Error(`task ${task} asks for nothing that is known`)
  const { demand, constraints = {} } = asked
  return {
    nodeIndex: running.node[task] ?? -1,
    workload: {
      id: String(task) as WorkloadId,
      name: '',
      kind: 'vm',
      demand,
      constraints,
      priority: 0,
      gpuIndexes: devicesOf(running, task),
    },
  }
}
