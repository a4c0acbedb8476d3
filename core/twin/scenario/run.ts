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
  const { horizonSeconds, unplaced, startSeconds, moveRates, changes } = scenario
  const { usage, memoryUsage, sleep, energy, reoptimise } = scenario
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
      moveRates,
    },
    {
      changes,
      ...(usage === null ? {} : { usage }),
      ...(memoryUsage === null ? {} : { memoryUsage }),
      ...(sleep === null ? {} : { sleep }),
      ...(energy === null ? {} : { energy }),
      ...(reoptimise === null ? {} : { reoptimise }),
    },
  )
}

/** Makes runs of a sweep, from their values to their figures. Neighbours often share their values, and so what was read. */
export function combinationRunner(
  source: ScenarioSource,
  files: readonly TraceFile[],
): (combination: Combination) => SimulationResult {
  let known: { key: string; scenario: Scenario } | null = null
  return (combination) => {
    const key = JSON.stringify(combination.parameters)
    if (known?.key !== key) known = { key, scenario: scenarioRead(source, files, combination.parameters) }
    return combinationRun(known.scenario, combination)
  }
}

function combinationRun(scenario: Scenario, { policy, seed }: Combination): SimulationResult {
  const simulation = scenarioSimulation(scenario, policyNamed(scenario, policy).policy, seed)
  simulationAdvance(simulation, scenario.horizonSeconds)
  return simulationResult(simulation)
}
