/** Simulations over generated clusters and traces: what must hold whatever happens. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCopy, inventoryCreate } from '../../inventory.ts'
import type { PlannerInventory } from '../../inventory/model.ts'
import { targetOf } from '../../inventory/target.ts'
import { GiB, node, site } from '../../planner/made-up.ts'
import { policies } from '../../policy/policies.ts'
import type { TraceTask } from '../../trace/model.ts'
import { accountFaults } from './accounts.ts'
import { simulationAdvance } from './advance.ts'
import { simulationResult } from './result.ts'
import { type Simulation, type SimulationOptions, simulationCopy, simulationCreate } from './state.ts'
import { type RunningTasks, devicesOf, taskState } from './tasks.ts'

const horizonSeconds = 100
const bestFit = policyNamed('best-fit')

function policyNamed(name: string) {
  const policy = policies.find((each) => each.name === name)
  if (policy === undefined) throw new Error(`there is no policy ${name}`)
  return policy
}

function cluster(sizes: readonly { cpuCores: number; gpus: number }[]): PlannerInventory {
  return inventoryCreate(
    [site('cloud')],
    sizes.map(({ cpuCores, gpus }, at) => node(`n${at}`, { cpuCores, gpus: Array(gpus).fill('A') })),
    [],
  )
}

function task(
  name: string,
  at: number,
  runs: number | null,
  ask: { cpu?: number; gpus?: number; milli?: number } = {},
): TraceTask {
  return {
    name,
    arrivalSeconds: at,
    departureSeconds: runs === null ? null : at + runs,
    demand: {
      cpuCores: ask.cpu ?? 1,
      memoryBytes: GiB,
      diskBytes: 0,
      gpu: { count: ask.gpus ?? 0, milli: ask.milli ?? 1000, models: [] },
    },
  }
}

const anyTasks = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 120 }),
      runs: fc.option(fc.integer({ min: 0, max: 40 })),
      cpu: fc.constantFrom(0.5, 1, 3),
      gpus: fc.constantFrom(0, 0, 1, 2),
      milli: fc.constantFrom(200, 500, 1000),
    }),
    { maxLength: 60 },
  )
  .map((list) =>
    list.map(({ at, runs, cpu, gpus, milli }, index) =>
      task(`t${index}`, at, runs, { cpu, gpus, milli: gpus > 1 ? 1000 : milli }),
    ),
  )
const anyCluster = fc.array(
  fc.record({ cpuCores: fc.constantFrom(2, 4, 8), gpus: fc.constantFrom(0, 1, 4) }),
  { minLength: 1, maxLength: 5 },
)
const anyOptions = fc.record({
  policy: fc.constantFrom(...policies),
  seed: fc.integer({ min: 0, max: 9 }),
  horizonSeconds: fc.constant(horizonSeconds),
  unplaced: fc.constantFrom<SimulationOptions['unplaced']>('wait', 'reject'),
})
const anything = [anyCluster, anyTasks, anyOptions] as const

function ran(simulation: Simulation): Simulation {
  simulationAdvance(simulation, horizonSeconds)
  return simulation
}
const bytes = ({ tasks, meter, inventory, nowSeconds }: Simulation) => ({
  tasks,
  meter,
  nodes: inventory.nodes,
  devices: inventory.devices,
  nowSeconds,
})

describe('whatever comes', () => {
  it('nothing is lost or doubled, and no node holds more than it has', () => {
    fc.assert(
      fc.property(...anything, (sizes, trace, options) => {
        const simulation = simulationCreate(cluster(sizes), trace, options)
        for (let until = 0; until <= horizonSeconds; until += 7) {
          simulationAdvance(simulation, until)
          expect(accountFaults(simulation)).toEqual([])
        }
        const { arrived, placed, rejected, waiting, finished, running } = simulationResult(ran(simulation))
        expect(arrived).toBe(trace.filter((each) => each.arrivalSeconds <= horizonSeconds).length)
        expect(placed + rejected + waiting).toBe(arrived)
        expect(finished + running).toBe(placed)
      }),
    )
  })

  it('the same seed gives the same bytes, in one go or in steps', () => {
    fc.assert(
      fc.property(...anything, fc.integer({ min: 1, max: 30 }), (sizes, trace, options, stepSeconds) => {
        const whole = ran(simulationCreate(cluster(sizes), trace, options))
        const again = ran(simulationCreate(cluster(sizes), trace, options))
        expect(bytes(again)).toEqual(bytes(whole))
        const stepped = simulationCreate(cluster(sizes), trace, options)
        for (let until = 0; until < horizonSeconds; until += stepSeconds) simulationAdvance(stepped, until)
        const { sums: steppedSums, ...steppedMeter } = ran(stepped).meter
        const { sums, ...meter } = whole.meter
        expect({ ...bytes(stepped), meter: steppedMeter }).toEqual({ ...bytes(whole), meter })
        for (const [name, sum] of Object.entries(sums)) {
          expect(steppedSums[name as keyof typeof sums]).toBeCloseTo(sum, 3)
        }
      }),
    )
  })

  it('a fork goes on as its source does, and neither moves the other', () => {
    fc.assert(
      fc.property(...anything, fc.integer({ min: 0, max: 100 }), (sizes, trace, options, at) => {
        const inventory = cluster(sizes)
        inventory.target = targetOf(trace)
        const source = simulationCreate(inventory, trace, options)
        simulationAdvance(source, at)
        const fork = simulationCopy(source)
        const before = structuredClone(bytes(source))
        ran(fork)
        expect(bytes(source)).toEqual(before)
        expect(bytes(ran(source))).toEqual(bytes(fork))
      }),
    )
  })
})

/** The tasks that hold a place, as columns for another simulation that begins now. */
function runningOf({ tasks, asks, nameOf, nowSeconds }: Simulation): RunningTasks {
  const held = Array.from(tasks.state.keys()).filter((at) => tasks.state[at] === taskState.running)
  const of = (column: ArrayLike<number>) => held.map((at) => column[at] ?? 0)
  return {
    asks,
    ask: Int32Array.from(of(tasks.ask)),
    node: Int32Array.from(of(tasks.node)),
    devicesLow: Uint32Array.from(of(tasks.devicesLow)),
    devicesHigh: Uint32Array.from(of(tasks.devicesHigh)),
    startedAt: Float64Array.from(of(tasks.startedAt), (seconds) => seconds - nowSeconds),
    remainingSeconds: Float64Array.from(
      held,
      (at) => (tasks.startedAt[at] ?? 0) + (tasks.runsFor[at] ?? 0) - nowSeconds,
    ),
    nameOf: (at) => nameOf(held[at] ?? -1),
  }
}

