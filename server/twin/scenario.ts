/**
 * What a worker of the twin does with a scenario: reads it, and runs each policy under each seed. It needs no database, and
 * opens no files: what a scenario names came with it.
 */
import { setImmediate } from 'node:timers/promises'
import { OrreryError } from '@orrery/api/errors.ts'
import type { WorkloadId } from '@orrery/api/id.ts'
import type { RunScenario } from '@orrery/api/run-source.ts'
import { policyResolve } from '@orrery/core/policy/policies.ts'
import { simulationWhy } from '@orrery/core/twin/fork-why.ts'
import type { Scenario } from '@orrery/core/twin/scenario/model.ts'
import {
  type ScenarioSource,
  scenarioFiles,
  scenarioOpen,
  scenarioPolicies,
  scenarioRead,
} from '@orrery/core/twin/scenario/read.ts'
import { scenarioSimulation } from '@orrery/core/twin/scenario/run.ts'
import type { Simulation } from '@orrery/core/twin/simulation/state.ts'
import type { RunPolicy } from '../db/run-result.ts'
import type { Job, JobAnswer, JobWhy, ScenarioChecked } from './job.ts'
import { outcomeOf } from './outcome.ts'

/** What its lines are told of. */
const fileName = 'scenario.yaml'
/** The command line allows more: it has a machine of its own. */
const nodesMax = 20_000
const tasksMax = 200_000
const there = 'run it with `orrery twin run`'

export type ScenarioJob = Extract<Job, { kind: 'check' | 'run-scenario' | 'why-scenario' }>

export async function scenarioWork(job: ScenarioJob, answer: (answer: JobAnswer) => void): Promise<void> {
  const began = performance.now()
  const { source, scenario } = scenarioTake(job.scenario)
  if (job.kind === 'check') answer({ kind: 'checked', checked: checkedOf(source, scenario) })
  if (job.kind === 'why-scenario') answer({ kind: 'why', why: why(scenario, job) })
  if (job.kind !== 'run-scenario') return
  const { horizonSeconds, nodes, tasks, poisson } = scenario
  const workloadCount = poisson.length === 0 ? tasks.length : null
  const tookMs = performance.now() - began
  answer({
    kind: 'forked',
    forked: { at: null, nodeCount: nodes.length, workloadCount, horizonSeconds, tookMs },
  })
  for (const seed of job.seeds) {
    for (const policy of job.policies) {
      // Between runs, so that the answers go out.
      await setImmediate()
      const runBegan = performance.now()
      const outcome = outcomeOf(simulationOf(scenario, policy, seed), runBegan)
      const ids = outcome.nodes.ids.map(() => null)
      const nothing = { changes: [], changeCount: 0 }
      answer({ kind: 'result', result: { ...outcome, ...nothing, nodes: { ...outcome.nodes, ids } } })
    }
  }
}

/** Throws `invalid` with the line of what is wrong. */
function scenarioTake({ text, files = {} }: RunScenario): { source: ScenarioSource; scenario: Scenario } {
  const source = scenarioOpen({ name: fileName, text })
  const named = scenarioFiles(source)
  const missing = named.find((name) => !Object.hasOwn(files, name))
  if (missing !== undefined)
    source.yaml.refuse(
      placeOf(source, missing),
      `the server opens no file that a scenario names; send the text of ${missing} under \`files\`, or ${there}`,
    )
  const idle = Object.keys(files).find((name) => !named.includes(name))
  if (idle !== undefined)
    throw new OrreryError('invalid', `${fileName}: the file ${idle} was sent, and nothing in it reads that.`)
  if (source.head.sweep !== undefined)
    source.yaml.refuse(['sweep'], `a run has one value of each; leave \`sweep\` out, or ${there}`)
  const scenario = scenarioRead(
    source,
    Object.entries(files).map(([name, content]) => ({ name, text: content })),
  )
  if (scenario.nodes.length > nodesMax)
    source.yaml.refuse(['nodes'], `more than ${nodesMax} nodes; ask for fewer, or ${there}`)
  if (tasksExpected(scenario) > tasksMax)
    source.yaml.refuse(['arrivals'], `more than ${tasksMax} tasks; ask for fewer, or ${there}`)
  return { source, scenario }
}

/** Where a scenario names a file. */
function placeOf({ head: { arrivals = [], usage = {} } }: ScenarioSource, file: string): (string | number)[] {
  const names = (given: unknown, key: string) =>
    typeof given === 'object' && given !== null && (given as Record<string, unknown>)[key] === file
  const at = arrivals.findIndex((arrival) => names(arrival, 'trace'))
  if (at >= 0) return ['arrivals', at, 'trace']
  const name = Object.keys(usage).find((each) => names(usage[each], 'series')) ?? ''
  return ['usage', name, 'series']
}

function tasksExpected({ tasks, poisson }: Scenario): number {
  return poisson.reduce(
    (sum, { perHour, fromSeconds, untilSeconds }) => sum + (perHour * (untilSeconds - fromSeconds)) / 3600,
    tasks.length,
  )
}

function checkedOf(source: ScenarioSource, scenario: Scenario): ScenarioChecked {
  const { name, seed, horizonSeconds, unplaced } = scenario
  return { name, policies: scenarioPolicies(source), seed, horizonSeconds, unplaced }
}

function simulationOf(scenario: Scenario, policy: RunPolicy, seed: number): Simulation {
  return scenarioSimulation(scenario, { ...policyResolve(policy), name: policy.name }, seed)
}

function why(
  scenario: Scenario,
  { policy, seed, task }: Extract<ScenarioJob, { kind: 'why-scenario' }>,
): JobWhy {
  const simulation = simulationOf(scenario, policy, seed)
  const { nameOf, tasks } = simulation
  const at = Array.from(tasks.state.keys()).find((each) => nameOf(each) === task)
  if (at === undefined)
    throw new OrreryError('not_found', `The scenario has no task '${task}' under seed ${seed}.`)
  // The planner never looks into an id.
  return simulationWhy(simulation, at, { id: task as WorkloadId, name: task })
}
