/** Simulations in which nodes fail, drain and come back, tasks grow and shrink, and carbon and usage change. */
import { optimiseAims } from '@orrery/api/run.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCreate } from '../../inventory.ts'
import type { PlannerInventory } from '../../inventory/model.ts'
import { targetOf } from '../../inventory/target.ts'
import { GiB, node, site, siteId } from '../../planner/made-up.ts'
import { policies, policyResolve } from '../../policy/policies.ts'
import { accountFaults } from './accounts.ts'
import { simulationAdvance } from './advance.ts'
import type { Change } from './known-change.ts'
import { simulationResult } from './result.ts'
import {
  type Simulation,
  type SimulationOptions,
  type SimulationStart,
  simulationCopy,
  simulationCreate,
} from './state.ts'
import { stepsConstant, stepsOf } from './steps.ts'
import { type SimulationTask, leavesAt, taskState } from './tasks.ts'
import type { UsageProfile } from './usage.ts'

const horizonSeconds = 100

function demandOf(cpuCores: number, gib: number, gpus = 0, milli = 1000) {
  return {
    cpuCores,
    memoryBytes: gib * GiB,
    diskBytes: 0,
    gpu: { count: gpus, milli: gpus > 1 ? 1000 : milli, models: [] },
  }
}

const anyDemand = fc
  .record({
    cpu: fc.constantFrom(0.5, 1, 3),
    gib: fc.constantFrom(1, 4),
    gpus: fc.constantFrom(0, 0, 1, 2),
    milli: fc.constantFrom(200, 500, 1000),
  })
  .map(({ cpu, gib, gpus, milli }) => demandOf(cpu, gib, gpus, milli))

const anyTasks = fc
  .array(
    fc.record({
      at: fc.integer({ min: -5, max: 110 }),
      runs: fc.option(fc.integer({ min: 0, max: 60 })),
      demand: anyDemand,
      usage: fc.constantFrom(-1, 0, 1, 2),
      memoryUsage: fc.constantFrom(-1, 0, 1, 2),
      from: fc.constantFrom(undefined, 'edge'),
      starts: fc.constantFrom(undefined, 0, 7),
    }),
    { maxLength: 40 },
  )
  .map((list) =>
    list.map(({ at, runs, demand, usage, memoryUsage, from, starts }, index): SimulationTask => ({
      name: `t${index}`,
      arrivalSeconds: at,
      departureSeconds: runs === null ? null : at + runs,
      demand,
      usage,
      memoryUsage,
      ...(from === undefined ? {} : { constraints: { latencyFrom: siteId(from) } }),
      ...(starts === undefined ? {} : { startSeconds: starts }),
    })),
  )

const anyNodes = fc.array(
  fc.record({
    cpuCores: fc.constantFrom(2, 4, 8),
    gpus: fc.constantFrom(0, 1, 4),
    at: fc.constantFrom('cloud', 'edge'),
    ready: fc.constantFrom(true, true, true, false),
  }),
  { minLength: 1, maxLength: 5 },
)

function cluster(
  nodes: readonly { cpuCores: number; gpus: number; at: string; ready: boolean }[],
): PlannerInventory {
  return inventoryCreate(
    [
      site('cloud', { links: [{ to: 'edge', latencyMs: 20 }] }),
      // Usage can go beyond the capacity where more is given away than there is.
      site('edge', { overcommitRatio: 1.5 }),
    ],
    nodes.map(({ cpuCores, gpus, at, ready }, index) =>
      node(`n${index}`, { cpuCores, gib: 16, gpus: Array(gpus).fill('A') }, { siteId: siteId(at), ready }),
    ),
    [],
  )
}

const usage: readonly UsageProfile[] = [
  { share: stepsConstant(0.25), since: 'zero' },
  {
    share: stepsOf(
      [
        [0, 0.5],
        [10, 1],
        [30, 0],
      ],
      40,
    ),
    since: 'zero',
  },
  {
    share: stepsOf([
      [0, 1],
      [2.5, 0.1],
      [5, 0.9],
    ]),
    since: 'start',
  },
]

