import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCopy, inventoryCreate } from '../inventory.ts'
import { inventoryRelease, inventoryReserve } from '../inventory/reserve.ts'
import { policies, policyResolve } from '../policy/policies.ts'
import { decide } from './decide.ts'
import { anyNodes, anySites, anyWorkloads, node, nodeId, site, workload } from './made-up.ts'
import { type PlacedWorkload, evacuate } from './migration.ts'

const worstFit = policyResolve({ algorithm: 'worst-fit' })

describe('leaving a node', () => {
  it('moves the important first, then the large, and says why the rest must stay', () => {
    const nodes = [node('leaving', { cpuCores: 16 }), node('a', { cpuCores: 6 }), node('b', { cpuCores: 3 })]
    const inventory = inventoryCreate([site('cloud')], nodes, [])
    const standing = [
      workload('tiny', { cpuCores: 1 }),
      workload('huge', { cpuCores: 7 }),
      workload('large', { cpuCores: 5 }),
      workload('important', { cpuCores: 1 }, { priority: 5 }),
    ].map((each): PlacedWorkload => ({ ...each, gpuIndexes: [] }))
    for (const each of standing) inventoryReserve(inventory, 0, each, [])
    const { moves, stuck } = evacuate(
      inventory,
      [{ nodeId: 'leaving', workloads: standing }],
      policyResolve({ algorithm: 'best-fit' }),
    )
    expect(moves.map((move) => `${move.workload.name} to ${nodes[move.toIndex]?.name}`)).toEqual([
      'important to b',
      'large to a',
      'tiny to a',
    ])
    expect(stuck.map(({ workload: { name }, decision }) => `${name}: ${decision.message}`)).toEqual([
      'huge: No node has 7 cores and 1 GiB of memory: 2 nodes lack cores (6 cores free at most), 1 is not in service. Not even an empty node would do: ask for less, or add a larger node.',
    ])
  })

  it('gives the room there is to the important of all nodes that are left, not of the first', () => {
    const nodes = [node('one', { cpuCores: 4 }), node('two', { cpuCores: 4 }), node('room', { cpuCores: 2 })]
    const inventory = inventoryCreate([site('cloud')], nodes, [])
    const placed = (each: ReturnType<typeof workload>): PlacedWorkload => ({ ...each, gpuIndexes: [] })
    const [plain, important] = [
      placed(workload('plain', { cpuCores: 2 })),
      placed(workload('important', { cpuCores: 2 }, { priority: 5 })),
    ]
    inventoryReserve(inventory, 0, plain, [])
    inventoryReserve(inventory, 1, important, [])
    const leaving = [
      { nodeId: 'one', workloads: [plain] },
      { nodeId: 'two', workloads: [important] },
    ]
    const { moves, stuck } = evacuate(inventory, leaving, policyResolve({ algorithm: 'best-fit' }))
    expect(moves.map(({ workload: { name }, fromIndex }) => [name, fromIndex])).toEqual([['important', 1]])
    expect(stuck.map(({ workload: { name }, fromIndex }) => [name, fromIndex])).toEqual([['plain', 0]])
  })

  it('finds a place for each or a reason, and no step on the way exceeds a limit', () => {
    fc.assert(
      fc.property(anySites, anyNodes, anyWorkloads, fc.nat(11), (sites, nodes, workloads, at) => {
        const leaving = nodes[at % Math.max(1, nodes.length)]
        if (leaving === undefined) return
        const inventory = inventoryCreate(sites, nodes, [])
        const from = inventory.indexes.get(leaving.id) ?? -1
        const standing: PlacedWorkload[] = []
        workloads.forEach((each, index) => {
          const only = { ...each.constraints, nodeIds: [nodeId(leaving.id)] }
          const wanted = index % 2 === 0 ? { ...each, constraints: only } : each
          const { nodeIndex, gpuIndexes } = decide(inventory, wanted, worstFit)
          if (nodeIndex === null) return
          inventoryReserve(inventory, nodeIndex, each, gpuIndexes)
          if (nodeIndex === from) standing.push({ ...each, gpuIndexes })
        })
        const before = inventoryCopy(inventory)
        for (const policy of policies.filter(({ deterministic }) => deterministic)) {
          const { moves, stuck } = evacuate(inventory, [{ nodeId: leaving.id, workloads: standing }], policy)
          expect({ ...inventory, latencies: null }).toEqual({ ...before, latencies: null })
          const names = [...moves, ...stuck].map((each) => each.workload.id)
          expect(names.toSorted()).toEqual(standing.map(({ id }) => id).toSorted())
          const world = inventoryCopy(inventory)
          for (const { workload: moved, toIndex, decision } of moves) {
            expect(toIndex).not.toBe(from)
            // First the new room, then the old: as a live migration holds both for a while.
            const there = {
              ...moved,
              constraints: { ...moved.constraints, nodeIds: [decision.chosen?.nodeId ?? nodeId('')] },
            }
            expect(decide(world, there, policy).nodeIndex).toBe(toIndex)
            inventoryReserve(world, toIndex, moved, decision.gpuIndexes)
            inventoryRelease(world, from, moved, moved.gpuIndexes)
          }
        }
      }),
    )
  })
})
