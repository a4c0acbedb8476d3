/** Room on nodes: what is reserved and given back, and everything that is measured from it. */
import { latenciesKnown } from '../../inventory/latency.ts'
import { demandCpu } from '../../inventory/reserve.ts'
import { placementRelease, placementReserve, placementTake } from '../../planner/placement-index.ts'
import { demandGpuMilli } from '../../trace/model.ts'
import { energyNodeChanged } from './energy.ts'
import { classOf, workloadOf } from './ask.ts'
import { sleepNodeChanged } from './sleep.ts'
import type { Simulation } from './state.ts'

/** Reserves what is asked for on a node that has room, and gives the devices. */
export function roomReserve(simulation: Simulation, ask: number, node: number): number[] {
  const devices = placementReserve(simulation.index, classOf(simulation, ask), node)
  levelsAdd(simulation, ask, node, 1)
  return devices
}

/** Takes room that was just given back, on the same devices. */
export function roomTake(
  simulation: Simulation,
  ask: number,
  node: number,
  devices: readonly number[],
): void {
  placementTake(simulation.index, { workload: workloadOf(simulation, ask) }, node, devices)
  levelsAdd(simulation, ask, node, 1)
}

export function roomRelease(
  simulation: Simulation,
  ask: number,
  node: number,
  devices: readonly number[],
): void {
  placementRelease(simulation.index, { workload: workloadOf(simulation, ask) }, node, devices)
  levelsAdd(simulation, ask, node, -1)
}

function levelsAdd(simulation: Simulation, ask: number, node: number, sign: 1 | -1): void {
  const { fragments } = simulation
  const { demand } = workloadOf(simulation, ask)
  const { levels } = simulation.meter
  levels.cpu += sign * demandCpu(demand)
  levels.memory += sign * demand.memoryBytes
  levels.gpuMilli += sign * demandGpuMilli(demand)
  fragments.changed(node)
  levels.fragmentMilli = fragments.amountMilli()
  sleepNodeChanged(simulation, node)
  energyNodeChanged(simulation, node)
}

/** Someone is served from a node, or no more: counted for those who say where they are asked from, and can be reached. */
export function latencyAdd(simulation: Simulation, ask: number, node: number, sign: 1 | -1): void {
  const { inventory, meter } = simulation
  const { latencyFrom } = workloadOf(simulation, ask).constraints
  if (latencyFrom === undefined) return
  const from = inventory.siteIndexes.get(latencyFrom)
  if (from === undefined) return
  const latencyMs = latenciesKnown(inventory, from)[inventory.nodes.site[node] ?? -1] ?? Number.NaN
  if (!Number.isFinite(latencyMs)) return
  meter.levels.latencyMs += sign * latencyMs
  meter.levels.latencyTasks += sign
}