describe('a start from what runs already', () => {
  const deterministic = policies.filter((policy) => policy.deterministic)

  it('ends as if the simulation had run from the beginning', () => {
    fc.assert(
      fc.property(
        anyCluster,
        anyTasks,
        fc.constantFrom(...deterministic),
        fc.integer({ min: 0, max: 100 }),
        (sizes, trace, policy, at) => {
          const options = { policy, seed: 0, horizonSeconds, unplaced: 'reject' } as const
          const source = simulationCreate(cluster(sizes), trace, options)
          simulationAdvance(source, at)
          const later = trace
            .filter((each) => each.arrivalSeconds > at)
            .map(({ arrivalSeconds, departureSeconds, ...each }) => ({
              ...each,
              arrivalSeconds: arrivalSeconds - at,
              departureSeconds: departureSeconds === null ? null : departureSeconds - at,
            }))
          const running = runningOf(source)
          const begun = simulationCreate(
            inventoryCopy(source.inventory),
            later,
            { ...options, horizonSeconds: horizonSeconds - at },
            { running },
          )
          expect(accountFaults(begun)).toEqual([])
          expect(begun.meter.levels).toEqual({ ...source.meter.levels, waiting: 0 })
          simulationAdvance(begun, horizonSeconds)
          expect(accountFaults(begun)).toEqual([])
          simulationAdvance(source, horizonSeconds)
          expect(placesByName(begun)).toEqual(placesByName(source))
          const result = simulationResult(begun)
          expect(result.standing).toBe(running.ask.length)
          expect(result.finished + result.running).toBe(result.standing + result.placed)
        },
      ),
    )
  })

  it('gives places to who waited before zero, with the wait counted from then', () => {
    const [first, second] = [task('runs', 0, 30, { cpu: 4 }), task('waits', -20, 10, { cpu: 4 })]
    const source = simulationCreate(cluster([{ cpuCores: 4, gpus: 0 }]), [first], {
      policy: bestFit,
      seed: 0,
      horizonSeconds,
      unplaced: 'wait',
    })
    simulationAdvance(source, 10)
    const begun = simulationCreate(inventoryCopy(source.inventory), [second], source.options, {
      running: runningOf(source),
    })
    expect(begun.nameOf(0)).toBe('runs')
    const { standing, arrived, placed, finished, waitSecondsMean } = simulationResult(ran(begun))
    expect({ standing, arrived, placed, finished, waitSecondsMean }).toEqual({
      standing: 1,
      arrived: 1,
      placed: 1,
      finished: 2,
      waitSecondsMean: 40,
    })
    expect(begun.tasks.startedAt[1]).toBe(20)
  })

  it('keeps what never ends until the end', () => {
    const running: RunningTasks = {
      asks: [{ demand: task('x', 0, null).demand }],
      ask: Int32Array.of(0),
      node: Int32Array.of(0),
      devicesLow: Uint32Array.of(0),
      devicesHigh: Uint32Array.of(0),
      remainingSeconds: Float64Array.of(Number.POSITIVE_INFINITY),
      nameOf: () => 'x',
    }
    const inventory = cluster([{ cpuCores: 4, gpus: 0 }])
    inventory.nodes.cpuAllocated[0] = 1e6
    const options = { policy: bestFit, seed: 0, horizonSeconds, unplaced: 'wait' } as const
    const result = simulationResult(ran(simulationCreate(inventory, [], options, { running })))
    expect([result.running, result.finished, result.allocated.cpu]).toEqual([1, 0, 0.25])
  })
})

