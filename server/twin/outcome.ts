/** What came of a simulation, as it is kept. */
import { figuresOf } from '@orrery/core/twin/simulation/compare.ts'
import { simulationResult } from '@orrery/core/twin/simulation/result.ts'
import type { Simulation } from '@orrery/core/twin/simulation/state.ts'
import { taskState } from '@orrery/core/twin/simulation/tasks.ts'
import type { RunOutcome, RunOutcomeNodes } from '../db/run-result.ts'
import { framesTake } from './frames.ts'

const nodesMax = 2000

/** Runs a simulation to its horizon. `began` is when it was begun to be made, by `performance.now()`. */
export function outcomeOf(
  simulation: Simulation,
  began: number,
): Omit<RunOutcome, 'changes' | 'changeCount'> {
  const frames = framesTake(simulation, shownCount(simulation))
  const tookMs = performance.now() - began
  const result = simulationResult(simulation)
  return {
    policy: result.policy,
    seed: result.seed,
    tookMs,
    figures: figuresOf(result),
    allocated: result.allocated,
    curve: result.curve,
    waitingCount: simulation.tasks.state.reduce((sum, state) => sum + (waits.has(state) ? 1 : 0), 0),
    nodes: { ...nodesOf(simulation), frames },
  }
}

const waits = new Set<number>([taskState.waiting, taskState.lost])

function shownCount({ inventory }: Simulation): number {
  return Math.min(inventory.count, nodesMax)
}

function nodesOf(simulation: Simulation): Omit<RunOutcomeNodes, 'frames'> {
  const { inventory, fragments } = simulation
  const { nodes } = inventory
  const share = (part: number | undefined, whole: number | undefined) =>
    whole === undefined || !(whole > 0) ? null : Math.round((1000 * (part ?? 0)) / whole) / 1000
  const columns: Omit<RunOutcomeNodes, 'frames'> = {
    ids: [],
    names: [],
    sites: [],
    cpu: [],
    memory: [],
    gpu: [],
    fragment: [],
  }
  for (let node = 0; node < shownCount(simulation); node += 1) {
    const gpuCapacity = nodes.gpuMilliCapacity[node] ?? 0
    columns.ids.push(inventory.ids[node] ?? null)
    columns.names.push(inventory.names[node] ?? '')
    columns.sites.push(inventory.sites[nodes.site[node] ?? -1]?.name ?? '')
    columns.cpu.push(share(nodes.cpuAllocated[node], nodes.cpuCapacity[node]))
    columns.memory.push(share(nodes.memoryAllocated[node], nodes.memoryCapacity[node]))
    columns.gpu.push(share(gpuCapacity - (nodes.gpuMilliFree[node] ?? 0), gpuCapacity))
    columns.fragment.push(share(fragments.amounts[node], gpuCapacity))
  }
  return columns
}
