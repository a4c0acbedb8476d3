import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCopy, inventoryCreate } from '../inventory.ts'
import type { PlannerInventory, PlannerNode, PlannerSite } from '../inventory/model.ts'
import { inventoryNodeUpdate, inventorySiteSet } from '../inventory/node.ts'
import { targetOf } from '../inventory/target.ts'
import { type PlannerPolicy } from '../policy/model.ts'
import { policies, policyResolve } from '../policy/policies.ts'
import { randomFloat, randomStream } from '../random.ts'
import { weighable } from '../policy/scores.ts'
import { fillVariants } from '../twin/experiment/ablation.ts'
import { decide } from './decide.ts'
import { GiB, anyNodes, anySites, anyWorkloads, node, nodeId, site, workload } from './made-up.ts'
import {
  type PlacementIndex,
  placementChoose,
  placementClass,
  placementIndexCreate,
  placementNodeChanged,
  placementRelease,
  placementReserve,
  placementSiteChanged,
} from './placement-index.ts'

const followed: readonly PlannerPolicy[] = [
  ...policies.filter(({ deterministic }) => deterministic),
  ...weighable.map(({ name }) =>
    policyResolve({ algorithm: 'weighted', weights: { [name]: 1, spread: 0.1 } }),
  ),
  ...[
    'best-fit*0.7+carbon*0.3',
    'low-latency + 0.1*pack + gpu-saving*-0.2',
    'best-fit*0.2+fgd',
    'carbon+fill*0.5',
  ].map((algorithm) => policyResolve({ algorithm })),
  ...fillVariants.flatMap(({ name, policy }) => (policy.deterministic ? [{ ...policy, name }] : [])),
]

type Change = { what: string; which: number; to: number }

/** A node or a site is another from now on; what is placed stays, and devices keep what they have given away. */
function changeMake(
  inventory: PlannerInventory,
  index: PlacementIndex,
  sites: readonly PlannerSite[],
  nodes: readonly PlannerNode[],
  { what, which, to }: Change,
): void {
  const siteAt = which % sites.length
  const known = inventory.sites[siteAt]
  if (known !== undefined && ['limit', 'carbon', 'links'].includes(what)) {
    const other = sites[to % sites.length]?.name ?? ''
    inventorySiteSet(inventory, {
      ...known,
      ...(what === 'limit' ? { overcommitRatio: to / 4 + 0.2 } : {}),
      ...(what === 'carbon' ? { carbonGramsPerKwh: 100 * to, renewableShare: to / 9 } : {}),
      ...(what === 'links' ? { links: [{ to: other, latencyMs: 5 * to }] } : {}),
    })
    placementSiteChanged(index, siteAt)
    return
  }
  const at = which % Math.max(1, nodes.length)
  const given = nodes[at]
  if (given === undefined) return
  const { nodes: columns, devices, names, gpuModels } = inventory
  const start = columns.gpuStart[at] ?? 0
  const slots = Array.from({ length: columns.gpuCount[at] ?? 0 }, (_, device) => start + device)
  const isFreeOfGpuWork = (columns.gpuWorkloadCount[at] ?? 0) === 0
  inventoryNodeUpdate(inventory, {
    ...given,
    name: names[at] ?? '',
    ready: what === 'ready' ? to % 2 === 0 : columns.ready[at] === 1,
    labels: what === 'label' ? { zone: to % 2 === 0 ? 'a' : 'b' } : given.labels,
    capacity: {
      ...given.capacity,
      ...(what === 'cpu' ? { cpuCores: to * 1.5 } : {}),
      ...(what === 'memory' ? { memoryBytes: to * GiB } : {}),
      gpus:
        what === 'gpus' && isFreeOfGpuWork
          ? Array.from({ length: to % 6 }, () => ({ model: to % 2 === 0 ? 'A' : 'D', milli: 1000 }))
          : slots.map((slot) => ({ model: gpuModels[devices.model[slot] ?? 0] ?? '', milli: 1000 })),
    },
    allocated: {
      cpuCores: (columns.cpuAllocated[at] ?? 0) / 1e6,
      memoryBytes: columns.memoryAllocated[at] ?? 0,
      diskBytes: columns.diskAllocated[at] ?? 0,
      gpuMilli: slots.map((slot) => 1000 - (devices.milliFree[slot] ?? 0)),
    },
    workloadCount: columns.workloadCount[at] ?? 0,
  })
  placementNodeChanged(index, at)
}

