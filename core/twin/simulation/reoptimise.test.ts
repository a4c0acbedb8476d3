/** Better places every so often, in moments that are easily got wrong. */
import { expect, it } from 'vitest'
import { policyNamed, scenarioOpen, scenarioRead } from '../scenario/read.ts'
import { scenarioSimulation } from '../scenario/run.ts'
import { durationShow } from '../../quantity.ts'
import { accountFaults } from './accounts.ts'
import { simulationAdvance } from './advance.ts'
import { simulationResult } from './result.ts'

/** What is told of a scenario beside who comes and goes, and its figures. */
function run(text: string, policy = 'first-fit') {
  const scenario = scenarioRead(
    scenarioOpen({
      name: 's.yaml',
      text: `name: s\nhorizon: 1h\nmigration: { withinSiteMbps: 800, setup: 0s }\n${text}`,
    }),
  )
  const simulation = scenarioSimulation(scenario, policyNamed(scenario, policy).policy, scenario.seed)
  const told: string[] = []
  simulation.listener = ({ atSeconds, what, task, node }) => {
    if (what === 'arrives' || what === 'placed') return
    const names = [task < 0 ? '' : simulation.nameOf(task), simulation.inventory.names[node] ?? '']
    told.push([durationShow(atSeconds), what, ...names.filter((name) => name !== '')].join(' '))
  }
  for (let at = 0; at <= 3600; at += 60) {
    simulationAdvance(simulation, at)
    expect(accountFaults(simulation)).toEqual([])
  }
  return { told, result: simulationResult(simulation) }
}
const nodes = (count: number) =>
  `nodes:\n  - { name: n, count: ${count}, cpuCores: 4, memory: 64 GB, watts: { idle: 60 } }\n`
/** Of 6 GB, which a move copies in a minute. */
const task = (name: string, more = '', cpuCores = 1) =>
  `  - { task: ${name}, cpuCores: ${cpuCores}, memory: 6 GB${more} }\n`

it('who leaves at the very instant is not moved first, and the room is there', () => {
  const { told } = run(
    `${nodes(2)}reoptimise: { aim: consolidate, every: 10m }
arrivals:
${task('a', ', runs: 10m', 3)}${task('b', '', 1)}${task('c', '', 3)}events: []
`,
  )
  // At 10m a has gone, and n-1 holds b alone: it goes to c on n-2.
  expect(told).toEqual(['10m finished a', '10m moves b n-2', '11m moved b n-2'])
})

it('what moves already counts as moved', () => {
  const { told } = run(`${nodes(2)}reoptimise: { aim: balance, every: 4m, movesMax: 1 }
arrivals:
  - { task: big, cpuCores: 1, memory: 40 GB }
${task('a')}${task('b')}`)
  // That n-1 still holds big at 8m is no reason to move another.
  expect(told).toEqual(['4m moves big n-2', '10m40s moved big n-2'])
})

it('a node that is being emptied takes nothing of what is to be emptied next', () => {
  const text = `${nodes(3)}reoptimise: { aim: consolidate, every: 1m, movesMax: 1 }
arrivals:
  - { task: a, cpuCores: 1, memory: 12 GB }
  - { task: b, cpuCores: 1, memory: 14 GB }
  - { task: c, cpuCores: 1, memory: 16 GB }
`
  // Worst fit spreads them, and would send c to n-1, where the least is.
  expect(run(text, 'worst-fit').told).toEqual([
    '1m moves a n-2',
    '2m moves c n-2',
    '3m moved a n-2',
    '4m40s moved c n-2',
  ])
})

it('nodes that are to be emptied take nothing from the first time on, and are asked again', () => {
  const { told } = run(`${nodes(2)}reoptimise: { aim: evacuate, every: 10m, nodes: [n-1] }
arrivals:
${task('a', ', at: 1m')}${task('wide', ', at: 2m, runs: 15m', 4)}${task('late', ', at: 18m')}`)
  expect(told).toEqual([
    '10m node drains n-1',
    // n-2 is full until 17m.
    '17m finished wide',
    '20m moves a n-2',
    '21m moved a n-2',
  ])
})

it('a draining node is emptied at its own pace', () => {
  const { told } = run(`${nodes(2)}reoptimise: { aim: evacuate, every: 10m, nodes: [n-1] }
events: [{ at: 9m30s, drain: n-1 }]
arrivals:
${task('a')}${task('b')}`)
  expect(told.filter((line) => line.includes(' moves '))).toEqual(['9m30s moves a n-2', '10m30s moves b n-2'])
})

it('no moves at all are those of a scenario that asks for none', () => {
  const arrivals = `arrivals:\n${task('a', ', runs: 5m', 4)}${task('b')}${task('c', ', at: 6m')}`
  const none = run(`${nodes(3)}${arrivals}`)
  const zero = run(`${nodes(3)}reoptimise: { aim: consolidate, every: 10m, movesMax: 0 }\n${arrivals}`)
  expect(zero.told).toEqual(none.told)
  expect({ ...zero.result, curve: null }).toEqual({ ...none.result, curve: null })
})

it('consolidating every ten minutes saves energy under every policy that spreads, the moves included', () => {
  const text = (movesMax: number) =>
    `${nodes(6)}seed: 3
power: { sleepAfter: 5m, wakeUp: 1m, sleepWatts: 5 }
reoptimise: { aim: consolidate, every: 10m, movesMax: ${movesMax} }
arrivals:
  - { poisson: p, perHour: 20, mix: [{ runs: 20m, cpuCores: 1, memory: 6 GB }] }
`
  for (const policy of ['worst-fit', 'random']) {
    const [without, with20] = [run(text(0), policy).result, run(text(20), policy).result]
    expect(with20.migrations).toBeGreaterThan(0)
    expect(with20.energyKwh).toBeLessThan(without.energyKwh ?? 0)
    expect([with20.rejected, with20.arrived]).toEqual([without.rejected, without.arrived])
  }
})
