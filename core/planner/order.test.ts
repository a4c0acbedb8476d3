import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCreate } from '../inventory.ts'
import { policyResolve } from '../policy/policies.ts'
import { anyWorkloads, node, site, workload } from './made-up.ts'
import { demandSize, pendingOrder } from './order.ts'
import { planPending } from './pending.ts'

const decreasing = policyResolve({ algorithm: 'first-fit-decreasing' })
const firstFit = policyResolve({ algorithm: 'first-fit' })

describe('first fit decreasing', () => {
  it('fills two nodes that first fit in order of arrival needs three for', () => {
    const nodes = ['a', 'b', 'c'].map((name) => node(name, { cpuCores: 10 }))
    const inventory = inventoryCreate([site('cloud')], nodes, [])
    const asked = [3, 3, 7, 7].map((cpuCores, at) => workload(`w${at}`, { cpuCores }))
    const used = (policy: typeof decreasing) =>
      new Set(planPending(inventory, asked, policy).map(({ chosen }) => chosen?.nodeName))
    expect(used(firstFit)).toEqual(new Set(['a', 'b', 'c']))
    expect(used(decreasing)).toEqual(new Set(['a', 'b']))
  })

  it('measures a demand by its largest share of the largest node, GPUs included', () => {
    const inventory = inventoryCreate(
      [site('cloud')],
      [node('a', { cpuCores: 10, gib: 100, gpus: ['A', 'A'] })],
      [],
    )
    const size = (ask: Parameters<typeof workload>[1]) => demandSize(inventory, workload('w', ask).demand)
    expect(size({ cpuCores: 5, gib: 20 })).toBe(0.5)
    expect(size({ cpuCores: 1, gib: 80 })).toBe(0.8)
    expect(size({ cpuCores: 1, gib: 1, gpus: 1, milli: 500 })).toBe(0.25)
  })

  it('keeps priority before size and arrival after it, and loses nobody', () => {
    const inventory = inventoryCreate([site('cloud')], [node('a', { cpuCores: 8, gpus: ['A', 'B'] })], [])
    fc.assert(
      fc.property(anyWorkloads, (workloads) => {
        const ordered = pendingOrder(inventory, decreasing, workloads)
        expect(new Set(ordered)).toEqual(new Set(workloads))
        ordered.slice(1).forEach((later, at) => {
          const earlier = ordered[at] ?? later
          const sizes = [earlier, later].map(({ demand }) => demandSize(inventory, demand))
          expect(earlier.priority).toBeGreaterThanOrEqual(later.priority)
          if (earlier.priority !== later.priority) return
          expect(sizes[0]).toBeGreaterThanOrEqual(sizes[1] ?? 0)
          if (sizes[0] === sizes[1]) expect(workloads.indexOf(earlier)).toBeLessThan(workloads.indexOf(later))
        })
      }),
    )
  })
})
