/** The policies that look at GPUs: packing, clustering and fragmentation gradient descent. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCopy, inventoryCreate } from '../inventory.ts'
import type { PlannerInventory } from '../inventory/model.ts'
import { requestCreate } from '../inventory/request.ts'
import { inventoryRelease, inventoryReserve } from '../inventory/reserve.ts'
import { targetOf } from '../inventory/target.ts'
import { decide } from '../planner/decide.ts'
import { gpuCountFitting } from '../planner/gpu.ts'
import { anyNodes, anySites, anyWorkloads, node, nodeId, site, workload } from '../planner/made-up.ts'
import { fragmentMeter } from '../twin/fragment-meter.ts'
import { devicesCreate, devicesRead, fragmentAmount, targetTable } from './fragment.ts'
import { cpuFree } from './free.ts'
import { gradient, gradientDevice } from './gradient.ts'
import { policyResolve } from './policies.ts'

const eight = Array.from({ length: 8 }, () => 'A')
const share = (milli: number) => workload(`share-${milli}`, { gpus: 1, milli })
const whole = (gpus: number) => workload(`whole-${gpus}`, { gpus })

function cluster(): PlannerInventory {
  const size = { cpuCores: 96, gib: 384, gpus: eight }
  return inventoryCreate([site('cloud')], [node('a', size), node('b', size), node('c', size)], [])
}

const score = (algorithm: string, inventory: PlannerInventory, at: number, asked = share(500)) =>
  policyResolve({ algorithm }).scores[0]?.score.of(
    inventory,
    requestCreate(inventory, asked, () => 0),
    at,
  )

describe('gpu-packing', () => {
  it('prefers devices in use, then idle ones of a node in use, then untouched nodes', () => {
    const inventory = cluster()
    inventoryReserve(inventory, 1, share(300), [0])
    expect([0, 1].map((at) => score('gpu-packing', inventory, at))).toEqual([25, 93])
    expect([0, 1].map((at) => score('gpu-packing', inventory, at, whole(2)))).toEqual([25, 48])
    expect(score('gpu-packing', inventory, 1, whole(7))).toBe(43)
    expect(score('gpu-packing', inventory, 0, workload('none'))).toBe(0)
    expect(decide(inventory, share(500), policyResolve({ algorithm: 'gpu-packing' }))).toMatchObject({
      nodeIndex: 1,
      gpuIndexes: [0],
      message: expect.stringContaining('gpuPacking 93 is the highest of 3 nodes'),
    })
  })
})

describe('gpu-clustering', () => {
  it('prefers nodes that hold only the same kind, then among others, then none, then only others', () => {
    const inventory = cluster()
    inventoryReserve(inventory, 1, share(500), [0])
    inventoryReserve(inventory, 2, whole(2), [0, 1])
    expect([0, 1, 2].map((at) => score('gpu-clustering', inventory, at))).toEqual([25, 76, 6])
    expect([0, 1, 2].map((at) => score('gpu-clustering', inventory, at, whole(2)))).toEqual([25, 1, 81])
    inventoryReserve(inventory, 2, share(500), [2])
    inventoryReserve(inventory, 2, workload('cores'), [])
    expect([0, 1, 2].map((at) => score('gpu-clustering', inventory, at))).toEqual([25, 76, 57])
    expect(score('gpu-clustering', inventory, 2, whole(4))).toBe(7)
  })

  it('counts what stood there before, what leaves, and each copy for itself', () => {
    const inventory = inventoryCreate(
      [site('cloud')],
      [node('a', { gpus: eight })],
      [{ workloadId: share(500).id, nodeId: nodeId('a'), gpu: share(500).demand.gpu }],
    )
    const copy = inventoryCopy(inventory)
    inventoryRelease(copy, 0, share(500), [0])
    expect(score('gpu-clustering', copy, 0)).toBe(score('gpu-clustering', copy, 0, whole(1)))
    expect(score('gpu-clustering', inventory, 0)).toBe(75)
  })
})

describe('fgd', () => {
  it('keeps whole devices for work that needs them', () => {
    const inventory = cluster()
    inventory.target = targetOf([share(500), share(500), whole(1)])
    inventoryReserve(inventory, 1, share(500), [3])
    const decision = decide(inventory, share(500), policyResolve({ algorithm: 'fgd' }))
    expect(decision).toMatchObject({ nodeIndex: 1, gpuIndexes: [3] })
    expect(decision.message).toMatch(/^Placed on b by fgd: gradient \d+ is the highest of 3 nodes/)
  })

  it('takes the first of devices that are equally good, and scores 50 where nothing changes', () => {
    const inventory = cluster()
    inventory.target = targetOf([whole(1)])
    expect(decide(inventory, share(100), policyResolve({ algorithm: 'fgd' })).gpuIndexes).toEqual([0])
    expect(score('fgd', inventory, 0, workload('cores'))).toBe(50)
  })

  it('remembers what it computes, and gives the same scores and devices as without', () => {
    fc.assert(
      fc.property(anySites, anyNodes, anyWorkloads, (sites, nodes, workloads) => {
        const inventory = inventoryCreate(sites, nodes, [])
        inventory.target = targetOf(workloads)
        const prepared = gradient.prepare?.(inventory)
        for (const asked of workloads) {
          const request = requestCreate(inventory, asked, () => 0)
          for (let at = 0; at < inventory.count; at += 1) {
            if (gpuCountFitting(inventory, request, at, 'milliFree') < request.gpuCount) continue
            expect(prepared?.of(inventory, request, at)).toBe(gradient.of(inventory, request, at))
            if (request.gpuCount !== 1 || request.gpuMilli === 1000) continue
            expect(prepared?.device?.(inventory, request, at)).toBe(gradientDevice(inventory, request, at))
          }
          const { nodeIndex, gpuIndexes } = decide(inventory, asked, policyResolve({ algorithm: 'best-fit' }))
          if (nodeIndex === null) continue
          inventoryReserve(inventory, nodeIndex, asked, gpuIndexes)
          prepared?.changed?.(nodeIndex)
        }
      }),
    )
  })

  it('measures against the workload at hand where there is no target', () => {
    const inventory = cluster()
    inventoryReserve(inventory, 1, share(400), [0])
    const decision = decide(inventory, share(600), policyResolve({ algorithm: 'fgd' }))
    expect(decision).toMatchObject({ nodeIndex: 1, gpuIndexes: [0] })
  })
})

describe('the target', () => {
  it('is the fewest classes that cover 95 of 100 demands, memory aside, with shares of 1 together', () => {
    const items = [
      ...Array.from({ length: 60 }, (_, index) =>
        workload('w', { gpus: 1, milli: 200, gib: 1 + (index % 3) }),
      ),
      ...Array.from({ length: 35 }, () => workload('w', { cpuCores: 2 })),
      ...Array.from({ length: 5 }, () => workload('w', { cpuCores: 3 })),
    ]
    const { classes } = targetOf(items)
    expect(classes.map(({ demand }) => [demand.cpuCores, demand.gpu.milli])).toEqual([
      [1, 200],
      [2, 0],
    ])
    expect(classes.reduce((sum, each) => sum + each.share, 0)).toBeCloseTo(1)
    expect(targetOf([]).classes).toEqual([])
  })
})

describe('the fragmentation of a cluster', () => {
  it('kept up through placements and departures is the sum over its nodes, and never above what is idle', () => {
    fc.assert(
      fc.property(anySites, anyNodes, anyWorkloads, (sites, nodes, workloads) => {
        const inventory = inventoryCreate(sites, nodes, [])
        inventory.target = targetOf(workloads)
        const meter = fragmentMeter(inventory)
        const check = () => {
          const table = targetTable(inventory, null)
          let sum = 0
          let idle = 0
          for (let at = 0; at < inventory.count; at += 1) {
            sum += fragmentAmount(
              table,
              cpuFree(inventory, at),
              devicesRead(inventory, at, devicesCreate(64)),
            )
            idle += inventory.nodes.gpuMilliFree[at] ?? 0
          }
          expect(meter.amountMilli()).toBeCloseTo(sum, 6)
          expect(sum).toBeLessThanOrEqual(idle + 1e-6)
        }
        check()
        const leaving: (() => void)[] = []
        for (const asked of workloads) {
          const { nodeIndex, gpuIndexes } = decide(inventory, asked, policyResolve({ algorithm: 'fgd' }))
          if (nodeIndex === null) continue
          inventoryReserve(inventory, nodeIndex, asked, gpuIndexes)
          meter.changed(nodeIndex)
          leaving.push(() => {
            inventoryRelease(inventory, nodeIndex, asked, gpuIndexes)
            meter.changed(nodeIndex)
          })
        }
        check()
        for (const leave of leaving) leave()
        check()
      }),
    )
  })
})
