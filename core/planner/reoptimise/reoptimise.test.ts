/** What must hold of every proposal, whatever the cluster, and small clusters worked by hand. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCopy, inventoryCreate } from '../../inventory.ts'
import type { PlannerInventory, PlannerWorkload } from '../../inventory/model.ts'
import { requestCreate } from '../../inventory/request.ts'
import { inventoryRelease, inventoryReserve } from '../../inventory/reserve.ts'
import { policyResolve } from '../../policy/policies.ts'
import { decide } from '../decide.ts'
import { filters } from '../filters.ts'
import { GiB, anyNodes, anySites, anyWorkloads, node, site, siteId, workload } from '../made-up.ts'
import { balancePropose } from './balance.ts'
import { consolidatePropose } from './consolidate.ts'
import { moveCost } from './cost.ts'
import { evacuatePropose } from './evacuate.ts'
import type { Proposal, Standing } from './proposal.ts'
import { type Wanted, rearrangePropose } from './rearrange.ts'
import { nodeUse } from './use.ts'

const bestFit = policyResolve({ algorithm: 'best-fit' })
const worstFit = policyResolve({ algorithm: 'worst-fit' })
const all = Number.POSITIVE_INFINITY

/** Places them one after the other; those without room are left out. */
function placed(
  inventory: PlannerInventory,
  workloads: readonly PlannerWorkload[],
  policy = worstFit,
): Standing[] {
  return workloads.flatMap((each) => {
    const { nodeIndex, gpuIndexes } = decide(inventory, each, policy)
    if (nodeIndex === null) return []
    inventoryReserve(inventory, nodeIndex, each, gpuIndexes)
    return [{ workload: { ...each, gpuIndexes }, nodeIndex }]
  })
}

/** Puts a workload on a node that is named. */
function put(inventory: PlannerInventory, where: string, each: PlannerWorkload): Standing {
  const nodeIndex = inventory.names.indexOf(where)
  inventoryReserve(inventory, nodeIndex, each, [])
  return { workload: { ...each, gpuIndexes: [] }, nodeIndex }
}

/** Does the moves one by one: the new place is taken before the old one is given up. */
function replay(inventory: PlannerInventory, { moves }: Proposal<unknown>): PlannerInventory {
  const world = inventoryCopy(inventory)
  const at = new Map<string, { node: number; gpuIndexes: readonly number[] }>()
  for (const { workload: moved, fromIndex, toIndex, gpuIndexes, cost, reason } of moves) {
    const was = at.get(moved.id) ?? { node: fromIndex, gpuIndexes: moved.gpuIndexes }
    expect([fromIndex, moved.gpuIndexes]).toEqual([was.node, was.gpuIndexes])
    expect(toIndex).not.toBe(fromIndex)
    const request = requestCreate(world, moved, () => 0)
    const broken = filters.find((each) => each.applies(request) && each.removes(world, request, toIndex))
    expect(broken?.name).toBeUndefined()
    inventoryReserve(world, toIndex, moved, gpuIndexes)
    const { nodes, devices } = world
    expect(nodes.cpuAllocated[toIndex]).toBeLessThanOrEqual(nodes.cpuLimit[toIndex] ?? 0)
    expect(nodes.memoryAllocated[toIndex]).toBeLessThanOrEqual(nodes.memoryLimit[toIndex] ?? 0)
    expect(devices.milliFree.every((milli) => milli >= 0)).toBe(true)
    inventoryRelease(world, fromIndex, moved, moved.gpuIndexes)
    at.set(moved.id, { node: toIndex, gpuIndexes })
    expect(cost.bytes).toBe(moved.demand.memoryBytes + moved.demand.diskBytes)
    expect(cost.seconds).toBeGreaterThan(0)
    expect(reason).not.toBe('')
  }
  return world
}

function inUse({ nodes }: PlannerInventory): number {
  return nodes.workloadCount.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)
}

function highest(inventory: PlannerInventory): number {
  return Math.max(0, ...inventory.names.map((_, at) => nodeUse(inventory, at)))
}

