/** Nodes that sleep, in moments that are easily got wrong. */
import { expect, it } from 'vitest'
import { scenarioOpen, scenarioRead } from '../scenario/read.ts'
import { scenarioSimulation } from '../scenario/run.ts'
import { durationShow } from '../../quantity.ts'
import { accountFaults } from './accounts.ts'
import { simulationAdvance } from './advance.ts'
import { simulationResult } from './result.ts'

/** What is told of a scenario, and its figures; the accounts are looked at after every minute. */
function run(text: string) {
  const scenario = scenarioRead(
    scenarioOpen({ name: 's.yaml', text: `name: s\nhorizon: 1h\npolicies: [first-fit]\n${text}` }),
  )
  const [policy] = scenario.policies
  if (policy === undefined) throw new Error('a scenario has a policy')
  const simulation = scenarioSimulation(scenario, policy.policy, 1)
  const told: string[] = []
  simulation.listener = ({ atSeconds, what, task, node }) => {
    const names = [task < 0 ? '' : simulation.nameOf(task), simulation.inventory.names[node] ?? '']
    told.push([durationShow(atSeconds), what, ...names.filter((name) => name !== '')].join(' '))
  }
  for (let at = 0; at <= 3600; at += 60) {
    simulationAdvance(simulation, at)
    expect(accountFaults(simulation)).toEqual([])
  }
  return { told, startedAt: simulation.tasks.startedAt, result: simulationResult(simulation) }
}
const two = 'nodes:\n  - { name: n, count: 2, cpuCores: 4, memory: 8 GB, watts: { idle: 60 } }\n'

it('a move to a node that sleeps begins to copy when it is awake', () => {
  const { told } = run(`${two}power: { sleepAfter: 5m, wakeUp: 3m }
migration: { withinSiteMbps: 800, setup: 0s }
arrivals: [{ task: a, cpuCores: 1, memory: 6 GB }]
events: [{ at: 10m, drain: n-1 }]
`)
  expect(told.slice(-6)).toEqual([
    '10m node drains n-1',
    '10m node wakes n-2',
    '10m moves a n-2',
    '14m moved a n-2',
    '14m node is drained n-1',
    '19m node sleeps n-1',
  ])
})

it('who comes to a node that wakes waits for the rest of it, and starts up after that', () => {
  const { startedAt, result } = run(`${two}power: { sleepAfter: 0s, wakeUp: 4m }
startUp: 30s
arrivals:
  - { task: a, at: 10m, cpuCores: 1, memory: 1 GB }
  - { task: b, at: 11m, cpuCores: 1, memory: 1 GB }
  - { task: c, at: 20m, cpuCores: 1, memory: 1 GB }
`)
  expect(Array.from(startedAt)).toEqual([14 * 60 + 30, 14 * 60 + 30, 20 * 60 + 30])
  expect([result.wakeUps, result.wakeSeconds]).toEqual([1, (4 + 3) * 60])
})

it('a node that fails while it wakes or sleeps is awake when it is back, and falls asleep anew', () => {
  const { told, result } = run(`${two}power: { sleepAfter: 5m, wakeUp: 4m }
arrivals: [{ task: a, at: 10m, runs: 1m, cpuCores: 1, memory: 1 GB }]
events:
  - { at: 12m, fail: n-1 }
  - { at: 30m, recover: n-1 }
  - { at: 40m, fail: n-1 }
  - { at: 42m, recover: n-1 }
`)
  expect(told.filter((line) => line.includes('n-1'))).toEqual([
    '5m node sleeps n-1',
    '10m node wakes n-1',
    '10m placed a n-1',
    '12m node fails n-1',
    '12m lost a n-1',
    '30m node recovers n-1',
    '35m node sleeps n-1',
    '40m node fails n-1',
    '42m node recovers n-1',
    '47m node sleeps n-1',
  ])
  expect(result.wakeUps).toBe(2)
})

it('each site has its own rule, else the scenario’s, and who never sleeps draws as before', () => {
  const of = (power: string) =>
    run(`${power}sites: [{ name: a, power: { sleepAfter: 15m, sleepWatts: 20 } }, { name: b }]
nodes:
  - { name: one, site: a, cpuCores: 4, memory: 8 GB, watts: { idle: 60 } }
  - { name: two, site: b, cpuCores: 4, memory: 8 GB, watts: { idle: 60 } }
`).result
  expect(of('')).toMatchObject({ energyKwh: (15 * 60 + 45 * 20 + 60 * 60) / 60 / 1000, asleepMean: 0.75 })
  // Asleep a node draws no more than idle.
  expect(of('power: { sleepAfter: 30m, sleepWatts: 99 }\n')).toMatchObject({
    energyKwh: (15 * 60 + 45 * 20 + 60 * 60) / 60 / 1000,
    asleepMean: 1.25,
  })
})

it('without a rule nothing is said of sleep', () => {
  expect(run(two).result).toMatchObject({ asleepMean: null, wakeUps: 0, wakeSeconds: 0, energyKwh: 0.12 })
})
