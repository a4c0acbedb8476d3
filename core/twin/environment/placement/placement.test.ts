import type { Demand } from '@orrery/api/quantity.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCreate } from '../../../inventory.ts'
import type { PlannerInventory } from '../../../inventory/model.ts'
import { requestCreate } from '../../../inventory/request.ts'
import { inventoryRelease, inventoryReserve } from '../../../inventory/reserve.ts'
import { hasRoom } from '../../../planner/filters.ts'
import { gpuChoose } from '../../../planner/gpu.ts'
import { node, site, workload } from '../../../planner/made-up.ts'
import { randomBelow, randomStream } from '../../../random.ts'
import { outputsCreate } from '../outputs.ts'
import { heterogeneous20 } from '../scenarios.ts'
import type { PlacementConfig } from './config.ts'
import { nodesWrite } from './observe.ts'
import { placementAct, placementBegin } from './placement.ts'
import { placementSpaces } from './spaces.ts'
import { type PlacementState, placementState } from './state.ts'

const anySize = fc
  .record({
    cpuMilli: fc.integer({ min: 1, max: 12_000 }),
    memoryMib: fc.integer({ min: 0, max: 40_000 }),
    gpus: fc.constantFrom(0, 0, 1, 1, 2, 4),
    share: fc.constantFrom(1, 250, 333, 500, 1000),
  })
  .map(({ share, ...size }) => ({
    ...size,
    gpuMilli: size.gpus === 1 ? share : 1000 * Math.min(1, size.gpus),
  }))

