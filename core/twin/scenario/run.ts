import { inventoryCreate } from '../../inventory.ts'
import { targetOf } from '../../inventory/target.ts'
import type { PlannerPolicy } from '../../policy/model.ts'
import { simulationAdvance } from '../simulation/advance.ts'
import { type SimulationResult, simulationResult } from '../simulation/result.ts'
import { type Simulation, simulationCreate } from '../simulation/state.ts'
import type { TraceFile } from '../../trace/csv.ts'
import { poissonTasks } from './arrivals.ts'
import type { Scenario } from './model.ts'
import { type ScenarioSource, policyNamed, scenarioRead } from './read.ts'
import type { Combination } from './sweep.ts'

/**
 * A scenario under a policy, at its beginning. Nodes stand in the order of the file, which breaks ties. Fragmentation is
 * measured against what comes.
 */
export function scenarioSimulation(scenario: Scenario, policy: PlannerPolicy, seed: number): Simulation {
  const { horizonSeconds, unplaced, startSeconds, migrationMbps, changes, usage, energy } = scenario
  const tasks = [...scenario.tasks, ...scenario.poisson.flatMap((poisson) => poissonTasks(poisson, seed))]
  const inventory = inventoryCreate(scenario.sites, scenario.nodes, [])
  inventory.target = targetOf(tasks)
  return simulationCreate(
    inventory,
    tasks,
    {
      policy,
      seed,
      horizonSeconds,
      unplaced,
      startSeconds,
      ...(migrationMbps === null ? {} : { migrationMbps }),
    },
    {
      changes,
      ...(usage === null ? {} : { usage }),
      ...(energy === null ? {} : { energy }),
    },
  )
}

/** One run of a sweep, from its values to its figures. */
export function combinationRun(
  source: ScenarioSource,
  files: readonly TraceFile[],
  { policy, seed, parameters }: Combination,
): SimulationResult {
  const scenario = scenarioRead(source, files, parameters)
  const simulation = scenarioSimulation(scenario, policyNamed(scenario, policy).policy, seed)
  simulationAdvance(simulation, scenario.horizonSeconds)
  return simulationResult(simulation)
}
