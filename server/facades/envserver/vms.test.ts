import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeCreate } from '@orrery/server/verbs/node/create.ts'
import { siteUpdate } from '@orrery/server/verbs/site/update.ts'
import { workloadCreate } from '@orrery/server/verbs/workload/create.ts'
import { type TestFacade, testFacade } from '../../../test/setup/facade.ts'
import { envserver } from './envserver.ts'

let facade: TestFacade
beforeAll(async () => {
  facade = await testFacade(envserver)
  for (const id of ['h1', 'h2'])
    await facade.see('POST', '/hosts', `{"hostid":"${id}","total_cpu":1200,"total_memory":16785711104}`)
})
afterAll(() => facade.close())

const text = 'text/plain; charset=utf-8'
const json = 'application/json; charset=utf-8'
const empty = { status: 200, type: text, body: '' }
const bare = { status: 200, type: undefined, body: '' }
const none = { status: 200, type: json, body: 'null' }
const vm = async (id: string) =>
  JSON.parse((await facade.see('GET', `/vms/${id}`)).body) as Record<string, unknown> | null
const vmsOf = async (id: string) =>
  (JSON.parse((await facade.see('GET', `/hosts/${id}`)).body) as { vms: number }).vms

describe('VMs', () => {
  it('are null when there is none', async () => {
    expect(await facade.see('GET', '/vms')).toEqual(none)
    expect(await facade.see('GET', '/vms/v1')).toEqual(none)
    expect(await facade.see('DELETE', '/vms/v1')).toEqual(empty)
  })

  it('are shown with every key in order, bound to nothing whatever the body said', async () => {
    const body =
      '{"vmid":"v1","stateid":9,"deployed":true,"hostid":"h1","hoststateid":4,"total_cpu":1200,"total_memory":16785711104,"usage_cpu":701,"netrx":2}'
    expect(await facade.see('POST', '/vms', body)).toEqual(empty)
    const shown =
      '{"vmid":"v1","stateid":1,"deployed":false,"hostid":"","hoststateid":0,"total_cpu":1200,"total_memory":16785711104,"usage_cpu":701,"usage_memory":0,"disk_read":0,"disk_write":0,"netrx":2,"nettx":0}'
    expect(await facade.see('GET', '/vms/v1')).toEqual({ status: 200, type: json, body: shown })
    expect(await facade.see('GET', '/vms')).toEqual({ status: 200, type: json, body: `[${shown}]` })
    await facade.see('DELETE', '/vms/v1')
  })

  it.for([
    ['', 400, 'unexpected end of JSON input'],
    ['[]', 400, 'json: cannot unmarshal array into Go value of type core.VM'],
    [
      '{"deployed":"yes"}',
      400,
      'json: cannot unmarshal string into Go struct field VM.deployed of type bool',
    ],
    ['null', 500, 'VM is nil'],
    ['{"vmid":"\\u0000"}', 500, 'pq: invalid byte sequence for encoding "UTF8": 0x00'],
  ] as const)('are not made from %s', async ([body, status, message]) => {
    expect(await facade.see('POST', '/vms', body)).toEqual({ status, type: text, body: message })
    expect(await facade.see('GET', '/vms')).toEqual(none)
  })

  it('cannot be added twice', async () => {
    await facade.see('POST', '/vms', '{"vmid":"twice"}')
    const body = 'pq: duplicate key value violates unique constraint "prod_vms_pkey"'
    expect(await facade.see('POST', '/vms', '{"vmid":"twice"}')).toEqual({ status: 500, type: text, body })
    await facade.see('DELETE', '/vms/twice')
  })

  it('get state ids of their own, each once, when forty come at the same moment', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `p${index}`)
    await Promise.all(ids.map((id) => facade.see('POST', '/vms', `{"vmid":"${id}"}`)))
    const list = JSON.parse((await facade.see('GET', '/vms')).body) as { stateid: number }[]
    expect(list.map((each) => each.stateid)).toEqual(ids.map((_, index) => index + 1))
    await Promise.all(ids.map((id) => facade.see('DELETE', `/vms/${id}`)))
    expect(await facade.see('GET', '/vms')).toEqual(none)
  })

  it('wait to be bound: the planner leaves them alone', async () => {
    await facade.see('POST', '/vms', '{"vmid":"patient"}')
    const [workload] = facade.ctx.mirror.workloads.values()
    expect(workload).toMatchObject({ name: 'patient', kind: 'vm', state: 'pending', autoPlace: false })
    await facade.see('DELETE', '/vms/patient')
  })
})

