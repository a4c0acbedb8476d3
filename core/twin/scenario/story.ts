/** A run told in lines that can be checked by hand: what happened when, and what it came to. */
import { countInWords } from '../../planner/words.ts'
import { durationShow } from '../../quantity.ts'
import { simulationAdvance } from '../simulation/advance.ts'
import { type SimulationResult, simulationResult } from '../simulation/result.ts'
import type { Simulation } from '../simulation/state.ts'
import type { Told, ToldWhat } from '../simulation/tell.ts'
import type { NamedPolicy, Scenario } from './model.ts'
import { scenarioSimulation } from './run.ts'

/** Every event of a run under a policy, then its figures. */
export function storyTell(scenario: Scenario, { name, policy }: NamedPolicy, seed: number): string {
  const simulation = scenarioSimulation(scenario, policy, seed)
  const told: [string, string][] = []
  simulation.listener = (event) => told.push([durationShow(event.atSeconds), sentence(simulation, event)])
  simulationAdvance(simulation, scenario.horizonSeconds)
  const width = told.reduce((most, [time]) => Math.max(most, time.length), 0)
  return [
    `${scenario.name}: ${name}, seed ${seed}`,
    '',
    ...told.map(([time, text]) => `${time.padStart(width)}  ${text}`),
    '',
    ...figures(simulationResult(simulation)),
    '',
  ].join('\n')
}

const words: Readonly<Record<ToldWhat, string>> = {
  arrives: 'TASK arrives',
  placed: 'TASK is placed on NODE',
  waits: 'TASK waits',
  rejected: 'TASK is turned away',
  finished: 'TASK has finished',
  lost: 'TASK is lost with NODE',
  'node fails': 'NODE fails',
  'node recovers': 'NODE is back',
  'node drains': 'NODE is to be emptied',
  'node is drained': 'NODE is empty',
  'node is open again': 'NODE is open again',
  'node sleeps': 'NODE sleeps',
  'node wakes': 'NODE wakes',
  moves: 'TASK begins to move to NODE',
  moved: 'TASK has moved to NODE',
  'move given up': 'TASK does not go to NODE after all',
  resized: 'TASK has its new size',
  'resize refused': 'TASK cannot have its new size',
}

function sentence({ nameOf, inventory }: Simulation, { what, task, node }: Told): string {
  return words[what].replace('TASK', () => nameOf(task)).replace('NODE', () => inventory.names[node] ?? '')
}

/** What was not modelled and what did not happen is left out. */
function figures(result: SimulationResult): string[] {
  const { allocated, energyKwh, carbonKg, cost } = result
  const lines: (string | null)[] = [
    `tasks      ${[
      `${result.arrived} arrived`,
      `${result.placed} placed`,
      `${result.finished} finished`,
      `${result.running} running`,
      `${result.waiting} waiting`,
      `${result.rejected} turned away`,
    ].join(', ')}`,
    `allocated  ${[
      `cores ${percent(allocated.cpu)}`,
      `memory ${percent(allocated.memory)}`,
      ...(allocated.gpu === null ? [] : [`GPUs ${percent(allocated.gpu)}`]),
    ].join(', ')}`,
    result.fragmentShare === null ? null : `fragments  ${percent(result.fragmentShare)} of idle GPUs`,
    `waits      mean ${durationShow(result.waitSecondsMean)}, longest ${durationShow(result.waitSecondsMost)}`,
    result.restarts === 0
      ? null
      : `restarts   ${result.restarts}, ${durationShow(result.lostSeconds)} of work lost, ${durationShow(result.downSeconds)} without a node`,
    result.migrations + result.migrationsGivenUp === 0
      ? null
      : `moves      ${result.migrations}, ${result.migrationsGivenUp} given up, ${durationShow(result.migrationSeconds)} on two nodes`,
    result.resized + result.resizesRefused === 0
      ? null
      : `sizes      ${result.resized} changed, ${result.resizesRefused} refused`,
    result.overloadMinutes === null
      ? null
      : `usage      ${percent(result.cpuUsedShare)} of the cores, ${number(result.overloadMinutes)} node-minutes of overload`,
    result.memoryOverloadMinutes === null
      ? null
      : `memory     ${percent(result.memoryUsedShare)} in use, ${number(result.memoryOverloadMinutes)} node-minutes of overload`,
    result.asleepMean === null
      ? null
      : `asleep     ${number(result.asleepMean)} nodes on average, woken ${countInWords(result.wakeUps, 'time')}, ${durationShow(result.wakeSeconds)} waited for that`,
    energyKwh === null
      ? null
      : `energy     ${number(energyKwh)} kWh, ${number(carbonKg ?? 0)} kg of carbon, cost ${number(cost ?? 0)}`,
    result.latencyMsMean === null ? null : `latency    ${number(result.latencyMsMean)} ms on average`,
  ]
  return lines.filter((line) => line !== null)
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(2)} %`
}

function number(value: number): string {
  return String(Number(value.toFixed(4)))
}
