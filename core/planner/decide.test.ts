import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCopy, inventoryCreate } from '../inventory.ts'
import { inventoryReserve } from '../inventory/reserve.ts'
import { policies, policyResolve } from '../policy/policies.ts'
import { randomFloat, randomStream } from '../random.ts'
import { decide } from './decide.ts'
import { GiB, anyNodes, anySites, anyWorkloads, node, nodeId, site, siteId, workload } from './made-up.ts'
import { planPending } from './pending.ts'
import { type Standing, fits, left } from './reference.ts'

const named = (algorithm: string) => policyResolve({ algorithm })
const drawing = (seed: number) => {
  const stream = randomStream(seed)
  return () => randomFloat(stream)
}

describe('a decision', () => {
  const sites = [
    site('cloud', { links: [{ to: 'edge', latencyMs: 12 }] }),
    site('edge', {
      kind: 'edge',
      allowedRiskLevels: [0],
      renewableShare: 0.9,
      links: [{ to: 'home', latencyMs: 5 }],
    }),
    site('home', { kind: 'device', carbonGramsPerKwh: 20 }),
  ]
  const a100 = ['A100', 'A100', 'A100', 'A100']
  const nodes = [
    node('small', { cpuCores: 2, gib: 4 }),
    node('large', { cpuCores: 16, gib: 64 }),
    node('gpu-1', { cpuCores: 16, gib: 64, gpus: a100 }),
    node('gpu-2', { cpuCores: 16, gib: 64, gpus: ['T4', 'T4'] }),
    node('edge-1', { cpuCores: 8 }, { siteId: siteId('edge'), capabilities: ['kvm'], labels: { zone: 'a' } }),
    node('home-1', { cpuCores: 4 }, { siteId: siteId('home') }),
    node('off', { cpuCores: 64 }, { ready: false }),
  ]
  const inventory = inventoryCreate(sites, nodes, [
    { workloadId: workload('x').id, nodeId: nodeId('large'), antiAffinity: 'db' },
  ])

  it.for<[string, Parameters<typeof workload>[1], Parameters<typeof workload>[2], string, string | null]>([
    ['takes the first node with room', { cpuCores: 1 }, {}, 'first-fit', 'small'],
    ['skips nodes without room', { cpuCores: 4 }, {}, 'first-fit', 'large'],
    ['packs tightly by best fit', { cpuCores: 2, gib: 4 }, {}, 'best-fit', 'small'],
    ['spreads by worst fit', { cpuCores: 4, gib: 1 }, {}, 'worst-fit', 'large'],
    ['takes the smallest product', { cpuCores: 1, gib: 1 }, {}, 'dot-product', 'small'],
    ['finds whole devices of a model', { gpus: 4, models: ['A100'] }, {}, 'best-fit', 'gpu-1'],
    ['finds a share of any model', { gpus: 1, milli: 250 }, {}, 'best-fit', 'gpu-2'],
    [
      'keeps to the sites asked for',
      {},
      { constraints: { siteIds: [siteId('edge')] } },
      'first-fit',
      'edge-1',
    ],
    [
      'keeps to the nodes asked for',
      {},
      { constraints: { nodeIds: [nodeId('gpu-2')] } },
      'first-fit',
      'gpu-2',
    ],
    ['keeps to capabilities', {}, { constraints: { capabilities: ['kvm'] } }, 'first-fit', 'edge-1'],
    ['keeps to labels', {}, { constraints: { nodeLabels: { zone: 'a' } } }, 'first-fit', 'edge-1'],
    ['keeps to renewable energy', {}, { constraints: { renewableShareMin: 0.8 } }, 'first-fit', 'edge-1'],
    [
      'keeps near, over a chain of links',
      {},
      { constraints: { latencyFrom: siteId('home'), latencyMsMax: 5, riskLevel: 0 } },
      'first-fit',
      'edge-1',
    ],
    ['keeps off the group', { cpuCores: 9 }, { constraints: { antiAffinity: 'db' } }, 'first-fit', 'gpu-1'],
    ['never takes a node out of service', { cpuCores: 32 }, {}, 'first-fit', null],
    ['waits when devices are too few', { gpus: 5 }, {}, 'first-fit', null],
    ['waits when the site is unknown', {}, { constraints: { siteIds: [siteId('moon')] } }, 'first-fit', null],
  ])('%s', ([, ask, more, algorithm, expected]) => {
    const decision = decide(inventory, workload('w', ask, more), named(algorithm))
    expect(decision.chosen?.nodeName ?? null).toBe(expected)
    expect(decision.outcome).toBe(expected === null ? 'pending' : 'placed')
    expect(decision.filters.reduce((sum, each) => sum + each.removed, decision.feasible)).toBe(7)
  })

  it('says in a sentence why a node was chosen', () => {
    expect(
      decide(inventory, workload('w', { cpuCores: 2, gib: 4 }), named('best-fit')).message,
    ).toMatchInlineSnapshot(
      `"Placed on small by best-fit: bestFit 100 is the highest of 6 nodes with room; next is home-1 with 98."`,
    )
    expect(
      decide(inventory, workload('w', { cpuCores: 1 }), named('first-fit')).message,
    ).toMatchInlineSnapshot(`"Placed on small by first-fit: the first of 6 nodes with room; next is large."`)
    expect(decide(inventory, workload('w', { gpus: 3 }), named('best-fit')).message).toMatchInlineSnapshot(
      `"Placed on gpu-1 by best-fit: it is the only one of 7 nodes that can hold it."`,
    )
  })

  it('says in a sentence why a workload waits and what would help', () => {
    const message = (...[ask, more]: [Parameters<typeof workload>[1], Parameters<typeof workload>[2]?]) =>
      decide(inventory, workload('w', ask, more), named('best-fit')).message
    expect(message({ gpus: 5, models: ['A100'] })).toMatchInlineSnapshot(
      `"No node has 5 free GPUs of model A100, 1 core and 1 GiB of memory: 6 nodes have fewer than 5 GPUs of model A100, 1 is not in service. Not even an empty node would do: ask for less, or add a larger node."`,
    )
    expect(message({ cpuCores: 32, gib: 2 })).toMatchInlineSnapshot(
      `"No node has 32 cores and 2 GiB of memory: 6 nodes lack cores (16 cores free at most), 1 is not in service. Not even an empty node would do: ask for less, or add a larger node."`,
    )
    expect(message({}, { constraints: { siteIds: [siteId('edge')], riskLevel: 3 } })).toMatchInlineSnapshot(
      `"No node may hold it: 5 nodes are not at edge, 1 is not in service, 1 is at a site that does not allow risk level 3."`,
    )
    expect(message({ cpuCores: 20 }, { constraints: { siteIds: [siteId('home')] } })).toMatchInlineSnapshot(
      `"No node has 20 cores and 1 GiB of memory: 5 nodes are not at home, 1 is not in service, 1 lacks cores (4 cores free at most). Not even an empty node would do: ask for less, or add a larger node."`,
    )
    const full = inventoryCopy(inventory)
    inventoryReserve(full, 2, workload('held', { cpuCores: 13, gib: 8, gpus: 2 }), [0, 3])
    const short = decide(
      full,
      workload('w', { cpuCores: 4, gib: 1, gpus: 4, models: ['A100'] }),
      named('best-fit'),
    )
    expect(short.message).toMatchInlineSnapshot(
      `"No node has 4 free GPUs of model A100, 4 cores and 1 GiB of memory: 5 nodes have fewer than 4 GPUs of model A100, 1 is not in service, 1 lacks free devices (2 free at most). 1 node would have room if it were empty."`,
    )
    const alone = inventoryCreate(sites, [], [])
    expect(decide(alone, workload('w'), named('best-fit')).message).toMatchInlineSnapshot(
      `"There is no node yet. Add a node or a provider that has some."`,
    )
  })

  it('shows the scores of the chosen node and of the runner-up', () => {
    const weighted = policyResolve({ algorithm: 'weighted', weights: { lowCarbon: 2, spread: 1 } })
    const { chosen, runnerUp } = decide(inventory, workload('w'), weighted)
    expect(chosen).toMatchObject({ nodeName: 'home-1', scores: { lowCarbon: 250 / 270 } })
    for (const each of [chosen, runnerUp]) {
      const { lowCarbon = Number.NaN, spread = Number.NaN } = each?.scores ?? {}
      expect(each?.total).toBeCloseTo(2 * lowCarbon + spread, 12)
    }
    expect(chosen?.total).toBeGreaterThanOrEqual(runnerUp?.total ?? Number.NaN)
  })

  it('gives a share the fullest device that still has enough, and whole devices from the lowest', () => {
    const room = inventoryCreate(sites, [node('n', { gpus: ['A', 'A', 'B', 'A'] })], [])
    inventoryReserve(room, 0, workload('a', { gpus: 1, milli: 300 }), [1])
    inventoryReserve(room, 0, workload('b', { gpus: 1, milli: 600 }), [3])
    const devices = (ask: Parameters<typeof workload>[1]) =>
      decide(room, workload('w', ask), named('best-fit')).gpuIndexes
    expect(devices({ gpus: 1, milli: 400 })).toEqual([3])
    expect(devices({ gpus: 1, milli: 401 })).toEqual([1])
    expect(devices({ gpus: 1, milli: 401, models: ['B'] })).toEqual([2])
    expect(devices({ gpus: 2 })).toEqual([0, 2])
    expect(devices({ gpus: 1 })).toEqual([0])
  })

  it('fills a node to its exact limit with decimal sizes, and not one step beyond', () => {
    const room = inventoryCreate(sites, [node('n', { cpuCores: 0.3, gib: 1 })], [])
    inventoryReserve(room, 0, workload('a', { cpuCores: 0.1, gib: 0.5 }), [])
    expect(decide(room, workload('w', { cpuCores: 0.2, gib: 0.5 }), named('first-fit')).outcome).toBe(
      'placed',
    )
    expect(decide(room, workload('w', { cpuCores: 0.2000001, gib: 0.5 }), named('first-fit')).outcome).toBe(
      'pending',
    )
    const byte = workload('w', { cpuCores: 0.2, gib: 0.5 + 1 / GiB })
    expect(decide(room, byte, named('first-fit')).outcome).toBe('pending')
  })

  it('gives without limit where the site does, and devices never', () => {
    const generous = [site('cloud', { overcommitRatio: null })]
    const room = inventoryCreate(generous, [node('n', { cpuCores: 1, gpus: ['A'] })], [])
    const ask = { cpuCores: 1000, gib: 4096 }
    expect(decide(room, workload('w', ask), named('best-fit')).outcome).toBe('placed')
    expect(decide(room, workload('w', { ...ask, gpus: 2 }), named('best-fit')).outcome).toBe('pending')
  })

  it('draws every feasible node about as often', () => {
    const room = inventoryCreate(sites, [node('a'), node('b'), node('c'), node('full', { cpuCores: 0 })], [])
    const random = drawing(11)
    const counts = new Map<string, number>()
    for (let i = 0; i < 3000; i += 1) {
      const { chosen } = decide(room, workload('w'), named('random'), random)
      counts.set(chosen?.nodeName ?? '', (counts.get(chosen?.nodeName ?? '') ?? 0) + 1)
    }
    expect([...counts.keys()].toSorted()).toEqual(['a', 'b', 'c'])
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(100)
  })
})