/** Alike nodes that are nearly full, so that much can move. */
const anyDense = fc
  .tuple(
    fc.array(fc.constantFrom(6, 8, 12), { minLength: 3, maxLength: 8 }),
    fc.array(
      fc.record({
        cpuCores: fc.constantFrom(0.5, 1, 2, 3, 4),
        gpus: fc.constantFrom(0, 0, 1),
        milli: fc.constantFrom(300, 500, 1000),
        group: fc.constantFrom(null, null, null, 'red', 'blue'),
      }),
      { minLength: 8, maxLength: 30 },
    ),
  )
  .map(([sizes, asks]) => ({
    sites: [site('cloud')],
    nodes: sizes.map((cpuCores, at) => node(`n${at}`, { cpuCores, gpus: ['A', 'B'] })),
    workloads: asks.map(({ group, gpus, ...ask }, at) =>
      workload(
        `w${at}`,
        gpus === 0 ? { cpuCores: ask.cpuCores } : { ...ask, gpus },
        group === null ? {} : { constraints: { antiAffinity: group } },
      ),
    ),
  }))
const anyCluster = fc.oneof(fc.record({ sites: anySites, nodes: anyNodes, workloads: anyWorkloads }), {
  weight: 2,
  arbitrary: anyDense,
})
const anyCase = [anyCluster, fc.integer({ min: 0, max: 30 })] as const
/** Every fifth must stay where it is. */
const fixedOf = (standing: readonly Standing[]) =>
  new Set(standing.flatMap(({ workload: { id } }, at) => (at % 5 === 4 ? [id as string] : [])))

describe('whatever the cluster', () => {
  it('consolidation moves within its bounds, keeps to capacity and constraints, and uses no more nodes', () => {
    fc.assert(
      fc.property(...anyCase, ({ sites, nodes, workloads }, movesMax) => {
        const inventory = inventoryCreate(sites, nodes, [])
        const standing = placed(inventory, workloads)
        const before = inventoryCopy(inventory)
        const fixed = fixedOf(standing)
        const proposal = consolidatePropose({ inventory, standing, movesMax, policy: bestFit, fixed })
        expect({ ...inventory, latencies: null }).toEqual({ ...before, latencies: null })
        const world = replay(inventory, proposal)
        const { emptied, nodesInUseBefore, nodesInUseAfter } = proposal.gain
        expect(proposal.moves.length).toBeLessThanOrEqual(movesMax)
        expect(proposal.moves.some(({ workload: { id } }) => fixed.has(id))).toBe(false)
        expect([nodesInUseBefore, nodesInUseAfter]).toEqual([inUse(inventory), inUse(world)])
        expect(nodesInUseBefore - nodesInUseAfter).toBe(emptied.length)
        for (const node of emptied) expect(world.nodes.workloadCount[node]).toBe(0)
      }),
    )
  })

  it('balancing moves within its bounds, keeps to capacity and constraints, and raises no maximum', () => {
    fc.assert(
      fc.property(...anyCase, ({ sites, nodes, workloads }, movesMax) => {
        const inventory = inventoryCreate(sites, nodes, [])
        const standing = placed(inventory, workloads, bestFit)
        const fixed = fixedOf(standing)
        const proposal = balancePropose({ inventory, standing, movesMax, policy: bestFit, fixed })
        const world = replay(inventory, proposal)
        const { highestBefore, highestAfter } = proposal.gain
        expect(proposal.moves.length).toBeLessThanOrEqual(movesMax)
        expect(proposal.moves.some(({ workload: { id } }) => fixed.has(id))).toBe(false)
        expect([highestBefore, highestAfter]).toEqual([highest(inventory), highest(world)])
        expect(highestAfter).toBeLessThanOrEqual(highestBefore)
        expect(new Set(proposal.moves.map(({ workload: { id } }) => id)).size).toBe(proposal.moves.length)
      }),
    )
  })

  it('evacuation moves within its bounds, loses nobody, and gives a reason for who stays', () => {
    const asked = [fc.subarray([0, 1, 2, 3]), fc.boolean()] as const
    fc.assert(
      fc.property(...anyCase, ...asked, ({ sites, nodes, workloads }, movesMax, wanted, whole) => {
        const inventory = inventoryCreate(sites, nodes, [])
        const standing = placed(inventory, workloads)
        const nodeIndexes = wanted.filter((each) => each < nodes.length)
        const fixed = fixedOf(standing)
        const common = { inventory, standing, movesMax, policy: bestFit, fixed, whole }
        const proposal = evacuatePropose({ ...common, nodeIndexes })
        const world = replay(inventory, proposal)
        const { moves, stays, gain } = proposal
        expect(moves.length).toBeLessThanOrEqual(movesMax)
        expect([...moves, ...stays].map((each) => each.workload.id).toSorted()).toEqual(
          standing
            .filter(({ nodeIndex }) => nodeIndexes.includes(nodeIndex))
            .map((each) => each.workload.id)
            .toSorted(),
        )
        if (whole) expect(moves.length === 0 || stays.length === 0).toBe(true)
        for (const { toIndex } of moves) expect(nodeIndexes).not.toContain(toIndex)
        for (const { reason } of stays) expect(reason).toMatch(/\.$/)
        expect(gain.workloadsLeft).toBe(stays.length)
        expect(gain.nodesEmptied).toBe(
          nodeIndexes.filter((each) => world.nodes.workloadCount[each] === 0).length,
        )
      }),
    )
  })

  it('a rearrangement moves within its bounds, and everyone is where they are wanted or has a reason', () => {
    fc.assert(
      fc.property(...anyCase, fc.boolean(), ({ sites, nodes, workloads }, most, isLimited) => {
        const movesMax = isLimited ? most : all
        const inventory = inventoryCreate(sites, nodes, [])
        const standing = placed(inventory, workloads)
        const other = inventoryCreate(sites, nodes, [])
        const goals = new Map(
          placed(other, workloads.toReversed(), bestFit).map((each) => [each.workload.id, each.nodeIndex]),
        )
        const wanted = standing.flatMap((each): Wanted[] => {
          const toIndex = goals.get(each.workload.id)
          return toIndex === undefined ? [] : [{ standing: each, toIndex }]
        })
        const proposal = rearrangePropose({ inventory, standing, movesMax, policy: bestFit, wanted })
        replay(inventory, proposal)
        const { moves, stays, gain } = proposal
        expect(moves.length).toBeLessThanOrEqual(movesMax)
        const ends = new Map(standing.map((each) => [each.workload.id, each.nodeIndex]))
        for (const { workload: moved, toIndex } of moves) ends.set(moved.id, toIndex)
        const late = new Set(stays.map((each) => each.workload.id))
        for (const { standing: each, toIndex } of wanted) {
          expect(ends.get(each.workload.id) === toIndex).toBe(!late.has(each.workload.id))
        }
        expect(gain.reached + stays.length).toBe(gain.wanted)
      }),
    )
  })
})

