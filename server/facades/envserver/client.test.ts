/** What the original's own client library and tests do, in our words: eleven scenes, and no body that breaks anything. */
import { Agent } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestFacade, testFacade } from '../../../test/setup/facade.ts'
import { envserver } from './envserver.ts'

let facade: TestFacade
const agent = new Agent({ keepAlive: true, maxSockets: 8 })
beforeAll(async () => {
  facade = await testFacade(envserver)
})
afterAll(async () => {
  agent.destroy()
  await facade.close()
})

type Host = { hostid: string; stateid: number; usage_cpu: number; usage_memory: number; vms: number }
type Vm = {
  vmid: string
  deployed: boolean
  hostid: string
  hoststateid: number
  usage_cpu: number
  usage_memory: number
}

/** The client library: whole structs in, whole structs out, every status but 200 an error with the body as its text. */
async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const headers = { 'Content-Type': 'application/json' }
  const answer = await facade.ask(method, path, {
    agent,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (answer.status !== 200) throw new Error(answer.body)
  return (answer.body === '' ? undefined : JSON.parse(answer.body)) as T
}
const hostAdd = (hostid: string) =>
  call('POST', '/hosts', {
    hostid,
    stateid: 0,
    total_cpu: 800,
    total_memory: 16_785_711_104,
    usage_cpu: 0,
    usage_memory: 0,
    vms: 0,
  })
const vmAdd = (vmid: string) =>
  call('POST', '/vms', {
    vmid,
    stateid: 0,
    deployed: true,
    hostid: 'made-up',
    hoststateid: 5,
    total_cpu: 800,
    total_memory: 1024,
  })
const host = (id: string) => call<Host | null>('GET', `/hosts/${id}`)
const vm = (id: string) => call<Vm | null>('GET', `/vms/${id}`)

beforeEach(async () => {
  for (const { hostid } of (await call<Host[] | null>('GET', '/hosts')) ?? [])
    await call('DELETE', `/hosts/${hostid}`)
  for (const { vmid } of (await call<Vm[] | null>('GET', '/vms')) ?? []) await call('DELETE', `/vms/${vmid}`)
})

describe('the eleven scenes of the original’s server tests', () => {
  it('adds a host', async () => {
    expect(await host('host1')).toBeNull()
    await hostAdd('host1')
    expect(await host('host1')).toMatchObject({ hostid: 'host1' })
  })
  it('gets a host', async () => {
    await hostAdd('host1')
    expect(await host('host1')).toMatchObject({ hostid: 'host1', stateid: 1 })
    expect(await host('host2')).toBeNull()
  })
  it('lists hosts', async () => {
    expect(await call('GET', '/hosts')).toBeNull()
    await hostAdd('host1')
    await hostAdd('host2')
    expect(await call('GET', '/hosts')).toHaveLength(2)
  })
  it('removes a host', async () => {
    await hostAdd('host1')
    await call('DELETE', '/hosts/host1')
    expect(await host('host1')).toBeNull()
  })
  it.for([
    ['host', 0],
    ['vm', 1],
  ] as const)('takes and gives metrics of a %s', async ([kind, type]) => {
    const now = Date.now()
    await (kind === 'host' ? hostAdd('it') : vmAdd('it'))
    const get = () => (kind === 'host' ? host('it') : vm('it'))
    expect(await get()).toMatchObject({ usage_cpu: 0, usage_memory: 0 })
    const metric = {
      timestamp: new Date(now).toISOString(),
      cpu: 1,
      memory: 10,
      disk_read: 0,
      energy_usage: 0,
    }
    await call('POST', `/metrics?id=it&metrictype=${type}`, metric)
    const since = `${BigInt(now - 1000) * 1_000_000n}`
    const metrics = await call<object[]>(
      'GET',
      `/metrics?hostid=it&metrictype=${type}&since=${since}&count=1`,
    )
    expect(metrics).toMatchObject([{ cpu: 1, memory: 10 }])
    expect(await get()).toMatchObject({ usage_cpu: 1, usage_memory: 10 })
  })
  it('adds a VM', async () => {
    expect(await vm('vm1')).toBeNull()
    await vmAdd('vm1')
    expect(await vm('vm1')).toMatchObject({ vmid: 'vm1' })
  })
  it('gets a VM', async () => {
    await vmAdd('vm1')
    expect(await vm('vm1')).toMatchObject({ vmid: 'vm1', stateid: 1 })
    expect(await vm('vm2')).toBeNull()
  })
  it('lists VMs', async () => {
    expect(await call('GET', '/vms')).toBeNull()
    await vmAdd('vm1')
    await vmAdd('vm2')
    expect(await call('GET', '/vms')).toHaveLength(2)
  })
  it('removes a VM', async () => {
    await vmAdd('vm1')
    await call('DELETE', '/vms/vm1')
    expect(await vm('vm1')).toBeNull()
  })
  it('binds a VM and unbinds it', async () => {
    await hostAdd('host1')
    await vmAdd('vm1')
    expect(await vm('vm1')).toMatchObject({ deployed: false, hostid: '', hoststateid: 0 })
    await call('PUT', '/vms/vm1/host1')
    const { stateid } = (await host('host1')) ?? { stateid: 0 }
    expect(await vm('vm1')).toMatchObject({ deployed: true, hostid: 'host1', hoststateid: stateid })
    expect(await host('host1')).toMatchObject({ vms: 1 })
    await call('DELETE', '/vms/vm1/host1')
    expect(await vm('vm1')).toMatchObject({ deployed: false, hostid: '', hoststateid: 0 })
  })
})

describe('the emulator’s connector', () => {
  it('deletes a VM by unbinding it from a host without a name, as it does today', async () => {
    await vmAdd('sr1_')
    const answer = await facade.ask('DELETE', '/vms/sr1_/', { agent })
    expect(answer).toMatchObject({ status: 307, headers: { location: '/vms/sr1_' } })
    await call('DELETE', answer.headers['location'] as string)
    expect(await vm('sr1_')).toBeNull()
  })
})

const field = fc.constantFrom(
  'hostid',
  'vmid',
  'HOSTID',
  'stateid',
  'total_cpu',
  'total_memory',
  'usage_cpu',
  'cpu',
  'timestamp',
  'deployed',
  'memory',
  'x',
)
const wild = fc.oneof(
  fc.constantFrom(
    '1e999',
    '-1e400',
    'NaN',
    'Infinity',
    '-0',
    '9007199254740993',
    '1e308',
    '-1e308',
    'null',
    '[]',
    '{}',
    '"\\u0000"',
    '"\\ud800"',
  ),
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => JSON.stringify(text)),
  fc.json({ maxDepth: 3 }),
)
const body = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.tuple(field, wild), { maxLength: 6 })
      .map((all) => Buffer.from(`{${all.map(([key, value]) => `"${key}":${value}`).join(',')}}`)),
  },
  { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
)
const target = fc.oneof(
  fc.constantFrom('/hosts', '/vms', '/metrics?id=a&metrictype=0', '/metrics?id=a&metrictype=1'),
  fc.webPath().map((path) => `/hosts${path}`),
  fc.webPath().map((path) => `/vms${path}`),
  fc.webQueryParameters().map((query) => `/metrics?${query}`),
  fc
    .tuple(fc.nat(3), fc.integer(), fc.integer())
    .map(([type, since, count]) => `/metrics?hostid=a&metrictype=${type}&since=${since}&count=${count}`),
)
/** The 500s that the contract has, and none of a crash: no file, no line, no stack, no word of our own language. */
const expected500 = /^(Host is nil|VM is nil|Host not found|pq: .+|)$/s

describe('any body on any route', () => {
  it('is answered as the contract says, and the server goes on', async () => {
    await hostAdd('a')
    await vmAdd('a')
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
        target,
        body,
        async (method, path, bytes) => {
          const answer = await facade.ask(method, path, {
            agent,
            ...(method === 'GET' ? {} : { body: bytes }),
          })
          expect([200, 301, 307, 400, 404, 500]).toContain(answer.status)
          if (answer.status === 500) expect(answer.body).toMatch(expected500)
          expect(answer.body).not.toMatch(/node_modules|at \w+ \(|TypeError|undefined/)
        },
      ),
      { numRuns: 600 },
    )
    const rows = (await call<Host[] | null>('GET', '/hosts')) ?? []
    expect(new Set(rows.map((row) => row.stateid)).size).toBe(rows.length)
  }, 60_000)
})
