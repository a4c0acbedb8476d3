/** Scenarios as somebody might write them, from the text to the last figure: what must hold whatever is in them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { policies } from '../../policy/policies.ts'
import { accountFaults } from '../simulation/accounts.ts'
import { simulationAdvance } from '../simulation/advance.ts'
import { simulationResult } from '../simulation/result.ts'
import { type Simulation, simulationCopy } from '../simulation/state.ts'
import type { Scenario } from './model.ts'
import { scenarioOpen, scenarioRead } from './read.ts'
import { scenarioSimulation } from './run.ts'
import { storyTell } from './story.ts'

const minutes = 60
const anyTime = fc.integer({ min: 0, max: minutes }).map((at) => `${at}m`)
const anyShare = fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`)
const anyDemand = fc.record({
  cpuCores: fc.constantFrom(0.5, '500m', 1, 2),
  memory: fc.constantFrom('512 MiB', '1 GiB', '2GB'),
})
const anySteps = <T>(value: fc.Arbitrary<T>) =>
  fc.tuple(value, value, fc.integer({ min: 1, max: 20 }), fc.boolean()).map(([first, second, at, again]) => ({
    steps: { '0s': first, [`${at}m`]: second },
    ...(again ? { every: `${at + 10}m` } : {}),
  }))
const amount = fc.integer({ min: 0, max: 500 })

const anyPlace = fc.record(
  {
    servedFrom: fc.constantFrom('cloud', 'edge'),
    sites: fc.constant(['cloud', 'edge']),
    antiAffinity: fc.constantFrom('red', 'blue'),
    startUp: fc.constantFrom('0s', '90s'),
    usage: fc.constantFrom('wave', '40%', 0.2),
    memoryUsage: fc.constantFrom('wave', '70%', 1),
    runs: fc.constantFrom('30s', '5m', '20m'),
  },
  { requiredKeys: [] },
)

const anyScenario = fc
  .record({
    seed: fc.integer({ min: 0, max: 99 }),
    unplaced: fc.constantFrom('wait', 'reject'),
    startUp: fc.constantFrom('0s', '10s'),
    migration: fc.constantFrom({}, { withinSiteMbps: 50, betweenSitesMbps: 20, setup: '5s' }),
    carbon: fc.oneof(amount, anySteps(amount)),
    wave: fc.oneof(anyShare, anySteps(anyShare)),
    overcommitRatio: fc.constantFrom(1, 1.5),
    reoptimise: fc.constantFrom(
      {},
      { reoptimise: { aim: 'consolidate', every: '10m' } },
      { reoptimise: { aim: 'balance', every: '7m', movesMax: 2 } },
      { reoptimise: { aim: 'evacuate', every: '15m', nodes: ['edge'] } },
    ),
    power: fc.constantFrom(
      {},
      { power: { sleepAfter: '5m', wakeUp: '2m', sleepWatts: 5 } },
      { power: { sleepAfter: '0s' } },
    ),
    counts: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    tasks: fc.array(fc.record({ at: anyTime, demand: anyDemand, place: anyPlace }), { maxLength: 12 }),
    kinds: fc.array(fc.record({ demand: anyDemand, place: anyPlace }), { minLength: 1, maxLength: 3 }),
    perHour: fc.integer({ min: 1, max: 40 }),
    events: fc.array(
      fc.record({
        at: anyTime,
        kind: fc.constantFrom('fail', 'recover', 'drain', 'open', 'resize', 'arrive'),
        which: fc.nat(),
        demand: anyDemand,
      }),
      { maxLength: 8 },
    ),
    policy: fc.constantFrom(...policies.map(({ name }) => name)),
  })
  .map(
    ({
      carbon,
      wave,
      overcommitRatio,
      reoptimise,
      power,
      counts,
      tasks,
      kinds,
      perHour,
      events,
      policy,
      ...head
    }) => ({
      name: 'made up',
      horizon: `${minutes}m`,
      ...head,
      ...power,
      // Of several nodes none is called edge.
      ...(counts[1] > 1 && 'nodes' in (reoptimise.reoptimise ?? {}) ? {} : reoptimise),
      policies: [policy],
      sites: [
        {
          name: 'cloud',
          carbonGramsPerKwh: carbon,
          links: [{ to: 'edge', latencyMs: 15, bandwidthMbps: 100 }],
        },
        { name: 'edge', kind: 'edge', overcommitRatio, pricePerKwh: 0.25 },
      ],
      usage: { wave },
      nodes: ['cloud', 'edge'].map((site, at) => ({
        name: site,
        count: counts[at],
        site,
        cpuCores: 4,
        memory: '8 GiB',
        watts: { idle: 50, peak: 150 },
      })),
      arrivals: [
        ...tasks.map(({ at, demand, place }, index) => ({ task: `t${index}`, at, ...demand, ...place })),
        { poisson: 'stream', perHour, mix: kinds.map(({ demand, place }) => ({ ...demand, ...place })) },
      ],
      events: events.flatMap(({ at, kind, which, demand }, index): object[] => {
        const count = counts[which % 2] ?? 1
        const node = `${which % 2 === 0 ? 'cloud' : 'edge'}${count === 1 ? '' : `-${(which % count) + 1}`}`
        if (kind === 'arrive') return [{ at, arrive: `late-${index}`, ...demand }]
        if (kind !== 'resize') return [{ at, [kind]: node }]
        return tasks.length === 0 ? [] : [{ at, resize: `t${which % tasks.length}`, ...demand }]
      }),
    }),
  )
  // JSON is YAML.
  .map((scenario) => scenarioRead(scenarioOpen({ name: 'made-up.yaml', text: JSON.stringify(scenario) })))

function policyOf({ policies: [policy] }: Scenario) {
  if (policy === undefined) throw new Error('a scenario has a policy')
  return policy
}
const begun = (scenario: Scenario): Simulation =>
  scenarioSimulation(scenario, policyOf(scenario).policy, scenario.seed)
const plain = ({ tasks, meter, inventory, usage, memoryUsage, sleep, energy, moves }: Simulation) => ({
  tasks,
  meter,
  nodes: inventory.nodes,
  usage,
  memoryUsage,
  sleep,
  energy,
  moves,
})

describe('whatever a scenario holds', () => {
  it('the accounts are right at every minute, and every task is somewhere', () => {
    fc.assert(
      fc.property(anyScenario, (scenario) => {
        const simulation = begun(scenario)
        for (let minute = 0; minute <= minutes; minute += 1) {
          simulationAdvance(simulation, 60 * minute)
          expect(accountFaults(simulation)).toEqual([])
        }
        const { arrived, finished, running, waiting, rejected } = simulationResult(simulation)
        expect(finished + running + waiting + rejected).toBe(arrived)
      }),
    )
  })

  it('the same seed gives the same story, word for word', () => {
    fc.assert(
      fc.property(anyScenario, (scenario) => {
        const tell = () => storyTell(scenario, policyOf(scenario), scenario.seed)
        expect(tell()).toBe(tell())
      }),
    )
  })

  it('a fork at any instant ends as its source does', () => {
    fc.assert(
      fc.property(anyScenario, fc.integer({ min: 0, max: 60 * minutes }), (scenario, at) => {
        const source = begun(scenario)
        simulationAdvance(source, at)
        const fork = simulationCopy(source)
        simulationAdvance(fork, scenario.horizonSeconds)
        simulationAdvance(source, scenario.horizonSeconds)
        expect(plain(fork)).toEqual(plain(source))
      }),
    )
  })
})