describe('binding', () => {
  it('shows the host and its state id, counts there, moves, and is undone', async () => {
    await facade.see('POST', '/vms', '{"vmid":"b1","total_cpu":100,"total_memory":5}')
    expect(await facade.see('PUT', '/vms/b1/h2')).toEqual(bare)
    expect(await vm('b1')).toMatchObject({ deployed: true, hostid: 'h2', hoststateid: 2 })
    expect([await vmsOf('h1'), await vmsOf('h2')]).toEqual([0, 1])
    expect(await facade.see('PUT', '/vms/b1/h1')).toEqual(bare)
    expect(await vm('b1')).toMatchObject({ deployed: true, hostid: 'h1', hoststateid: 1 })
    expect([await vmsOf('h1'), await vmsOf('h2')]).toEqual([1, 0])
    expect(await facade.see('PUT', '/vms/b1/h1')).toEqual(bare)
    expect(await vmsOf('h1')).toBe(1)
    expect(await facade.see('DELETE', '/vms/b1/any%20text')).toEqual(bare)
    expect(await vm('b1')).toMatchObject({ deployed: false, hostid: '', hoststateid: 0 })
    expect(await facade.see('DELETE', '/vms/b1/h1')).toEqual(bare)
    expect(await vmsOf('h1')).toBe(0)
    await facade.see('DELETE', '/vms/b1')
  })

  it('to an unknown host is refused, of an unknown VM is nothing', async () => {
    const body = 'Host not found'
    expect(await facade.see('PUT', '/vms/nobody/h9')).toEqual({ status: 500, type: text, body })
    expect(await facade.see('PUT', '/vms/nobody/h1')).toEqual(bare)
    expect(await facade.see('PUT', '/vms//h1')).toEqual(bare)
    expect(await facade.see('DELETE', '/vms/nobody/h1')).toEqual(bare)
    expect(await facade.see('PUT', '/vms/nobody/%00')).toMatchObject({ status: 500 })
  })

  it('goes beyond every capacity, as the original’s did', async () => {
    await facade.see('POST', '/vms', '{"vmid":"huge","total_cpu":999999999,"total_memory":9e18}')
    expect(await facade.see('PUT', '/vms/huge/h1')).toEqual(bare)
    expect(await vm('huge')).toMatchObject({ deployed: true, total_cpu: 999_999_999, total_memory: 9e18 })
    await facade.see('DELETE', '/vms/huge')
    expect(await vmsOf('h1')).toBe(0)
  })

  it('keeps to a ratio that an operator gave the site', async () => {
    await siteUpdate(facade.ctx, 'envserver', { overcommitRatio: 1 })
    await facade.see('POST', '/vms', '{"vmid":"wide","total_cpu":1300}')
    const refused = await facade.see('PUT', '/vms/wide/h1')
    expect(refused).toMatchObject({ status: 500, type: text })
    expect(refused.body).toMatch(
      /^no capacity: Node 'h1' has no room for 'wide': cpuCores: 13 asked, 12 free of 12/,
    )
    expect(await vm('wide')).toMatchObject({ deployed: false })
    await siteUpdate(facade.ctx, 'envserver', { overcommitRatio: null })
    expect(await facade.see('PUT', '/vms/wide/h1')).toEqual(bare)
    await facade.see('DELETE', '/vms/wide')
  })

  it('ends with its host: the VM is bound to nothing, not to a host that is gone', async () => {
    await facade.see('POST', '/hosts', '{"hostid":"brief"}')
    await facade.see('POST', '/vms', '{"vmid":"left"}')
    await facade.see('PUT', '/vms/left/brief')
    expect(await facade.see('DELETE', '/hosts/brief')).toEqual(empty)
    expect(await vm('left')).toMatchObject({ deployed: false, hostid: '', hoststateid: 0 })
    await facade.see('DELETE', '/vms/left')
  })

  it('by sixty-four callers at once loses and doubles nothing', async () => {
    const ids = Array.from({ length: 64 }, (_, index) => `c${index}`)
    await Promise.all(ids.map((id) => facade.see('POST', '/vms', `{"vmid":"${id}","total_cpu":10}`)))
    const answers = await Promise.all(
      ids.flatMap((id) => [facade.see('PUT', `/vms/${id}/h1`), facade.see('PUT', `/vms/${id}/h2`)]),
    )
    expect(answers.every((answer) => answer.status === 200)).toBe(true)
    const list = JSON.parse((await facade.see('GET', '/vms')).body) as { hostid: string }[]
    const on = (host: string) => list.filter((each) => each.hostid === host).length
    expect(on('h1') + on('h2')).toBe(64)
    expect([await vmsOf('h1'), await vmsOf('h2')]).toEqual([on('h1'), on('h2')])
    await Promise.all(ids.map((id) => facade.see('DELETE', `/vms/${id}`)))
    expect([await vmsOf('h1'), await vmsOf('h2')]).toEqual([0, 0])
  })
})

