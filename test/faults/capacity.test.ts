/** Many clients over few nodes: what is promised of capacity holds at every instant, not only at the end. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client } from '@orrery/api/client.ts'
import { client as apiClient } from '@orrery/api/client.ts'
import { OrreryError } from '@orrery/api/errors.ts'
import { brokenInvariants } from '../setup/invariants.ts'
import { type TestServer, testServer } from '../setup/running.ts'

const clients = 64
const stepsEach = 12
const gib = 1024 ** 3

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.close())

const gpu = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.record({ count: fc.constant(1), milli: fc.integer({ min: 1, max: 1000 }) }) },
  { weight: 1, arbitrary: fc.record({ count: fc.integer({ min: 1, max: 2 }) }) },
)
const demand = fc
  .record({
    cpuCores: fc.integer({ min: 0, max: 90 }).map((tenths) => tenths / 10),
    memoryBytes: fc.integer({ min: 0, max: 12 * gib }),
    diskBytes: fc.integer({ min: 0, max: 50 * gib }),
    gpu,
  })
  .map(({ gpu: devices, ...rest }) => (devices === undefined ? rest : { ...rest, gpu: devices }))
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ verb: fc.constant('bind' as const), node: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('unbind' as const) }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('migrate' as const), node: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('resize' as const), demand }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const script = fc.record({
  overcommitRatio: fc.constantFrom(1, 1, 1.5),
  workloads: fc.array(demand, { minLength: 20, maxLength: 40 }),
  steps: fc.array(fc.record({ workload: fc.nat(1000), step }), {
    minLength: clients * stepsEach,
    maxLength: clients * stepsEach,
  }),
})

async function take(api: Client, ref: string, name: (index: number) => string, each: Step): Promise<boolean> {
  try {
    switch (each.verb) {
      case 'bind':
        await api.call('workloadBind', { ref, body: { node: name(each.node) } })
        break
      case 'migrate':
        await api.call('workloadMigrate', { ref, body: { node: name(each.node) } })
        break
      case 'unbind':
        await api.call('workloadUnbind', { ref, body: {} })
        break
      case 'resize':
        await api.call('workloadResize', { ref, body: { demand: each.demand } })
        break
    }
    return true
  } catch (error) {
    // What there is no room for, or what another client has just moved, is refused with its reason.
    if (error instanceof OrreryError && (error.code === 'no_capacity' || error.code === 'conflict'))
      return false
    throw error
  }
}

test(`${clients} clients that bind, unbind, migrate and resize at random never put a node over its capacity`, async () => {
  let run = 0
  let done = 0
  await fc.assert(
    fc.asyncProperty(script, async ({ overcommitRatio, workloads, steps }) => {
      run += 1
      const name = (index: number) => `run-${run}-node-${index}`
      const ref = (index: number) => `run-${run}-workload-${index % workloads.length}`
      await server.api.call('siteCreate', { body: { name: `run-${run}`, kind: 'edge', overcommitRatio } })
      for (let index = 0; index < 6; index += 1) {
        await server.api.call('nodeCreate', {
          body: {
            name: name(index),
            site: `run-${run}`,
            capacity: {
              cpuCores: 12.3,
              memoryBytes: 24 * gib,
              diskBytes: 100 * gib,
              gpus:
                index < 3
                  ? [
                      { model: 'A', milli: 1000 },
                      { model: 'B', milli: 1000 },
                    ]
                  : [],
            },
          },
        })
      }
      await Promise.all(
        workloads.map((each, index) =>
          server.api.call('workloadCreate', { body: { name: ref(index), demand: each, autoPlace: false } }),
        ),
      )
      const answers = await Promise.all(
        Array.from({ length: clients }, async (_, index) => {
          const api = apiClient({ baseUrl: server.url, token: server.token })
          let successes = 0
          for (const { workload, step: each } of steps.slice(index * stepsEach, (index + 1) * stepsEach))
            if (await take(api, ref(workload), name, each)) successes += 1
          return successes
        }),
      )
      done += answers.reduce((sum, each) => sum + each, 0)
      expect(await brokenInvariants(server.pool)).toEqual({})
    }),
    { numRuns: 2, endOnFailure: true },
  )
  // A system that refuses everything would hold its capacity too.
  expect(done).toBeGreaterThan(clients)
  expect(server.errorsLogged()).toEqual([])
})

test('40 parallel creates of hosts and VMs get 40 different state ids, the lowest free ones', async () => {
  await server.api.call('siteCreate', { body: { name: 'aliases', kind: 'edge' } })
  const numbers = async (kind: string, prefix: string) => {
    const { rows } = await server.pool.query<{ number: number }>(
      `select number from alias where dialect = 'envserver' and kind = $1 and key like $2 and released_at is null order by number`,
      [kind, `${prefix}%`],
    )
    return rows.map((row) => row.number)
  }
  const parallel = (count: number, work: (index: number) => Promise<unknown>) =>
    Promise.all(Array.from({ length: count }, (_, index) => work(index)))
  const capacity = { cpuCores: 1, memoryBytes: gib }
  const hostCreate = (name: string) =>
    server.api.call('nodeCreate', { body: { name, site: 'aliases', capacity } })

  await parallel(40, (index) => hostCreate(`alias-host-${index}`))
  await parallel(40, (index) =>
    server.api.call('workloadCreate', {
      body: { name: `alias-vm-${index}`, demand: capacity, autoPlace: false },
    }),
  )
  for (const [kind, prefix] of [
    ['host', 'alias-host-'],
    ['vm', 'alias-vm-'],
  ] as const) {
    const taken = await numbers(kind, prefix)
    expect(new Set(taken).size).toBe(40)
    expect((taken.at(-1) ?? 0) - (taken[0] ?? 0)).toBe(39)
  }
  const before = await numbers('host', 'alias-host-')
  await parallel(10, (index) => server.api.call('nodeDelete', { ref: `alias-host-${index * 3}` }))
  await parallel(10, (index) => hostCreate(`alias-host-again-${index}`))
  expect(await numbers('host', 'alias-host-')).toEqual(before)
})
