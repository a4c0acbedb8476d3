/** Policies that look at where a node stands: carbon and latency. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCreate } from '../inventory.ts'
import { requestCreate } from '../inventory/request.ts'
import { decide } from '../planner/decide.ts'
import { node, site, siteId, workload } from '../planner/made-up.ts'
import { policyResolve } from './policies.ts'
import { marginalWatts, ownWatts } from './power.ts'
import { carbon } from './scores.ts'

const draw = () => 0
const at = (name: string, awake: boolean, cpuCores = 8) =>
  node(
    `${name}-${awake ? 'awake' : 'asleep'}`,
    { cpuCores },
    { siteId: siteId(name), workloadCount: awake ? 1 : 0 },
  )

describe('carbon-aware', () => {
  const sites = [site('dirty', { carbonGramsPerKwh: 500 }), site('clean', { carbonGramsPerKwh: 100 })]
  const policy = policyResolve({ algorithm: 'carbon-aware' })
  const chosen = (nodes: ReturnType<typeof node>[], cpuCores = 2) =>
    decide(inventoryCreate(sites, nodes, []), workload('w', { cpuCores }), policy)

  it('takes the cleaner of two sites', () => {
    const decision = chosen([at('dirty', true), at('clean', true)])
    expect(decision.message).toBe(
      'Placed on clean-awake by carbon-aware: carbon 0.714 is the highest of 2 nodes with room; next is dirty-awake with 0.333.',
    )
  })

  it('keeps to a node that is awake when waking a clean one costs more than it saves', () => {
    // Two cores take 10 W. Waking 8 cores takes 40 W more: 50 W at 100 g are 5 g an hour, 10 W at 500 g as well.
    expect(chosen([at('dirty', true), at('clean', false, 10)]).chosen?.nodeName).toBe('dirty-awake')
    expect(chosen([at('dirty', true), at('clean', false, 7)]).chosen?.nodeName).toBe('clean-asleep')
    // The larger the work, the less the waking counts.
    expect(chosen([at('dirty', true), at('clean', false, 10)], 4).chosen?.nodeName).toBe('clean-asleep')
  })

  it('ranks nodes as carbon intensity times marginal power does', () => {
    const anyNode = fc.record({
      grams: fc.integer({ min: 0, max: 900 }),
      cores: fc.integer({ min: 1, max: 64 }),
      awake: fc.boolean(),
    })
    fc.assert(
      fc.property(anyNode, anyNode, fc.integer({ min: 0, max: 4 }), (a, b, cpuCores) => {
        const inventory = inventoryCreate(
          [a, b].map(({ grams }, index) => site(`s${index}`, { carbonGramsPerKwh: grams })),
          [a, b].map(({ cores, awake }, index) =>
            node(
              `n${index}`,
              { cpuCores: cores },
              { siteId: siteId(`s${index}`), workloadCount: awake ? 1 : 0 },
            ),
          ),
          [],
        )
        const request = requestCreate(inventory, workload('w', { cpuCores }), draw)
        const cost = ([a, b] as const).map(
          ({ grams }, index) => grams * marginalWatts(inventory, request, index),
        )
        const [first = 0, second = 0] = [0, 1].map((index) => carbon.of(inventory, request, index))
        expect(Math.sign(first - second)).toBe(Math.sign((cost[1] ?? 0) - (cost[0] ?? 0)))
        expect(first).toBeGreaterThan(0)
        expect(first).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('adds nothing but the work itself to a node that is awake, and GPUs count', () => {
    const inventory = inventoryCreate(
      sites,
      [at('dirty', true), node('g', { gpus: ['A', 'A'] }, { siteId: siteId('clean') })],
      [],
    )
    const request = requestCreate(inventory, workload('w', { cpuCores: 2, gpus: 1, milli: 500 }), draw)
    expect(ownWatts(request)).toBe(10 + 135)
    expect(marginalWatts(inventory, request, 0)).toBe(145)
    expect(marginalWatts(inventory, request, 1)).toBe(145 + 40 + 60)
  })
})

describe('latency-aware', () => {
  const sites = [
    site('cloud', { links: [{ to: 'edge', latencyMs: 12 }] }),
    site('edge', { kind: 'edge', links: [{ to: 'home', latencyMs: 5 }] }),
    site('home', { kind: 'device' }),
    site('island', { kind: 'edge' }),
  ]
  const nodes = ['island', 'home', 'edge', 'cloud'].map((name) =>
    node(`at-${name}`, {}, { siteId: siteId(name) }),
  )
  const inventory = inventoryCreate(sites, nodes, [])
  const policy = policyResolve({ algorithm: 'latency-aware' })

  it.each([
    ['home', 'at-home', 1, 'at-edge', 20 / 25],
    ['edge', 'at-edge', 1, 'at-home', 20 / 25],
    [undefined, 'at-cloud', 1, 'at-edge', 20 / 32],
  ] as const)('is nearest to %s on %s', (from, name, best, next, second) => {
    const constraints = from === undefined ? {} : { latencyFrom: siteId(from) }
    const { chosen, runnerUp } = decide(inventory, workload('w', {}, { constraints }), policy)
    expect([chosen?.nodeName, chosen?.total]).toEqual([name, best])
    expect([runnerUp?.nodeName, runnerUp?.total]).toEqual([next, second])
  })
})