/** A few shapes of nodes, each several times, as clusters are bought; some copies differ in one thing. */
const anyCluster = fc.tuple(anyNodes, fc.integer({ min: 1, max: 4 })).map(([nodes, times]) =>
  nodes.flatMap((each) =>
    [
      each,
      each,
      { ...each, labels: { zone: each.labels['zone'] === 'a' ? 'b' : 'a' } },
      {
        ...each,
        capacity: { ...each.capacity, gpus: each.capacity.gpus.map((gpu) => ({ ...gpu, model: 'C' })) },
      },
    ]
      .slice(0, times)
      .map((copy, index) => {
        const name = index === 0 ? each.name : `${each.name}-${index}`
        return { ...copy, id: nodeId(name), name }
      }),
  ),
)

/** Few, so that each is asked for again; some keep off their own group, or want nodes by name. */
const anyAsks = fc
  .tuple(anyWorkloads, fc.infiniteStream(fc.constantFrom(null, 'group', 'nodes', 'labels')))
  .map(([workloads, more]) =>
    workloads.slice(0, 8).map((each) => {
      const [what] = more.take(1)
      if (what === 'group') return { ...each, constraints: { antiAffinity: 'red' } }
      if (what === 'nodes') return { ...each, constraints: { nodeIds: ['node-0-1', 'node-1'].map(nodeId) } }
      if (what === 'labels') return { ...each, constraints: { nodeLabels: { zone: 'a' } } }
      return each
    }),
  )
  .filter(({ length }) => length > 0)

/** Which of the workloads arrives, whether one that stands leaves first, and whether a node or a site changes. */
const anySteps = fc.array(
  fc.record({
    ask: fc.nat(),
    leave: fc.option(fc.nat()),
    change: fc.option(
      fc.record({
        what: fc.constantFrom('ready', 'cpu', 'memory', 'gpus', 'label', 'limit', 'carbon', 'links'),
        which: fc.nat(),
        to: fc.integer({ min: 0, max: 9 }),
      }),
      { freq: 3 },
    ),
  }),
  { minLength: 1, maxLength: 60 },
)

