import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomBelow, randomStream } from '../../../random.ts'
import { outputsCreate } from '../outputs.ts'
import { rebalanceScenarios } from '../scenarios.ts'
import type { RebalanceConfig } from './config.ts'
import { rebalanceAct, rebalanceBegin } from './rebalance.ts'
import { rebalanceSpaces } from './spaces.ts'
import { type RebalanceState, rebalanceState } from './state.ts'

const scenario = rebalanceScenarios['scattered-20']
if (scenario === undefined) throw new Error('there is a scenario')
const made = (config: RebalanceConfig) => rebalanceState(config, outputsCreate(rebalanceSpaces(config), 1))

/** What the nodes' columns say against the workloads that stand there. */
function inOrder({ cluster, config, episodes, slotNode, slotClass, slotBits, held }: RebalanceState): void {
  const cpu = cluster.cpuCapacity.slice()
  const devices = cluster.devices.map((left) => (left < 0 ? -1 : 1000))
  const counts = new Int32Array(config.nodeCount)
  for (let slot = 0; slot < (episodes.running[0] ?? 0); slot += 1) {
    const at = slotNode[slot] ?? -1
    const size = slotClass[slot] ?? 0
    counts[at] = (counts[at] ?? 0) + 1
    cpu[at] = (cpu[at] ?? 0) - (cluster.sizes.cpu[size] ?? 0)
    for (let device = 0; device < 8; device += 1) {
      if ((((slotBits[slot] ?? 0) >> device) & 1) === 0) continue
      devices[at * 8 + device] = (devices[at * 8 + device] ?? 0) - (cluster.sizes.gpuMilli[size] ?? 0)
    }
  }
  expect(cluster.cpuFree).toEqual(cpu)
  expect(cluster.devices).toEqual(devices)
  expect(held).toEqual(counts)
  expect(episodes.nodesUsed[0]).toBe(counts.filter((count) => count > 0).length)
  expect(cpu.every((free) => free >= 0)).toBe(true)
  expect(cluster.memoryFree.every((free) => free >= 0)).toBe(true)
  expect(devices.every((left) => left >= -1)).toBe(true)
}

describe('the rebalance environment', () => {
  it('keeps every workload in exactly one place, with room', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 0, max: 3 }),
        (seed, nodeCount, churn) => {
          const state = made({ ...scenario, nodeCount, churn })
          const stream = randomStream(seed, 'test')
          rebalanceBegin(state, 0, seed)
          const standing = state.episodes.running[0] ?? 0
          for (let step = 0; step < 60; step += 1) {
            rebalanceAct(state, 0, randomBelow(stream, scenario.candidates + 2))
            inOrder(state)
          }
          const running = state.episodes.running[0] ?? 0
          expect(running).toBeLessThanOrEqual(Math.max(1, standing))
          expect(running + (state.episodes.lost[0] ?? 0)).toBeGreaterThanOrEqual(standing)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('rewards what empties a node and costs what moves, and ends when too much moved', () => {
    const rewards = { packing: 0, emptied: 10, moved: -1, invalid: -5 }
    const state = made({ ...scenario, rewards, churn: 0, movesMost: 40 })
    rebalanceBegin(state, 0, 2)
    while (state.outputs.terminated[0] === 0) {
      const before = state.episodes.nodesUsed[0] ?? 0
      const action = state.outputs.masks.indexOf(1)
      rebalanceAct(state, 0, action)
      const emptied = before - (state.episodes.nodesUsed[0] ?? 0)
      expect(state.outputs.rewards[0]).toBe(action === scenario.candidates ? 0 : 10 * emptied - 1)
    }
    expect(state.outputs.measures[0]).toBe(40)
  })
})