const anyPolicy = fc.constantFrom(...policies)

describe('for any inventory and any workloads, a plan', () => {
  it('never exceeds a limit, obeys every constraint, and loses and doubles nothing', () => {
    fc.assert(
      fc.property(anySites, anyNodes, anyWorkloads, anyPolicy, (sites, nodes, workloads, policy) => {
        const plan = planPending(inventoryCreate(sites, nodes, []), workloads, policy, drawing(1))
        expect(plan.map(({ workloadId }) => workloadId).toSorted()).toEqual(
          workloads.map(({ id }) => id).toSorted(),
        )
        const standing: Standing[] = []
        for (const decision of plan) {
          const asked = workloads.find(({ id }) => id === decision.workloadId)
          const at = nodes[decision.nodeIndex ?? -1]
          if (asked === undefined) throw new Error('the plan names a workload that was not asked for')
          // The reference agrees on who can be placed at all, and on where.
          const possible = nodes.filter((each) => fits(asked, each, sites, standing))
          expect(decision.outcome).toBe(possible.length > 0 ? 'placed' : 'pending')
          if (at === undefined) continue
          expect(possible).toContain(at)
          expect(new Set(decision.gpuIndexes).size).toBe(asked.demand.gpu.count)
          standing.push({ workload: asked, node: at.id, gpuIndexes: decision.gpuIndexes })
        }
        for (const each of nodes) {
          const room = left(each, sites, standing)
          expect(Math.min(room.cpu, room.memory, ...room.gpu)).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('is done once it is carried out: planning again places nothing more', () => {
    fc.assert(
      fc.property(anySites, anyNodes, anyWorkloads, anyPolicy, (sites, nodes, workloads, policy) => {
        const inventory = inventoryCreate(sites, nodes, [])
        const before = inventoryCopy(inventory)
        const plan = planPending(inventory, workloads, policy, drawing(2))
        expect({ ...inventory, latencies: null }).toEqual({ ...before, latencies: null })
        const waiting = workloads.filter((each) => {
          const decision = plan.find(({ workloadId }) => workloadId === each.id)
          if (decision === undefined || decision.nodeIndex === null) return true
          inventoryReserve(inventory, decision.nodeIndex, each, decision.gpuIndexes)
          return false
        })
        const again = planPending(inventory, waiting, policy, drawing(3))
        expect(again.filter(({ outcome }) => outcome === 'placed')).toEqual([])
      }),
    )
  })

  it('is the same for the same input', () => {
    fc.assert(
      fc.property(anySites, anyNodes, anyWorkloads, anyPolicy, (sites, nodes, workloads, policy) => {
        const plan = () => planPending(inventoryCreate(sites, nodes, []), workloads, policy, drawing(4))
        expect(plan()).toEqual(plan())
      }),
    )
  })

  it('does not depend on the order of the nodes, except between equals', () => {
    const deterministic = policies.filter((policy) => policy.deterministic && policy.scores.length > 0)
    fc.assert(
      fc.property(
        anySites,
        anyNodes,
        anyWorkloads,
        fc.constantFrom(...deterministic),
        (sites, nodes, workloads, policy) => {
          const asked = workloads[0]
          if (asked === undefined) return
          const forward = decide(inventoryCreate(sites, nodes, []), asked, policy)
          const backward = decide(inventoryCreate(sites, nodes.toReversed(), []), asked, policy)
          expect(backward.outcome).toBe(forward.outcome)
          expect(backward.filters).toEqual(forward.filters)
          expect(backward.chosen?.total).toBe(forward.chosen?.total)
          if (forward.runnerUp !== null && forward.runnerUp.total !== forward.chosen?.total) {
            expect(backward.chosen?.nodeName).toBe(forward.chosen?.nodeName)
          }
        },
      ),
    )
  })

  it('chooses the earliest node with the highest total', () => {
    const deterministic = policies.filter((policy) => policy.deterministic)
    fc.assert(
      fc.property(
        anySites,
        anyNodes,
        anyWorkloads,
        fc.constantFrom(...deterministic),
        (sites, nodes, workloads, policy) => {
          const inventory = inventoryCreate(sites, nodes, [])
          for (const asked of workloads.slice(0, 3)) {
            // One node at a time, so that each has its own total and none can shadow another.
            const totals = nodes.map((each, index) => {
              const { constraints } = asked
              const named = constraints.nodeIds === undefined || constraints.nodeIds.includes(each.id)
              if (!named) return null
              const only = { ...asked, constraints: { ...constraints, nodeIds: [each.id] } }
              const found = decide(inventory, only, policy)
              return found.nodeIndex === index ? (found.chosen?.total ?? null) : null
            })
            const highest = Math.max(...totals.flatMap((total) => (total === null ? [] : [total])))
            const decision = decide(inventory, asked, policy)
            expect(decision.nodeIndex).toBe(Number.isFinite(highest) ? totals.indexOf(highest) : null)
          }
        },
      ),
    )
  })
})