describe('a placement index', () => {
  it.for(
    followed.map(
      (policy) => [`${policy.name} ${policy.scores.map(({ score }) => score.name).join()}`, policy] as const,
    ),
  )('chooses what a decision would: %s', ([, policy]) => {
    fc.assert(
      fc.property(
        anySites,
        anyCluster,
        anyAsks,
        anySteps,
        fc.boolean(),
        (sites, nodes, workloads, steps, hasTarget) => {
          const inventory = inventoryCreate(sites, nodes, [
            { workloadId: workload('x').id, nodeId: nodeId('node-0'), antiAffinity: 'red' },
          ])
          if (hasTarget) inventory.target = targetOf(workloads)
          const index = placementIndexCreate(inventory, policy)
          const standing: (() => void)[] = []
          for (const { ask, leave, change } of steps) {
            if (change !== null) changeMake(inventory, index, sites, nodes, change)
            if (leave !== null && standing.length > 0) standing.splice(leave % standing.length, 1)[0]?.()
            const asked = workloads[ask % workloads.length] ?? workload('w')
            const decision = decide(inventory, asked, policy)
            const kind = placementClass(index, asked)
            const chosen = placementChoose(index, kind)
            expect(chosen).toBe(decision.nodeIndex ?? -1)
            if (chosen < 0) continue
            const devices = placementReserve(index, kind, chosen)
            expect(devices).toEqual(decision.gpuIndexes)
            standing.push(() => placementRelease(index, kind, chosen, devices))
          }
        },
      ),
    )
  })

  it('takes out what went out of service, and back what came back', () => {
    const inventory = inventoryCreate([site('cloud')], [node('a'), node('b')], [])
    const index = placementIndexCreate(inventory, policyResolve({ algorithm: 'first-fit' }))
    const asked = placementClass(index, workload('w'))
    const ready = (at: number, value: 0 | 1) => {
      inventory.nodes.ready[at] = value
      placementNodeChanged(index, at)
      return placementChoose(index, asked)
    }
    expect([ready(0, 0), ready(1, 0), ready(0, 1)]).toEqual([1, -1, 0])
  })

  it('sees every node that changed, however often it did', () => {
    const inventory = inventoryCreate([site('cloud')], [node('a'), node('b')], [])
    const policy = policyResolve({ algorithm: 'first-fit' })
    const index = placementIndexCreate(inventory, policy)
    const small = placementClass(index, workload('small', { cpuCores: 0.5 }))
    const large = placementClass(index, workload('large', { cpuCores: 8 }))
    expect(placementChoose(index, large)).toBe(0)
    for (let turn = 0; turn < 9; turn += 1) placementReserve(index, small, 0)
    expect(placementChoose(index, large)).toBe(1)
    for (let turn = 0; turn < 9; turn += 1) placementRelease(index, small, 0, [])
    expect(placementChoose(index, large)).toBe(0)
  })

  it('takes each node with room about as often when the policy draws', () => {
    const nodes = Array.from({ length: 5 }, (_, index) => node(`n${index}`, index === 2 ? { gib: 1 } : {}))
    const inventory = inventoryCreate([site('cloud')], nodes, [])
    let turn = 0
    const index = placementIndexCreate(
      inventory,
      policyResolve({ algorithm: 'random' }),
      () => (turn++ % 8) / 8,
    )
    const kind = placementClass(index, workload('w', { gib: 2 }))
    const counts = [0, 0, 0, 0, 0]
    for (let n = 0; n < 80; n += 1) {
      const chosen = placementChoose(index, kind)
      counts[chosen] = (counts[chosen] ?? 0) + 1
    }
    expect(counts).toEqual([20, 20, 0, 20, 20])
  })

  it('takes each of the level nodes about as often when ties are drawn, as a decision does', () => {
    const nodes = Array.from({ length: 5 }, (_, at) => node(`n${at}`, { cpuCores: at < 2 ? 16 : 8 }))
    const inventory = inventoryCreate([site('cloud')], nodes, [])
    const policy: PlannerPolicy = {
      ...policyResolve({ algorithm: 'best-fit' }),
      deterministic: false,
      ties: 'random',
    }
    const stream = randomStream(7, 'ties')
    const random = () => randomFloat(stream)
    const index = placementIndexCreate(inventory, policy, random)
    const kind = placementClass(index, workload('w'))
    const chosen = [0, 0, 0, 0, 0]
    const decided = [0, 0, 0, 0, 0]
    const count = (counts: number[], at: number) => (counts[at] = (counts[at] ?? 0) + 1)
    for (let n = 0; n < 3000; n += 1) {
      count(chosen, placementChoose(index, kind))
      count(decided, decide(inventory, workload('w'), policy, random).nodeIndex ?? -1)
    }
    for (const counts of [chosen, decided]) {
      expect(counts.slice(0, 2)).toEqual([0, 0])
      for (const each of counts.slice(2)) expect(Math.abs(each - 1000)).toBeLessThan(130)
    }
  })

  it('refuses a policy whose scores other nodes move', () => {
    const inventory = inventoryCreate([site('cloud')], [node('a', { gib: 4 })], [])
    const policy: PlannerPolicy = { ...policyResolve({ algorithm: 'random' }), deterministic: true }
    expect(() => placementIndexCreate(inventoryCopy(inventory), policy)).toThrow('cannot be kept')
  })
})
