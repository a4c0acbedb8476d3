import { OrreryError } from '@orrery/api/errors.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCreate } from '../inventory.ts'
import { nodeId, site as plannerSite, siteId, workloadId } from '../planner/made-up.ts'
import { planPending } from '../planner/pending.ts'
import { policyResolve } from '../policy/policies.ts'
import { mixTasks } from '../trace/mix.ts'
import { clockRespeed, emulatedSeconds, wallMsAt } from './clock.ts'
import { type EmulatorConfig, emulatorConfigParse, startSeconds } from './config.ts'
import { demoMix, emulatorDemo } from './demo.ts'
import { machineState } from './machine.ts'
import { emulatorNodes, nodeHealth } from './node.ts'

const demo = emulatorDemo()
const zero = startSeconds(demo)
const capacity = { cpuCores: 4, memoryBytes: 4e9, diskBytes: 0, gpus: [] }
const hours = (value: number) => Array.from({ length: 24 }, () => value)
const small = (more: object = {}, nodes: object = {}): unknown => ({
  sites: [
    {
      name: 's',
      kind: 'edge',
      carbonGramsPerKwh: hours(1),
      renewableShare: hours(0),
      nodes: [{ name: 'n', kind: 'host', capacity, ...nodes }],
    },
  ],
  ...more,
})

describe('the configuration', () => {
  it('fills in what is left out', () => {
    const config = emulatorConfigParse(small())
    expect(config).toMatchObject({
      seed: 42,
      speed: 60,
      script: [],
      start: { meanSeconds: 20, failedShare: 0 },
    })
    expect(config.sites[0]?.nodes[0]).toMatchObject({
      count: 1,
      labels: {},
      power: { idleWatts: 100 },
      capabilities: [],
    })
  })

  it.for<[string, unknown, string]>([
    ['nothing', null, 'must be object'],
    ['no sites', {}, 'sites'],
    ['an unknown key', small({ sped: 1 }), '/sped is not a known key'],
    ['a speed of zero', small({ speed: 0 }), '/speed must be > 0'],
    [
      'a curve of the wrong length',
      small({}, { capacity: { ...capacity, cpuCores: -1 } }),
      '/sites/0/nodes/0/capacity/cpuCores',
    ],
    [
      'two nodes of one name',
      {
        sites: [...(small() as EmulatorConfig).sites, { ...(small() as EmulatorConfig).sites[0], name: 't' }],
      },
      'two nodes are called n',
    ],
    [
      'a link to nowhere',
      {
        sites: [
          { ...(small() as EmulatorConfig).sites[0], links: [{ to: 'x', latencyMs: 1, bandwidthMbps: 1 }] },
        ],
      },
      'site s has a link to x, which is not one of its sites',
    ],
    [
      'a fault that ends before it begins',
      small({ script: [{ fault: 'lost-node', node: 'n', fromSeconds: 9, untilSeconds: 9 }] }),
      'a lost-node ends at 9 s',
    ],
    ['an unknown fault', small({ script: [{ fault: 'fire', node: 'n' }] }), '/script/0'],
    [
      'too many nodes',
      {
        sites: [
          {
            ...(small() as EmulatorConfig).sites[0],
            nodes: Array.from({ length: 11 }, (_, i) => ({
              name: `n${i}`,
              kind: 'host',
              capacity,
              count: 100_000,
            })),
          },
        ],
      },
      'more than 1000000 nodes',
    ],
  ])('refuses %s and says where', ([, value, message]) => {
    expect(() => emulatorConfigParse(value)).toThrow(message)
    expect(() => emulatorConfigParse(value)).toThrow(OrreryError)
  })

  it('of the demonstration has at least five sites and forty hosts, of mixed sizes, some with GPUs', () => {
    const nodes = emulatorNodes(demo)
    expect(demo.sites.length).toBeGreaterThanOrEqual(5)
    expect(nodes.length).toBe(56)
    expect(nodes.filter(({ group }) => group.kind === 'host').length).toBeGreaterThanOrEqual(40)
    expect(new Set(nodes.map(({ group }) => JSON.stringify(group.capacity))).size).toBeGreaterThanOrEqual(8)
    expect(nodes.filter(({ group }) => group.capacity.gpus.length > 0).length).toBeGreaterThanOrEqual(10)
    expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length)
  })

  it('of the demonstration has room for at least 150 workloads of its mix, each at its site', () => {
    const sites = demo.sites.map((each) => plannerSite(each.name, { links: each.links }))
    const nodes = emulatorNodes(demo).map(({ name, site, group }) => ({
      id: nodeId(name),
      name,
      siteId: siteId(site.name),
      ready: true,
      capacity: group.capacity,
      allocated: { cpuCores: 0, memoryBytes: 0, diskBytes: 0, gpuMilli: [] },
      capabilities: group.capabilities,
      labels: group.labels,
      workloadCount: 0,
    }))
    const workloads = demoMix.flatMap(({ site, place, standing }) => {
      const tasks = mixTasks({ seed: 1, place, standing, startSeconds: 0 })
      return Array.from({ length: standing }, () => tasks.next().value).map((task) => ({
        id: workloadId(`${site} ${task.name}`),
        name: task.name,
        kind: task.kind,
        demand: task.demand,
        constraints: { siteIds: [siteId(site)] },
        priority: 0,
      }))
    })
    const plan = planPending(
      inventoryCreate(sites, nodes, []),
      workloads,
      policyResolve({ algorithm: 'worst-fit' }),
    )
    const waiting = plan.filter(({ outcome }) => outcome === 'pending')
    expect(plan.length - waiting.length).toBeGreaterThanOrEqual(150)
    expect(waiting.length).toBeLessThan(plan.length / 5)
  })
})

