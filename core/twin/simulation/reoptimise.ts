/**
 * A re-optimiser that looks at a simulation every so often and begins the moves that it proposes. They take their time
 * and hold room on both nodes as all moves do, so that of those that wait for each other only the first begin; what is
 * still worth it is proposed again the next time.
 */
import type { WorkloadId } from '@orrery/api/id.ts'
import type { OptimiseAim } from '@orrery/api/run.ts'
import { inventoryCopy } from '../../inventory.ts'
import type { PlannerInventory } from '../../inventory/model.ts'
import { inventoryRelease } from '../../inventory/reserve.ts'
import { placementFits } from '../../planner/placement-index.ts'
import type { Standing } from '../../planner/reoptimise/proposal.ts'
import { movesPropose } from '../../planner/reoptimise/propose.ts'
import { randomFloat, randomStream } from '../../random.ts'
import { agendaAdd, agendaTime } from './agenda.ts'
import { classOf, workloadOf } from './ask.ts'
import { subjectOf } from './due.ts'
import { moveTo } from './move.ts'
import { nodeClose } from './service.ts'
import type { Simulation } from './state.ts'
import { devicesOf, taskState } from './tasks.ts'

export type Reoptimise = {
  aim: OptimiseAim
  everySeconds: number
  /** each time; 0: never any */
  movesMax: number
  /** of `evacuate`: the nodes to be emptied, by index; from the first time on they take nothing */
  nodes: readonly number[]
}

/** The first time is one period after zero. */
export function reoptimisePlan({ reoptimise, agenda, nowSeconds, options }: Simulation): void {
  if (reoptimise === null || reoptimise.movesMax === 0) return
  const dueAt = nowSeconds + reoptimise.everySeconds
  if (dueAt <= options.horizonSeconds) agendaAdd(agenda, dueAt, subjectOf('reoptimise', 0))
}

export function reoptimiseDue(simulation: Simulation): void {
  const { reoptimise, agenda, nowSeconds, options, tasks, index, service } = simulation
  if (reoptimise === null) return
  // Who leaves at this instant need not be moved any more, and leaves room.
  if (agendaTime(agenda) === nowSeconds) return agendaAdd(agenda, nowSeconds, subjectOf('reoptimise', 0))
  reoptimisePlan(simulation)
  const { aim, movesMax } = reoptimise
  // What drains already is emptied at the pace that was asked for.
  const leaving = reoptimise.nodes.filter((node) => !simulation.drains.some((drain) => drain.node === node))
  for (const node of leaving) if (service.closed[node] !== 1) nodeClose(simulation, node)
  const stream = randomStream(options.seed, 'reoptimise', String(nowSeconds))
  const moves = movesPropose(aim, leaving, {
    inventory: inventoryMoved(simulation),
    standing: standingOf(simulation),
    movesMax,
    policy: options.policy,
    random: () => randomFloat(stream),
    fixed: new Set(Array.from(simulation.moves.keys(), String)),
    ...(options.moveRates === undefined ? {} : { rates: options.moveRates }),
  })
  for (const { workload, toIndex } of moves) {
    const task = Number(workload.id)
    const ask = tasks.ask[task] ?? -1
    // Room that a move is to leave is not there yet.
    if (placementFits(index, classOf(simulation, ask), toIndex)) moveTo(simulation, task, ask, toIndex)
  }
}

/** The nodes as they will be when all that moves has moved, so that nothing is done twice for it. */
function inventoryMoved({ inventory, moves, tasks, asks }: Simulation): PlannerInventory {
  if (moves.size === 0) return inventory
  const moved = inventoryCopy(inventory)
  for (const task of moves.keys()) {
    const ask = asks[tasks.ask[task] ?? -1]
    if (ask === undefined) continue
    const { demand, constraints = {} } = ask
    inventoryRelease(moved, tasks.node[task] ?? -1, { demand, constraints }, devicesOf(tasks, task))
  }
  return moved
}

/** Who runs, by numbers: re-optimisers ask no more of an id than that it is one workload's. */
function standingOf(simulation: Simulation): Standing[] {
  const { tasks, moves } = simulation
  const standing: Standing[] = []
  for (let task = 0; task < tasks.state.length; task += 1) {
    if (tasks.state[task] !== taskState.running) continue
    const move = moves.get(task)
    const workload = workloadOf(simulation, move?.ask ?? tasks.ask[task] ?? -1)
    const gpuIndexes = move?.devices ?? devicesOf(tasks, task)
    standing.push({
      nodeIndex: move?.node ?? tasks.node[task] ?? -1,
      workload: { ...workload, id: String(task) as WorkloadId, gpuIndexes },
    })
  }
  return standing
}