describe('a small cluster', () => {
  const cluster = (...cores: number[]) =>
    inventoryCreate(
      [site('cloud')],
      cores.map((cpuCores, at) => node(`n${at}`, { cpuCores, gib: 64 })),
      [],
    )
  const moved = (inventory: PlannerInventory, { moves }: Proposal<unknown>) =>
    moves.map(({ workload: { name }, toIndex }) => `${name} to ${inventory.names[toIndex]}`)

  it('is consolidated from the least used node on, into the fullest that has room', () => {
    const inventory = cluster(8, 8, 8, 8)
    const standing = [
      put(inventory, 'n0', workload('a', { cpuCores: 6 })),
      put(inventory, 'n1', workload('b', { cpuCores: 4 })),
      put(inventory, 'n2', workload('c', { cpuCores: 2 })),
      put(inventory, 'n2', workload('d', { cpuCores: 1 })),
    ]
    const proposal = consolidatePropose({ inventory, standing, movesMax: all, policy: bestFit })
    expect(moved(inventory, proposal)).toEqual(['c to n0', 'd to n1'])
    expect(proposal.gain).toEqual({ emptied: [2], nodesInUseBefore: 3, nodesInUseAfter: 2 })
    expect(proposal.moves[0]?.reason).toBe('empties n2, of which 38 % are in use')
    // A node is emptied whole or not at all.
    const less = consolidatePropose({ inventory, standing, movesMax: 1, policy: bestFit })
    expect(moved(inventory, less)).toEqual(['b to n2'])
  })

  it('does not empty a node on which something stands that nobody told of', () => {
    const inventory = cluster(8, 8)
    const standing = [put(inventory, 'n0', workload('a'))]
    put(inventory, 'n1', workload('unknown', { cpuCores: 2 }))
    put(inventory, 'n0', workload('unknown too'))
    const proposal = consolidatePropose({ inventory, standing, movesMax: all, policy: bestFit })
    expect(proposal.moves).toEqual([])
  })

  it('is balanced by the move that lowers the fuller of two nodes most', () => {
    const inventory = cluster(10, 10)
    const standing = [5, 3, 1].map((cpuCores) =>
      put(inventory, 'n0', workload(`w${cpuCores}`, { cpuCores, gib: 0 })),
    )
    const proposal = balancePropose({ inventory, standing, movesMax: all, policy: bestFit })
    expect(moved(inventory, proposal)).toEqual(['w5 to n1'])
    expect(proposal.moves[0]?.reason).toBe('n0 falls from 90 % to 40 %; n1 comes to 50 %')
    expect(proposal.gain).toEqual({ highestBefore: 0.9, highestAfter: 0.5 })
  })

  it('is evacuated as far as there is room, or not at all', () => {
    const inventory = cluster(8, 4)
    const standing = [
      put(inventory, 'n0', workload('large', { cpuCores: 5 })),
      put(inventory, 'n0', workload('small', { cpuCores: 1 })),
      put(inventory, 'n0', workload('urgent', { cpuCores: 2 }, { priority: 1 })),
    ]
    const asked = { inventory, standing, movesMax: all, policy: bestFit, nodeIndexes: [0] }
    const some = evacuatePropose(asked)
    expect(moved(inventory, some)).toEqual(['urgent to n1', 'small to n1'])
    expect(some.stays.map(({ workload: { name }, reason }) => `${name}: ${reason}`)).toEqual([
      'large: No node has 5 cores and 1 GiB of memory: 1 node is not in service, 1 lacks cores (2 cores free at most). Not even an empty node would do: ask for less, or add a larger node.',
    ])
    expect(some.gain).toEqual({ nodesAsked: 1, nodesEmptied: 0, workloadsLeft: 1 })
    const none = evacuatePropose({ ...asked, whole: true })
    expect([none.moves.length, none.stays.length]).toEqual([0, 3])
    expect(none.stays.at(-1)?.reason).toBe('1 workload cannot leave, and all are to leave or none.')
    const limited = evacuatePropose({ ...asked, movesMax: 1 })
    expect(limited.stays.at(-1)?.reason).toBe('The limit of 1 move is reached.')
  })

  it('changes places over a node with room, in the order in which rooms come free', () => {
    const inventory = cluster(8, 8, 8)
    const standing = [
      put(inventory, 'n0', workload('a', { cpuCores: 8 })),
      put(inventory, 'n1', workload('b', { cpuCores: 8 })),
    ]
    const wanted = standing.map((each) => ({ standing: each, toIndex: 1 - each.nodeIndex }))
    const common = { inventory, standing, policy: bestFit, wanted }
    const proposal = rearrangePropose({ ...common, movesMax: all })
    expect(moved(inventory, proposal)).toEqual(['a to n2', 'b to n0', 'a to n1'])
    expect(proposal.moves[0]?.reason).toBe('makes room on n0, until n1 is free')
    expect(proposal.gain).toEqual({ wanted: 2, reached: 2, aside: 1 })
    put(inventory, 'n2', workload('c', { cpuCores: 1 }))
    const stuck = rearrangePropose({ ...common, movesMax: all })
    expect(stuck.moves).toEqual([])
    expect(stuck.stays.map(({ reason }) => reason)).toContain(
      'There is no room on n1, and what is in the way has no other place to go to.',
    )
  })
})

it('a move costs what is copied, more slowly between sites', () => {
  const inventory = inventoryCreate(
    [site('cloud'), site('edge')],
    [node('a'), node('b'), node('c', {}, { siteId: siteId('edge') })],
    [],
  )
  const each = workload('w', { gib: 10 })
  expect(moveCost(inventory, each, 0, 1)).toEqual({ bytes: 10 * GiB, seconds: 2 + (80 * GiB) / 1e10 })
  expect(moveCost(inventory, each, 0, 2)).toEqual({ bytes: 10 * GiB, seconds: 2 + (80 * GiB) / 1e9 })
})