const anyChange = fc.record({
  at: fc.integer({ min: 0, max: 100 }),
  kind: fc.constantFrom<Change['kind']>('fail', 'recover', 'drain', 'open', 'resize'),
  which: fc.nat(),
  demand: anyDemand,
  movesAtOnce: fc.integer({ min: 1, max: 3 }),
})

type Drawn = {
  inventory: () => PlannerInventory
  tasks: readonly SimulationTask[]
  options: SimulationOptions
  start: SimulationStart
}

const anything: fc.Arbitrary<Drawn> = fc
  .record({
    nodes: anyNodes,
    tasks: anyTasks,
    changes: fc.array(anyChange, { maxLength: 12 }),
    hasUsage: fc.boolean(),
    hasMemoryUsage: fc.boolean(),
    reoptimise: fc.option(
      fc.record({
        aim: fc.constantFrom(...optimiseAims),
        everySeconds: fc.constantFrom(3, 10, 33.3),
        movesMax: fc.constantFrom(0, 1, 20),
      }),
    ),
    sleep: fc.option(
      fc.record({
        afterSeconds: fc.constantFrom(0, 5, 20),
        wakeSeconds: fc.constantFrom(0, 4, 30),
        watts: fc.constantFrom(0, 3.5, 1000),
      }),
    ),
    options: fc.record({
      policy: fc.constantFrom(
        ...policies,
        policyResolve({ algorithm: 'weighted', weights: { lowCarbon: 1, lowLatency: 0.5 } }),
      ),
      seed: fc.integer({ min: 0, max: 9 }),
      horizonSeconds: fc.constant(horizonSeconds),
      unplaced: fc.constantFrom<SimulationOptions['unplaced']>('wait', 'reject'),
      startSeconds: fc.constantFrom(0, 3),
      moveRates: fc.constantFrom(
        { withinSiteMbps: 5000, betweenSitesMbps: 500, setupSeconds: 2 },
        { withinSiteMbps: 1e9, betweenSitesMbps: 1e9, setupSeconds: 0 },
      ),
    }),
  })
  .map(({ nodes, tasks, changes, hasUsage, hasMemoryUsage, reoptimise, sleep, options }) => ({
    inventory: () => {
      const inventory = cluster(nodes)
      inventory.target = targetOf(tasks)
      return inventory
    },
    tasks,
    options,
    start: {
      changes: changes.flatMap(({ at: atSeconds, kind, which, demand, movesAtOnce }): Change[] => {
        if (kind !== 'resize') return [{ atSeconds, kind, node: which % nodes.length, movesAtOnce }]
        return tasks.length === 0 ? [] : [{ atSeconds, kind, task: `t${which % tasks.length}`, demand }]
      }),
      ...(hasUsage ? { usage } : {}),
      ...(hasMemoryUsage ? { memoryUsage: usage } : {}),
      ...(reoptimise === null
        ? {}
        : { reoptimise: { ...reoptimise, nodes: reoptimise.aim === 'evacuate' ? [0] : [] } }),
      // Nodes of the edge never sleep.
      ...(sleep === null ? {} : { sleep: [sleep, undefined] }),
      energy: {
        power: nodes.map(({ cpuCores }) => ({
          idleWatts: 10 * cpuCores,
          wattsPerCore: 3.3,
          wattsPerGpu: 100,
        })),
        carbonGramsPerKwh: [
          stepsOf(
            [
              [0, 400],
              [20, 50.5],
            ],
            60,
          ),
          undefined,
        ],
        pricePerKwh: [
          undefined,
          stepsOf([
            [0, 0.3],
            [50, 0.1],
          ]),
        ],
      },
    },
  }))

const made = ({ inventory, tasks, options, start }: Drawn) =>
  simulationCreate(inventory(), tasks, options, start)

function ran(simulation: Simulation): Simulation {
  simulationAdvance(simulation, horizonSeconds)
  return simulation
}

const bytes = ({
  tasks,
  meter,
  inventory,
  nowSeconds,
  service,
  drains,
  moves,
  usage: used,
  memoryUsage,
  sleep,
  energy,
}: Simulation) => ({
  tasks,
  meter,
  nodes: inventory.nodes,
  devices: inventory.devices,
  nowSeconds,
  service,
  drains,
  moves,
  used,
  memoryUsage,
  sleep,
  energy,
})

