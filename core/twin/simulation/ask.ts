/** What a task asks for, as the planner sees it; made when it is first needed. */
import type { WorkloadId } from '@orrery/api/id.ts'
import type { PlannerWorkload } from '../../inventory/model.ts'
import { type PlacementClass, placementClass } from '../../planner/placement-index.ts'
import type { Simulation } from './state.ts'

/** A class holds a tournament over all nodes, so that it is made for those who look for a place, not for all. */
export function classOf(simulation: Simulation, ask: number): PlacementClass {
  return (simulation.classes[ask] ??= placementClass(simulation.index, workloadOf(simulation, ask)))
}

/** What the planner sees of an ask. */
export function workloadOf({ workloads, asks }: Simulation, ask: number): PlannerWorkload {
  const known = workloads[ask]
  if (known !== undefined) return known
  const asked = asks[ask]
  if (asked === undefined) throw new Error(`there is no ask ${ask}`)
  const { demand, constraints = {} } = asked
  const name = `ask ${ask}`
  // The planner never looks into an id.
  return (workloads[ask] = {
    id: name as WorkloadId,
    name,
    kind: 'container',
    demand,
    constraints,
    priority: 0,
  })
}
