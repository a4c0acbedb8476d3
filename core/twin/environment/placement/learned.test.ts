/** What a policy learned in the environment is to a planner: it sees the same there, and places better than best fit. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inventoryCreate } from '../../../inventory.ts'
import type { PlannerInventory } from '../../../inventory/model.ts'
import { requestCreate } from '../../../inventory/request.ts'
import { inventoryRelease, inventoryReserve } from '../../../inventory/reserve.ts'
import { decide } from '../../../planner/decide.ts'
import { node, site, workload } from '../../../planner/made-up.ts'
import type { PlannerPolicy } from '../../../policy/model.ts'
import { features } from '../../../policy/network/features.ts'
import { onnxRead } from '../../../policy/network/onnx.ts'
import { networkPolicy } from '../../../policy/network/policy.ts'
import { policyResolve } from '../../../policy/policies.ts'
import { outputsCreate } from '../outputs.ts'
import { heterogeneous20 as config } from '../scenarios.ts'
import { placementAct, placementBegin } from './placement.ts'
import { nodeFeatures, placementSpaces, workFeatures } from './spaces.ts'
import { type PlacementState, placementState } from './state.ts'

const fixture = join(import.meta.dirname, '../../../policy/network/fixtures/placement.onnx')
const learned = networkPolicy('learned', onnxRead(new Uint8Array(readFileSync(fixture))))
const mebibyte = 1024 ** 2

const asked = config.work.map(({ name, cpuMilli, memoryMib, gpus, gpuMilli }) =>
  workload(
    name,
    {},
    {
      demand: {
        cpuCores: cpuMilli / 1000,
        memoryBytes: memoryMib * mebibyte,
        diskBytes: 0,
        gpu: { count: gpus, milli: gpus === 0 ? 0 : gpuMilli, models: [] },
      },
    },
  ),
)

function inventoryOf({ cluster }: PlacementState): PlannerInventory {
  const nodes = Array.from({ length: cluster.nodeCount }, (_, at) => ({
    ...node(`node-${at}`),
    capacity: {
      cpuCores: (cluster.cpuCapacity[at] ?? 0) / 1000,
      memoryBytes: (cluster.memoryCapacity[at] ?? 0) * mebibyte,
      diskBytes: 0,
      gpus: Array.from({ length: cluster.gpuCount[at] ?? 0 }, () => ({ model: 'A', milli: 1000 })),
    },
    allocated: { cpuCores: 0, memoryBytes: 0, diskBytes: 0, gpuMilli: [] },
  }))
  return inventoryCreate([site('cloud')], nodes, [])
}

/** An episode in which the planner decides; `each` sees every state. The share of GPUs in use. */
function played(
  policy: PlannerPolicy,
  seed: number,
  each: (state: PlacementState, inventory: PlannerInventory) => void = () => undefined,
): number {
  const outputs = outputsCreate(placementSpaces(config), 1)
  const state = placementState(config, outputs)
  placementBegin(state, 0, seed)
  const inventory = inventoryOf(state)
  const standing = new Map<number, { node: number; work: number; devices: number[] }>()
  while (outputs.truncated[0] === 0) {
    each(state, inventory)
    const work = state.episodes.pending[0] ?? 0
    const slot = state.episodes.freeSlot[0] ?? -1
    const { nodeIndex, gpuIndexes } = decide(inventory, asked[work] ?? workload('none'), policy)
    if (nodeIndex !== null) {
      inventoryReserve(inventory, nodeIndex, asked[work] ?? workload('none'), gpuIndexes)
      standing.set(slot, { node: nodeIndex, work, devices: gpuIndexes })
    }
    placementAct(state, 0, nodeIndex ?? config.nodeCount)
    for (let free = state.episodes.freeSlot[0] ?? -1; free >= 0; free = state.slotNext[free] ?? -1) {
      const left = standing.get(free)
      if (left === undefined) continue
      inventoryRelease(inventory, left.node, asked[left.work] ?? workload('none'), left.devices)
      standing.delete(free)
    }
  }
  expect(outputs.measures[6]).toBe(0)
  return 100 * (outputs.measures[2] ?? 0)
}

describe('a policy that learned in the environment', () => {
  it('sees as a policy of the planner what it saw there', () => {
    played(policyResolve({ algorithm: 'best-fit' }), 4, ({ outputs, episodes }, inventory) => {
      const request = requestCreate(inventory, asked[episodes.pending[0] ?? 0] ?? workload('none'), () => 0)
      const { observations } = outputs
      for (let at = 0; at < config.nodeCount; at += 1) {
        nodeFeatures.forEach((name, feature) => {
          const seen = observations[at * nodeFeatures.length + feature]
          if (seen !== Math.fround(features[`node.${name}`]?.(inventory, request, at) ?? Number.NaN)) {
            throw new Error(`node ${at} has another ${name} to the planner than ${seen}`)
          }
        })
      }
      workFeatures.slice(0, 5).forEach((name, feature) => {
        const seen = observations[config.nodeCount * nodeFeatures.length + feature]
        expect(seen).toBe(Math.fround(features[`work.${name}`]?.(inventory, request, 0) ?? Number.NaN))
      })
    })
  })

  it('places more than best fit as one, on seeds that it did not learn on', () => {
    const seeds = Array.from({ length: 5 }, (_, at) => 1_000_000 + at)
    const mean = (policy: PlannerPolicy) =>
      seeds.reduce((sum, seed) => sum + played(policy, seed), 0) / seeds.length
    expect(mean(learned) - mean(policyResolve({ algorithm: 'best-fit' }))).toBeGreaterThan(1)
  })
})