describe('the clock', () => {
  it('runs at its speed, and a change of speed does not make it jump', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 1e5, noNaN: true }),
        fc.double({ min: 0.1, max: 1e5, noNaN: true }),
        fc.nat(1e6),
        (speed, other, passed) => {
          const anchor = { wallMs: 1000, emulatedSeconds: 5e8, speed }
          expect(emulatedSeconds(anchor, 1000 + passed)).toBeCloseTo(5e8 + (passed / 1000) * speed, 3)
          expect(wallMsAt(anchor, emulatedSeconds(anchor, 1000 + passed))).toBeCloseTo(1000 + passed, 1)
          const faster = clockRespeed(anchor, 1000 + passed, other)
          expect(emulatedSeconds(faster, 1000 + passed)).toBe(emulatedSeconds(anchor, 1000 + passed))
        },
      ),
    )
  })
})

describe('a machine', () => {
  it('starts, then runs or has failed, and never goes back', () => {
    const order = { starting: 0, running: 1, failed: 1 }
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.array(fc.nat(5000)),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (ref, name, times, failedShare) => {
          const config = { ...demo, start: { ...demo.start, failedShare } }
          const machine = { ref, name, startSeconds: zero }
          const states = times
            .toSorted((a, b) => a - b)
            .map((time) => machineState(config, machine, zero + time))
          states.forEach((state, index) => {
            const before = states[index - 1]
            if (before === undefined) return
            expect(order[state.state]).toBeGreaterThanOrEqual(order[before.state])
            if (before.state !== 'starting') expect(state).toEqual(before)
          })
          expect(machineState(config, machine, zero).state).toBe('starting')
        },
      ),
    )
  })

  it('fails as often as it should, and another try has its own luck', () => {
    const config = { ...demo, script: [], start: { ...demo.start, failedShare: 0.3 } }
    const failed = Array.from({ length: 2000 }, (_, i) =>
      machineState(config, { ref: `try-${i}`, name: 'w', startSeconds: zero }, zero + 1e6),
    )
    expect(failed.filter(({ state }) => state === 'failed').length / 2000).toBeCloseTo(0.3, 1)
  })

  it('obeys the script: slow for some, failing for others, within its window', () => {
    const script: EmulatorConfig['script'] = [
      { fault: 'slow-start', workload: 'slow-*', delaySeconds: 1000, fromSeconds: 0, untilSeconds: null },
      { fault: 'failed-start', workload: 'bad-*', fromSeconds: 100, untilSeconds: 200 },
    ]
    const config = { ...demo, script, start: { meanSeconds: 10, deviationSeconds: 0, failedShare: 0 } }
    const state = (name: string, start: number, now: number) =>
      machineState(config, { ref: 'r', name, startSeconds: zero + start }, zero + now)
    expect(state('w', 0, 9.9).state).toBe('starting')
    expect(state('w', 0, 10)).toEqual({ state: 'running', sinceSeconds: zero + 10, reason: null })
    expect(state('slow-1', 0, 1009)).toMatchObject({
      state: 'starting',
      reason: 'a slow start, by the script',
    })
    expect(state('slow-1', 0, 1010).state).toBe('running')
    expect(state('bad-1', 99, 500).state).toBe('running')
    expect(state('bad-1', 100, 109).state).toBe('starting')
    expect(state('bad-1', 100, 110)).toMatchObject({
      state: 'failed',
      reason: 'the start failed, by the script',
    })
    expect(state('bad-1', 200, 500).state).toBe('running')
  })
})

describe('a node', () => {
  it('is lost and comes back by the script', () => {
    const health = (name: string, at: number) => nodeHealth(demo, name, zero + at).healthy
    expect([5399, 5400, 8999, 9000].map((at) => health('edge-1-std-3', at))).toEqual([
      true,
      false,
      false,
      true,
    ])
    expect(health('edge-1-std-2', 6000)).toBe(true)
    // One hour of flapping: away for the last fifth of each.
    expect([3600, 3600 + 2879, 3600 + 2881, 7199, 7200].map((at) => health('homes-2-box-2', at))).toEqual([
      true,
      true,
      false,
      false,
      true,
    ])
  })

  it('says why it is away', () => {
    expect(nodeHealth(demo, 'edge-1-std-3', zero + 6000).reason).toBe(
      'the node does not answer, by the script',
    )
  })
})
