import { expect, it } from 'vitest'
import { inventoryCreate } from '../inventory.ts'
import { inventoryReserve } from '../inventory/reserve.ts'
import { GiB, node, site } from '../planner/made-up.ts'
import { policyResolve } from '../policy/policies.ts'
import { type ForkStart, forkChanges, forkSimulation } from './fork.ts'
import { type Optimise, forkOptimise } from './fork-optimise.ts'
import { simulationAdvance } from './simulation/advance.ts'
import { simulationResult } from './simulation/result.ts'

const policy = policyResolve({ algorithm: 'first-fit' })
const options = { policy, seed: 1, horizonSeconds: 4 * 3600, unplaced: 'wait' } as const
const demandOf = (cpuCores: number) => ({
  cpuCores,
  memoryBytes: GiB,
  diskBytes: 0,
  gpu: { count: 0, milli: 0, models: [] },
})

/** On each of three full nodes one stays and one leaves after half an hour. */
function start(): ForkStart {
  const inventory = inventoryCreate(
    [site('cloud')],
    ['a', 'b', 'c'].map((name) => node(name, { cpuCores: 10, gib: 64 })),
    [],
  )
  const asks = [{ demand: demandOf(2) }, { demand: demandOf(8) }]
  const running = {
    asks,
    ask: Int32Array.of(0, 1, 0, 1, 0, 1),
    node: Int32Array.of(0, 0, 1, 1, 2, 2),
    devicesLow: new Uint32Array(6),
    devicesHigh: new Uint32Array(6),
    remainingSeconds: Float64Array.from({ length: 6 }, (_, at) =>
      at % 2 === 0 ? Number.POSITIVE_INFINITY : 1800,
    ),
    nameOf: String,
  }
  running.ask.forEach((ask, at) => {
    const demand = asks[ask]?.demand
    if (demand !== undefined)
      inventoryReserve(inventory, running.node[at] ?? -1, { demand, constraints: {} }, [])
  })
  return { inventory, running, tasks: [] }
}

function ran(optimise: Optimise) {
  const begun = start()
  const simulation = forkSimulation(forkOptimise(begun, optimise, policy, 1), options)
  simulationAdvance(simulation, options.horizonSeconds)
  return { changes: forkChanges(begun, simulation), result: simulationResult(simulation) }
}
const consolidate: Optimise = { aim: 'consolidate', movesMax: 10, nodes: [] }

it('once, at the beginning, finds no room; again every hour it finds what has become free', () => {
  expect(ran(consolidate)).toMatchObject({ changes: [], result: { migrations: 0 } })
  const again = ran({ ...consolidate, everySeconds: 3600 })
  expect(again.changes.map(({ task, fromNode, node: to }) => [task, fromNode, to])).toEqual([
    [0, 0, 1],
    [4, 2, 1],
  ])
  expect(again.result).toMatchObject({ migrations: 2, finished: 3, running: 3 })
  expect(again.result.migrationSeconds).toBeGreaterThan(0)
})

it('an evacuation goes on until nobody is left', () => {
  const { changes, result } = ran({ aim: 'evacuate', movesMax: 10, nodes: ['a'], everySeconds: 600 })
  expect(changes.map(({ task, node: to }) => [task, to])).toEqual([[0, 1]])
  expect(result.migrations).toBe(1)
})