/** A move that a drain begins is one of as many as it may. One that a new size needs is not counted. */
function movesAreFew({ drains, moves, tasks }: Simulation, task: number): void {
  const from = tasks.node[task] ?? -1
  const drain = drains.find((each) => each.node === from)
  if (drain === undefined || moves.get(task)?.ask !== tasks.ask[task]) return
  const moving = Array.from(moves.keys()).filter((each) => tasks.node[each] === from)
  expect(moving.length).toBeLessThanOrEqual(drain.movesAtOnce)
}

describe('whatever is done to nodes and tasks', () => {
  it('nothing is lost or doubled, and no node holds more than it has, the failed and draining included', () => {
    fc.assert(
      fc.property(anything, (drawn) => {
        const simulation = made(drawn)
        for (let until = 0; until <= horizonSeconds; until += 5) {
          simulationAdvance(simulation, until)
          expect(accountFaults(simulation)).toEqual([])
        }
        const result = simulationResult(simulation)
        expect(structuredClone(result)).toEqual(result)
      }),
    )
  })

  it('the same seed gives the same bytes', () => {
    fc.assert(
      fc.property(anything, (drawn) => {
        expect(bytes(ran(made(drawn)))).toEqual(bytes(ran(made(drawn))))
      }),
    )
  })

  it('a fork at any instant goes on as its source does, and neither moves the other', () => {
    fc.assert(
      fc.property(anything, fc.double({ min: 0, max: 100, noNaN: true }), (drawn, at) => {
        const source = made(drawn)
        simulationAdvance(source, at)
        const fork = simulationCopy(source)
        const before = structuredClone(bytes(source))
        ran(fork)
        expect(bytes(source)).toEqual(before)
        expect(bytes(ran(source))).toEqual(bytes(fork))
      }),
    )
  })

  it('nobody is placed on a node out of service, and whoever runs leaves when its time is over', () => {
    fc.assert(
      fc.property(anything, (drawn) => {
        const simulation = made(drawn)
        simulation.listener = ({ what, task, node: on }) => {
          if (what === 'placed' || what === 'moves') expect(simulation.inventory.nodes.ready[on]).toBe(1)
          if (what === 'moves') movesAreFew(simulation, task)
        }
        const { tasks } = ran(simulation)
        tasks.state.forEach((state, task) => {
          if (state === taskState.running) expect(leavesAt(tasks, task)).toBeGreaterThan(horizonSeconds)
        })
      }),
    )
  })

  it('what is said of memory changes no level but those of memory, and moves nobody', () => {
    fc.assert(
      fc.property(anything, (drawn) => {
        const { memoryUsage: _, ...without } = drawn.start
        const silent = ran(made({ ...drawn, start: without }))
        const told = ran(made({ ...drawn, start: { ...without, memoryUsage: usage } }))
        expect(told.tasks).toEqual(silent.tasks)
        const [of, plain] = [simulationResult(told), simulationResult(silent)]
        expect([plain.memoryUsedShare, plain.memoryOverloadMinutes]).toEqual([null, null])
        expect(of.memoryOverloadMinutes).toBeGreaterThanOrEqual(0)
        const { memoryUsed, memoryOverloaded } = silent.meter.levels
        expect({ ...told.meter.levels, memoryUsed, memoryOverloaded }).toEqual(silent.meter.levels)
        expect(of.migrations).toBe(plain.migrations)
      }),
    )
  })

  it('nodes that sleep and wake at once change nothing but the energy, and draw no more', () => {
    fc.assert(
      fc.property(anything, (drawn) => {
        const at = { afterSeconds: 5, wakeSeconds: 0, watts: 1 }
        const { sleep: _, ...awake } = drawn.start
        const sleeping = ran(made({ ...drawn, start: { ...awake, sleep: [at, at] } }))
        const waking = ran(made({ ...drawn, start: awake }))
        expect(sleeping.tasks).toEqual(waking.tasks)
        const [drawnAsleep, drawnAwake] = [sleeping, waking].map(({ meter }) => meter.sums.milliwatts)
        expect(drawnAsleep).toBeLessThanOrEqual(drawnAwake ?? 0)
      }),
    )
  })
})