describe('what was made elsewhere', () => {
  it('appears in the environment’s units, with its usage', async () => {
    const { ctx } = facade
    const node = await nodeCreate(ctx, {
      name: 'native',
      site: 'envserver',
      capacity: { cpuCores: 0.07, memoryBytes: 1024 },
    })
    const workload = await workloadCreate(ctx, {
      name: 'native-vm',
      demand: { cpuCores: 0.29, memoryBytes: 512 },
    })
    ctx.usages.set(node.id, { atMicros: 0n, values: [0.07, 3, 1, 2, 3, 4, 250, null] }, 'arrival')
    expect(JSON.parse((await facade.see('GET', '/hosts/native')).body)).toEqual({
      hostid: 'native',
      stateid: 3,
      total_cpu: 7,
      total_memory: 1024,
      usage_cpu: 7,
      usage_memory: 3,
      disk_read: 1,
      disk_write: 2,
      netrx: 3,
      nettx: 4,
      vms: 0,
      energy_usage: 250,
    })
    expect(await facade.see('PUT', '/vms/native-vm/native')).toEqual(bare)
    expect(await vm('native-vm')).toMatchObject({
      total_cpu: 29,
      total_memory: 512,
      deployed: true,
      hostid: 'native',
    })
    expect(ctx.mirror.workloads.get(workload.id)).toMatchObject({ nodeId: node.id, state: 'running' })
    await facade.see('DELETE', '/vms/native-vm')
    await facade.see('DELETE', '/hosts/native')
    expect(ctx.mirror.nodes.has(node.id)).toBe(false)
  })

  it('by another replica a moment ago is found at once', async () => {
    const { ctx } = facade
    await ctx.database.pool.query(`
      with n as (insert into node (id, name, kind, site_id, provider_id, state, cpu_cores, memory_bytes, disk_bytes)
        select '0190aaaa-0000-7000-8000-0000000000e1', 'remote', 'host', s.id, p.id, 'ready', 2, 10, 0 from site s, provider p returning id)
      insert into alias (dialect, kind, key, number, subject_id) select 'envserver', 'host', 'remote', 77, id from n`)
    await ctx.database.pool.query(`select node_allocation_limits('0190aaaa-0000-7000-8000-0000000000e1')`)
    expect(await facade.see('POST', '/metrics?id=remote&metrictype=0', '{"cpu":1}')).toEqual(empty)
    expect(JSON.parse((await facade.see('GET', '/hosts/remote')).body)).toMatchObject({
      stateid: 77,
      usage_cpu: 1,
      total_cpu: 200,
    })
  })

  it('is started where it is bound, and gone at once when it is deleted, whatever its provider still has to stop', async () => {
    const { ctx } = facade
    const kind = [...ctx.providerKinds].find(([, spec]) => spec.capabilities.start)?.[0]
    await ctx.database.pool.query(
      `insert into provider (id, name, kind) values ('0190aaaa-0000-7000-8000-0000000000f1', 'starter', $1)`,
      [kind],
    )
    await ctx.mirror.refresh({ providers: true })
    const node = await nodeCreate(ctx, {
      name: 'starts',
      site: 'envserver',
      provider: 'starter',
      capacity: { cpuCores: 4, memoryBytes: 1024 },
    })
    await facade.see('POST', '/vms', '{"vmid":"machine"}')
    expect(await facade.see('PUT', '/vms/machine/starts')).toEqual(bare)
    const [workload] = [...ctx.mirror.workloads.values()].filter((each) => each.name === 'machine')
    expect(workload).toMatchObject({ state: 'placing', nodeId: node.id })
    expect(await vm('machine')).toMatchObject({ deployed: true, hostid: 'starts' })
    expect(await facade.see('DELETE', '/vms/machine')).toEqual(empty)
    expect(await vm('machine')).toBeNull()
    expect(await vmsOf('starts')).toBe(0)
    expect(ctx.mirror.workloads.get(workload?.id ?? '')).toMatchObject({
      state: 'stopping',
      desired: 'absent',
    })
    expect(await facade.see('POST', '/vms', '{"vmid":"machine"}')).toEqual(empty)
    expect(await vm('machine')).toMatchObject({ deployed: false })
  })
})
