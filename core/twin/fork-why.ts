/** Why a task of a run went where it did: the run is made again up to there, and the planner asked in full. */
import type { NodeId } from '@orrery/api/id.ts'
import type { PlannerWorkload } from '../inventory/model.ts'
import { type PlacementDecision, decide } from '../planner/decide.ts'
import { type ForkStart, forkSimulation } from './fork.ts'
import { simulationAdvance } from './simulation/advance.ts'
import { workloadOf } from './simulation/ask.ts'
import type { Simulation, SimulationOptions } from './simulation/state.ts'
import { taskState } from './simulation/tasks.ts'

export type ForkWhy = {
  decision: PlacementDecision
  /** simulated seconds since the run began */
  atSeconds: number
}

export function forkWhy(
  start: ForkStart,
  { options, anew, task }: { options: SimulationOptions; anew: boolean; task: number },
  named: Pick<PlannerWorkload, 'id' | 'name'>,
): ForkWhy | null {
  return simulationWhy(forkSimulation(start, options, anew), task, named)
}

/**
 * Why, of a simulation at its beginning, which is run to its end. Null for a task that nobody looked a place for: it stood
 * where it is, or never came. The decision bears the names given.
 */
export function simulationWhy(
  simulation: Simulation,
  task: number,
  named: Pick<PlannerWorkload, 'id' | 'name'>,
): ForkWhy | null {
  const { options } = simulation
  const ask = () => ({ ...workloadOf(simulation, simulation.tasks.ask[task] ?? -1), ...named })
  let last: ForkWhy | null = null
  simulation.onLook = (looking) => {
    if (looking !== task) return
    const decision = decide(simulation.inventory, ask(), options.policy, half)
    last = { decision, atSeconds: simulation.nowSeconds }
  }
  simulationAdvance(simulation, options.horizonSeconds)
  const found = last as ForkWhy | null // assigned in the callback
  const state = simulation.tasks.state[task]
  if (state === taskState.waiting || state === taskState.lost) {
    const decision = decide(simulation.inventory, ask(), options.policy, half)
    return { decision, atSeconds: options.horizonSeconds }
  }
  return found === null || options.policy.deterministic ? found : drawn(simulation, task, found)
}

/** What a policy that draws is given here; its own draws are the run's. */
const half = () => 0.5

/** The node that the run drew, in the place of one that was drawn now. */
function drawn({ tasks, inventory }: Simulation, task: number, found: ForkWhy): ForkWhy {
  const nodeIndex = tasks.node[task] ?? -1
  const { decision } = found
  if (nodeIndex < 0 || decision.chosen === null) return found
  const nodeName = inventory.names[nodeIndex] ?? ''
  return {
    ...found,
    decision: {
      ...decision,
      nodeIndex,
      chosen: { ...decision.chosen, nodeIndex, nodeId: inventory.ids[nodeIndex] as NodeId, nodeName },
      runnerUp: null,
      message: `Drawn: ${nodeName}, one of ${decision.feasible} nodes with room, each as likely.`,
    },
  }
}