const anyConfig: fc.Arbitrary<PlacementConfig> = fc
  .record({
    nodeCount: fc.integer({ min: 1, max: 12 }),
    shapes: fc.array(
      fc.record({
        name: fc.constant('shape'),
        weight: fc.integer({ min: 1, max: 3 }),
        cpuMilli: fc.integer({ min: 1000, max: 32_000 }),
        memoryMib: fc.integer({ min: 0, max: 100_000 }),
        gpus: fc.integer({ min: 0, max: 8 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    work: fc
      .array(fc.tuple(anySize, fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 6 })
      .map((sizes) =>
        sizes.map(([size, weight], at) => ({ name: `work-${at}`, weight, life: weight, ...size })),
      ),
    load: fc.constantFrom(0.5, 1.1, 3),
    lineMost: fc.integer({ min: 1, max: 5 }),
    settleTicks: fc.constant(5),
    stepsMost: fc.constant(150),
    lostMost: fc.constantFrom(0, 60),
  })
  .map((config) => ({ ...config, rewards: heterogeneous20.rewards }))

const made = (config: PlacementConfig, count = 1) =>
  placementState(config, outputsCreate(placementSpaces(config), count))

/** Anything between 0 and one past the last action: a node with room, mostly, or what nobody should do. */
function actionDraw(state: PlacementState, stream: ReturnType<typeof randomStream>, env = 0): number {
  const { nodeCount } = state.cluster
  const action = randomBelow(stream, nodeCount + 2)
  if (randomBelow(stream, 4) === 0) return action
  const { masks, maskStride } = state.outputs
  for (let next = 0; next <= nodeCount; next += 1) {
    const candidate = (action + next) % (nodeCount + 1)
    if (masks[env * maskStride + candidate] === 1) return candidate
  }
  return nodeCount
}

function freeSlots(state: PlacementState): Set<number> {
  const free = new Set<number>()
  for (let slot = state.episodes.freeSlot[0] ?? -1; slot >= 0; slot = state.slotNext[slot] ?? -1)
    free.add(slot)
  return free
}

/** The planner's own inventory beside the environment's columns. */
function mirrorOf(state: PlacementState): { inventory: PlannerInventory; demands: Demand[] } {
  const { cluster, config } = state
  const nodes = Array.from({ length: cluster.nodeCount }, (_, at) => ({
    ...node(`node-${at}`),
    capacity: {
      cpuCores: (cluster.cpuCapacity[at] ?? 0) / 1000,
      memoryBytes: (cluster.memoryCapacity[at] ?? 0) * 1024 ** 2,
      diskBytes: 0,
      gpus: Array.from({ length: cluster.gpuCount[at] ?? 0 }, () => ({ model: 'A', milli: 1000 })),
    },
    allocated: { cpuCores: 0, memoryBytes: 0, diskBytes: 0, gpuMilli: [] },
  }))
  const demands = config.work.map(({ cpuMilli, memoryMib, gpus, gpuMilli }) => ({
    cpuCores: cpuMilli / 1000,
    memoryBytes: memoryMib * 1024 ** 2,
    diskBytes: 0,
    gpu: { count: gpus, milli: gpus === 0 ? 0 : gpuMilli, models: [] },
  }))
  return { inventory: inventoryCreate([site('cloud')], nodes, []), demands }
}

describe('the placement environment', () => {
  it('has room where the planner has, and takes the devices that it takes', () => {
    fc.assert(
      fc.property(anyConfig, fc.integer({ min: 0, max: 1000 }), (config, seed) => {
        const state = made(config)
        const stream = randomStream(seed, 'test')
        placementBegin(state, 0, seed)
        const { inventory, demands } = mirrorOf(state)
        const standing = new Map<number, { node: number; demand: number; devices: number[] }>()
        const asked = (demand: number) =>
          workload('w', {}, { demand: demands[demand] ?? workload('w').demand })
        for (let step = 0; step < config.stepsMost; step += 1) {
          demands.forEach((_, demand) => {
            const request = requestCreate(inventory, asked(demand), () => 0)
            const row = demand * state.cluster.rowBytes
            for (let at = 0; at < config.nodeCount; at += 1) {
              expect(state.cluster.fits[row + at]).toBe(hasRoom(inventory, request, at) ? 1 : 0)
            }
          })
          const demand = state.episodes.pending[0] ?? 0
          const action = actionDraw(state, stream)
          const slot = state.episodes.freeSlot[0] ?? -1
          const places = action < config.nodeCount && state.outputs.masks[action] === 1
          if (places) {
            const request = requestCreate(inventory, asked(demand), () => 0)
            const devices = gpuChoose(inventory, request, action, { gpuRule: 'best', scores: [] })
            inventoryReserve(inventory, action, asked(demand), devices)
            standing.set(slot, { node: action, demand, devices })
          }
          placementAct(state, 0, action)
          if (places) {
            const bits = standing.get(slot)?.devices.reduce((all, device) => all | (1 << device), 0)
            expect(state.slotBits[slot]).toBe(bits)
          }
          for (const free of freeSlots(state)) {
            const left = standing.get(free)
            if (left === undefined) continue
            inventoryRelease(inventory, left.node, asked(left.demand), left.devices)
            standing.delete(free)
          }
          if (state.outputs.terminated[0] === 1) break
        }
      }),
      { numRuns: 40 },
    )
  })

  it('never gives more than there is, and loses count of nobody', () => {
    fc.assert(
      fc.property(anyConfig, fc.integer({ min: 0, max: 1000 }), (config, seed) => {
        const state = made(config)
        const { cluster, episodes } = state
        const stream = randomStream(seed, 'test')
        placementBegin(state, 0, seed)
        for (let step = 0; step < config.stepsMost; step += 1) {
          placementAct(state, 0, actionDraw(state, stream))
          for (let at = 0; at < config.nodeCount; at += 1) {
            expect(cluster.cpuFree[at]).toBeGreaterThanOrEqual(0)
            expect(cluster.memoryFree[at]).toBeGreaterThanOrEqual(0)
            const devices = cluster.devices.subarray(at * 8, at * 8 + (cluster.gpuCount[at] ?? 0))
            expect(devices.every((left) => left >= 0 && left <= 1000)).toBe(true)
            expect(cluster.gpuFree[at]).toBe(devices.reduce((sum, left) => sum + left, 0))
          }
          const running = state.slotCount - freeSlots(state).size
          expect(running).toBe((episodes.placed[0] ?? 0) - (episodes.finished[0] ?? 0))
          const pending = (episodes.pendingPlace[0] ?? 0) < 0 ? 1 : 0
          expect(episodes.arrived[0]).toBe(
            (episodes.placed[0] ?? 0) + (episodes.lost[0] ?? 0) + (episodes.lineCount[0] ?? 0) + pending,
          )
        }
      }),
      { numRuns: 40 },
    )
  })

  it('shows after every step what it would show had it written everything anew, within its bounds', () => {
    fc.assert(
      fc.property(anyConfig, fc.integer({ min: 0, max: 1000 }), (config, seed) => {
        const state = made(config)
        const stream = randomStream(seed, 'test')
        placementBegin(state, 0, seed)
        for (let step = 0; step < config.stepsMost; step += 1) {
          placementAct(state, 0, actionDraw(state, stream))
          const seen = state.outputs.observations.slice()
          nodesWrite(state, 0)
          expect(state.outputs.observations).toEqual(seen)
          expect(seen.every((value) => value >= 0 && value <= 1)).toBe(true)
          expect(state.outputs.masks[config.nodeCount]).toBe(1)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('takes a masked action or one out of range as "wait", with the penalty', () => {
    const config = { ...heterogeneous20, rewards: { ...heterogeneous20.rewards, gpu: 0, invalid: -3 } }
    const [one, other] = [made(config), made(config)]
    placementBegin(one, 0, 1)
    placementBegin(other, 0, 1)
    for (const action of [99, -1, 2 ** 31 - 1]) {
      placementAct(one, 0, action)
      placementAct(other, 0, config.nodeCount)
      expect(one.outputs.rewards[0]).toBe(-3)
      expect(other.outputs.rewards[0]).toBe(0)
      expect(one.outputs.observations).toEqual(other.outputs.observations)
    }
  })

  it('asks for 110 % of the GPUs in heterogeneous-20', () => {
    const state = made({ ...heterogeneous20, load: 0.2, stepsMost: 20_000 })
    placementBegin(state, 0, 3)
    // Under light load nobody waits, so that what is in use is what was asked for.
    while (state.outputs.truncated[0] === 0) placementAct(state, 0, state.outputs.masks.indexOf(1))
    expect(state.outputs.measures[2]).toBeCloseTo(0.2, 1)
    expect(state.outputs.measures[5]).toBe(0)
  })
})