/** By name, the states as numbers: tasks of the one simulation are in another order in the other. */
function placesByName({ tasks, nameOf }: Simulation): Map<string, string> {
  const entries = Array.from(tasks.state, (state, at): [string, string] => [
    nameOf(at),
    `${state} ${tasks.node[at]} ${devicesOf(tasks, at).join()}`,
  ])
  return new Map(entries.filter(([, place]) => place.startsWith(String(taskState.running))))
}

describe('a small cluster', () => {
  const options = { policy: bestFit, seed: 0, horizonSeconds, unplaced: 'wait' } as const
  const one = () => cluster([{ cpuCores: 4, gpus: 2 }])

  it('gives room that comes back to who waits, at that instant, and counts the wait', () => {
    const trace = [
      task('first', 0, 30, { cpu: 4 }),
      task('second', 10, 20, { cpu: 3 }),
      task('third', 12, 20, { cpu: 1 }),
    ]
    const result = simulationResult(ran(simulationCreate(one(), trace, options)))
    expect(result).toMatchObject({ arrived: 3, placed: 3, finished: 3, waiting: 0, running: 0 })
    expect([result.waitSecondsMean, result.waitSecondsMost]).toEqual([(20 + 18) / 3, 20])
    // Four cores for 30 s, then four for 20 s, of 100 s.
    expect(result.allocated.cpu).toBeCloseTo(0.5, 12)
    expect(result.waitingMean).toBeCloseTo((20 + 18) / 100, 12)
  })

  it('lets a small task pass a large one that does not fit, but not one that asks for the same', () => {
    const trace = [
      task('there', 0, 50, { cpu: 3 }),
      task('large', 1, 5, { cpu: 2 }),
      task('large too', 2, 5, { cpu: 2 }),
      task('small', 3, 5, { cpu: 1 }),
    ]
    const simulation = simulationCreate(one(), trace, options)
    simulationAdvance(simulation, 50)
    expect(Array.from(simulation.tasks.startedAt)).toEqual([0, 50, 50, 3])
  })

  it('serves the largest of who waits first when the policy says so', () => {
    const trace = [
      task('runs', 0, 10, { cpu: 8 }),
      task('small', 1, null, { cpu: 3 }),
      task('large', 2, null, { cpu: 6 }),
    ]
    const standing = (policy: SimulationOptions['policy']) => {
      const simulation = simulationCreate(cluster([{ cpuCores: 8, gpus: 0 }]), trace, {
        policy,
        seed: 1,
        horizonSeconds,
        unplaced: 'wait',
      })
      return Array.from(ran(simulation).tasks.state)
    }
    const { finished, running, waiting } = taskState
    expect(standing(policyNamed('first-fit'))).toEqual([finished, running, waiting])
    expect(standing(policyNamed('first-fit-decreasing'))).toEqual([finished, waiting, running])
  })

  it('turns away what has no room when nobody may wait', () => {
    const trace = [task('there', 0, 50, { cpu: 4 }), task('late', 1, 5), task('after', 50, 5)]
    const result = simulationResult(ran(simulationCreate(one(), trace, { ...options, unplaced: 'reject' })))
    expect(result).toMatchObject({ arrived: 3, placed: 2, rejected: 1, waiting: 0 })
  })

  it('draws curves from the first second to the last', () => {
    const trace = [task('half', 50, null, { gpus: 1 }), task('never', 101, 1)]
    const { curve, allocated, arrived } = simulationResult(ran(simulationCreate(one(), trace, options)))
    expect(arrived).toBe(1)
    expect([curve.seconds[0], curve.seconds[99], curve.seconds[100], curve.seconds.at(-1)]).toEqual([
      0, 49.5, 50, 100,
    ])
    expect([curve.gpu[99], curve.gpu[100], curve.gpu.at(-1)]).toEqual([0, 0.5, 0.5])
    expect(allocated.gpu).toBeCloseTo(0.25, 12)
    expect(curve.cpu).toHaveLength(curve.seconds.length)
  })

  it('says nothing of GPUs where there are none', () => {
    const bare = cluster([{ cpuCores: 4, gpus: 0 }])
    const { allocated, fragmentShare } = simulationResult(
      ran(simulationCreate(bare, [task('a', 0, 1)], options)),
    )
    expect([allocated.gpu, fragmentShare]).toEqual([null, null])
  })
})
