import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCopy, inventoryCreate } from './inventory.ts'
import type { PlannerInventory, PlannerNode, PlannerWorkload } from './inventory/model.ts'
import {
  inventoryNodeAdd,
  inventoryNodeRemove,
  inventoryNodeUpdate,
  inventorySiteSet,
} from './inventory/node.ts'
import { inventoryRelease, inventoryReserve } from './inventory/reserve.ts'
import { decide } from './planner/decide.ts'
import { anyNodes, anySites, anyWorkloads, node, nodeId, site, workload } from './planner/made-up.ts'
import { planPending } from './planner/pending.ts'
import { policies, policyResolve } from './policy/policies.ts'

const bestFit = policyResolve({ algorithm: 'best-fit' })

/** Latencies are remembered answers; whether they were asked for says nothing about the inventory. */
const unremembered = (inventory: PlannerInventory) => ({ ...inventory, latencies: null })

/** What decisions can see of an inventory, in the order of names. */
function seen(inventory: PlannerInventory) {
  return Array.from(inventory.indexes, ([id, index]) => {
    const { nodes, devices } = inventory
    const start = nodes.gpuStart[index] ?? 0
    const end = start + (nodes.gpuCount[index] ?? 0)
    return {
      id,
      ...Object.fromEntries(
        Object.entries(nodes).flatMap(([name, column]) =>
          /^gpu(Start|Slots)$/.test(name) ? [] : [[name, column[index]]],
        ),
      ),
      free: Array.from(devices.milliFree.subarray(start, end)),
      models: Array.from(devices.model.subarray(start, end), (model) => inventory.gpuModels[model]),
      groups: Array.from(inventory.groups).flatMap(([group, at]) =>
        at.has(index) ? [`${group} ${at.get(index)}`] : [],
      ),
    }
  }).toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

describe('an inventory', () => {
  it('is as before once everything reserved is released, in any order', () => {
    fc.assert(
      fc.property(
        anySites,
        anyNodes,
        anyWorkloads,
        fc.func(fc.integer()),
        (sites, nodes, workloads, order) => {
          const inventory = inventoryCreate(sites, nodes, [])
          const before = inventoryCopy(inventory)
          const held: { at: number; asked: PlannerWorkload; gpus: number[] }[] = []
          for (const asked of workloads) {
            const { nodeIndex, gpuIndexes } = decide(inventory, asked, bestFit)
            if (nodeIndex === null) continue
            inventoryReserve(inventory, nodeIndex, asked, gpuIndexes)
            held.push({ at: nodeIndex, asked, gpus: gpuIndexes })
          }
          for (const { at, asked, gpus } of held.toSorted((a, b) => order(a.asked.id) - order(b.asked.id))) {
            inventoryRelease(inventory, at, asked, gpus)
          }
          expect(unremembered(inventory)).toEqual(unremembered(before))
        },
      ),
    )
  })

  it('that was changed step by step decides as one that was made at once', () => {
    const changes = fc.array(fc.record({ at: fc.nat(20), to: fc.nat(20), remove: fc.boolean() }), {
      maxLength: 15,
    })
    fc.assert(
      fc.property(
        anySites,
        anyNodes,
        anyNodes,
        changes,
        anyWorkloads,
        (sites, first, others, steps, workloads) => {
          const kept = new Map<string, PlannerNode>(first.map((each) => [each.id, each]))
          const stepwise = inventoryCreate([], [], [])
          for (const each of sites) inventorySiteSet(stepwise, { ...each, overcommitRatio: 9 })
          for (const each of first) inventoryNodeAdd(stepwise, each)
          for (const { at, to, remove } of steps) {
            const id = nodeId(`node-${at}`)
            const into = others[to]
            if (remove) {
              kept.delete(id)
              inventoryNodeRemove(stepwise, id)
            } else if (into !== undefined) {
              const changed = { ...into, id, name: id }
              if (kept.has(id)) inventoryNodeUpdate(stepwise, changed)
              else inventoryNodeAdd(stepwise, changed)
              kept.set(id, changed)
            }
          }
          for (const each of sites) inventorySiteSet(stepwise, each)
          const atOnce = inventoryCreate(sites, [...kept.values()], [])
          expect(seen(stepwise)).toEqual(seen(atOnce))
          expect(stepwise.largest).toEqual(atOnce.largest)
          for (const asked of workloads.slice(0, 5)) {
            const [one, other] = [decide(stepwise, asked, bestFit), decide(atOnce, asked, bestFit)]
            expect([one.message.length > 0, one.feasible, one.filters, one.chosen?.total]).toEqual([
              true,
              other.feasible,
              other.filters,
              other.chosen?.total,
            ])
          }
        },
      ),
    )
  })

  it('is not touched by what happens to its copy', () => {
    fc.assert(
      fc.property(anySites, anyNodes, anyWorkloads, (sites, nodes, workloads) => {
        const inventory = inventoryCreate(sites, nodes, [])
        const before = structuredClone(unremembered(inventory))
        const copy = inventoryCopy(inventory)
        for (const asked of workloads) {
          const { nodeIndex, gpuIndexes } = decide(copy, asked, bestFit)
          if (nodeIndex !== null) inventoryReserve(copy, nodeIndex, asked, gpuIndexes)
        }
        inventoryNodeAdd(copy, node('one more', { gpus: ['Z'] }))
        for (const each of nodes) inventoryNodeRemove(copy, each.id)
        inventorySiteSet(copy, site('cloud', { overcommitRatio: 3 }))
        expect(unremembered(inventory)).toEqual(before)
      }),
    )
  })

  it('takes what is allocated already as the database tells it, fractions and all', () => {
    const allocated = { cpuCores: 0.1 + 0.2, memoryBytes: 5, diskBytes: 6, gpuMilli: [250] }
    const inventory = inventoryCreate(
      [site('cloud')],
      [node('n', { cpuCores: 1, gpus: ['A', 'A'] }, { allocated })],
      [],
    )
    expect(inventory.nodes.cpuAllocated[0]).toBe(300_000)
    expect(Array.from(inventory.devices.milliFree.subarray(0, 2))).toEqual([750, 1000])
  })

  it('refuses a node twice, a node of an unknown site, and a device that is not there', () => {
    const inventory = inventoryCreate([site('cloud')], [node('n')], [])
    expect(() => inventoryNodeAdd(inventory, node('n'))).toThrow('already')
    expect(() => inventoryNodeAdd(inventory, node('m', {}, { siteId: site('moon').id }))).toThrow('site')
    expect(() => inventoryReserve(inventory, 0, workload('w', { gpus: 1 }), [0])).toThrow('device')
    expect(() => inventoryReserve(inventory, 1, workload('w'), [])).toThrow('no node')
  })

  it('grows from nothing to a thousand nodes', () => {
    const inventory = inventoryCreate([site('cloud')], [], [])
    for (let i = 0; i < 1000; i += 1)
      inventoryNodeAdd(inventory, node(`n-${i}`, { cpuCores: i, gpus: ['A'] }))
    const last = decide(inventory, workload('w', { cpuCores: 999, gpus: 1 }), bestFit)
    expect(last.chosen?.nodeName).toBe('n-999')
    expect(
      planPending(
        inventory,
        [workload('a', { cpuCores: 999 }), workload('b', { cpuCores: 999 })],
        bestFit,
      ).map((each) => each.outcome),
    ).toEqual(['placed', 'pending'])
  })
})

describe('the registry of policies', () => {
  it('gives each its own name, and everything a person needs to choose', () => {
    expect(new Set(policies.map(({ name }) => name)).size).toBe(policies.length)
    for (const { title, description } of policies)
      expect(Math.min(title.length, description.length)).toBeGreaterThan(5)
  })

  it('refuses names it does not have and weights where none apply', () => {
    expect(() => policyResolve({ algorithm: 'best' })).toThrow('there are random, first-fit, best-fit')
    expect(() => policyResolve({ algorithm: 'best-fit', weights: { spread: 1 } })).toThrow('only "weighted"')
    expect(() => policyResolve({ algorithm: 'weighted', weights: { luck: 1 } })).toThrow(
      'there is no score "luck"',
    )
  })
})
