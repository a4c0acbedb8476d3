import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeCreate } from '@orrery/server/verbs/node/create.ts'
import { nodeDelete } from '@orrery/server/verbs/node/delete.ts'
import { siteCreate } from '@orrery/server/verbs/site/create.ts'
import { workloadRebind } from '@orrery/server/verbs/workload/rebind.ts'
import { workloadCreate } from '@orrery/server/verbs/workload/create.ts'
import { workloadDelete } from '@orrery/server/verbs/workload/delete.ts'
import { type TestFacade, testFacade } from '../../../test/setup/facade.ts'
import { externalScheduler } from './external-scheduler.ts'

const GiB = 1024 ** 3
/** An answer is sent without a charset, an error with one, as the original did. */
const json = 'application/json'
const errorJson = 'application/json; charset=utf-8'

let facade: TestFacade
beforeAll(async () => {
  facade = await testFacade(externalScheduler)
  const { ctx } = facade
  await siteCreate(ctx, { name: 'dc', kind: 'cloud' })
  for (const [id, cpuCores] of [
    [11, 4],
    [12, 8],
    [13, 2],
  ] as const) {
    await nodeCreate(ctx, {
      name: `one-${id}`,
      site: 'dc',
      capacity: { cpuCores, memoryBytes: 8 * GiB, diskBytes: 100 * GiB },
      labels: { opennebula: String(id) },
    })
  }
})
afterAll(() => facade.close())

type Capacity = { CPU?: number; MEMORY?: number; DISK_SIZE?: number }
const asked = (ID: number, HOST_IDS: number[], capacity: Capacity = {}) => ({
  CAPACITY: { CPU: 1, MEMORY: 1024 ** 2, DISK_SIZE: 1024, ...capacity },
  HOST_IDS,
  ID,
  STATE: 'PENDING',
  USER_TEMPLATE: { LOGO: 'x.png', SCHED_REQUIREMENTS: '' },
})
const place = async (VMS: object[], on = facade) => {
  const answer = await on.see('POST', '/', JSON.stringify({ VMS }))
  expect(answer).toMatchObject({ status: 200, type: json })
  return (JSON.parse(answer.body) as { VMS: { ID: number; HOST_ID: number }[] }).VMS
}

describe('a question', () => {
  it('without VMs is answered without VMs', async () => {
    for (const body of ['{"VMS":[]}', '{}', '{"VMS":null}', '{"vms":[]}']) {
      expect(await facade.see('POST', '/', body)).toEqual({ status: 200, type: json, body: '{"VMS":[]}' })
    }
  })

  it('is answered in the keys’ order, from the hosts that were offered, with room', async () => {
    const body = JSON.stringify({ VMS: [asked(7, [13, 12], { CPU: 6 })] })
    expect(await facade.see('POST', '/', body)).toEqual({
      status: 200,
      type: json,
      body: '{"VMS":[{"ID":7,"HOST_ID":12}]}',
    })
    expect(await place([asked(1, [13])])).toEqual([{ ID: 1, HOST_ID: 13 }])
  })

  it('counts CPU in cores, memory in KiB and disks in MiB', async () => {
    const GiBinKiB = 1024 ** 2
    expect(await place([asked(1, [11, 12, 13], { CPU: 8 })])).toEqual([{ ID: 1, HOST_ID: 12 }])
    expect(await place([asked(1, [12], { CPU: 8.5 })])).toEqual([])
    expect(await place([asked(1, [12], { MEMORY: 8 * GiBinKiB })])).toHaveLength(1)
    expect(await place([asked(1, [12], { MEMORY: 8 * GiBinKiB + 1 })])).toEqual([])
    expect(await place([asked(1, [12], { DISK_SIZE: 100 * 1024 })])).toHaveLength(1)
    expect(await place([asked(1, [12], { DISK_SIZE: 100 * 1024 + 1 })])).toEqual([])
  })

  it('reserves as it goes, and leaves out what finds no place', async () => {
    const vms = [1, 2, 3, 4].map((id) => asked(id, [11, 13], { CPU: 2 }))
    const answer = await place(vms)
    expect(answer.map((each) => each.ID)).toEqual([1, 2, 3])
    expect(answer.map((each) => each.HOST_ID).toSorted()).toEqual([11, 11, 13])
    // Nothing was placed: the same question has the same room.
    expect(await place(vms)).toHaveLength(3)
  })

  it('about unknown hosts, or none, is answered without the VM, never with host 0', async () => {
    expect(await place([asked(1, []), asked(2, [99]), asked(3, [0]), asked(4, [12])])).toEqual([
      { ID: 4, HOST_ID: 12 },
    ])
  })

  it('sees what is bound now', async () => {
    const { ctx } = facade
    const workload = await workloadCreate(ctx, {
      name: 'taken',
      autoPlace: false,
      demand: { cpuCores: 7, memoryBytes: GiB },
    })
    const node = [...ctx.mirror.nodes.values()].find((each) => each.name === 'one-12')
    await workloadRebind(ctx, workload.id, node ?? { id: '', name: '', providerId: '' })
    expect(await place([asked(1, [12], { CPU: 2 })])).toEqual([])
    await workloadDelete(ctx, workload.id)
    expect(await place([asked(1, [12], { CPU: 2 })])).toHaveLength(1)
  })

  it('about a VM that the inventory knows counts the place it holds as free', async () => {
    const { ctx } = facade
    const vm = await workloadCreate(ctx, {
      name: 'moving',
      autoPlace: false,
      demand: { cpuCores: 6, memoryBytes: GiB },
      labels: { opennebula: '500' },
    })
    const node = [...ctx.mirror.nodes.values()].find((each) => each.name === 'one-12')
    await workloadRebind(ctx, vm.id, node ?? { id: '', name: '', providerId: '' })
    expect(await place([asked(500, [12], { CPU: 6 })])).toEqual([{ ID: 500, HOST_ID: 12 }])
    expect(await place([asked(501, [12], { CPU: 6 })])).toEqual([])
    await workloadDelete(ctx, vm.id)
  })

  it('leaves its answer, with reasons, in the audit trail', async () => {
    await place([asked(71, [12]), asked(72, [99])])
    const { rows } = await facade.ctx.database.pool.query<{
      actor_name: string
      after: { answers: object[] }
    }>(`select actor_name, after from event where verb = 'plan.advise' order by xid desc, id desc limit 1`)
    expect(rows[0]).toMatchObject({
      actor_name: 'facade:external-scheduler',
      after: {
        answers: [
          { name: 'VM 71', node: 'host 12', message: expect.stringContaining('one-12') },
          { name: 'VM 72', node: null, message: 'None of its hosts is in the inventory.' },
        ],
      },
    })
  })

  it.for<[string, number, string]>([
    ['', 400, '{"error":"unexpected end of JSON input"}'],
    ['[]', 400, '{"error":"json: cannot unmarshal array into Go value of type opennebula.PlacementRequest"}'],
    [
      '{"VMS":1}',
      400,
      '{"error":"json: cannot unmarshal number into Go struct field PlacementRequest.VMS of type []opennebula.VM"}',
    ],
    [
      '{"VMS":[1]}',
      400,
      '{"error":"json: cannot unmarshal number into Go struct field PlacementRequest.VMS of type opennebula.VM"}',
    ],
    [
      '{"VMS":[{"CAPACITY":[]}]}',
      400,
      '{"error":"json: cannot unmarshal array into Go struct field VM.VMS.CAPACITY of type opennebula.Capacity"}',
    ],
    [
      '{"VMS":[{"USER_TEMPLATE":"x"}]}',
      400,
      '{"error":"json: cannot unmarshal string into Go struct field VM.VMS.USER_TEMPLATE of type opennebula.UserTemplate"}',
    ],
    [
      '{"VMS":[{"HOST_IDS":1}]}',
      400,
      '{"error":"json: cannot unmarshal number into Go struct field VM.VMS.HOST_IDS of type []int"}',
    ],
    [
      '{"VMS":[{"ID":1,"HOST_IDS":["1"]}]}',
      400,
      '{"error":"json: cannot unmarshal string into Go struct field VM.VMS.HOST_IDS of type int"}',
    ],
    [
      '{"VMS":[{"ID":1,"CAPACITY":{"MEMORY":1.5}}]}',
      400,
      '{"error":"json: cannot unmarshal number 1.5 into Go struct field Capacity.VMS.CAPACITY.MEMORY of type int"}',
    ],
    [
      '{"VMS":[{"ID":1,"CAPACITY":{"DISK_SIZE":0.5}}]}',
      400,
      '{"error":"json: cannot unmarshal number 0.5 into Go struct field Capacity.VMS.CAPACITY.DISK_SIZE of type int"}',
    ],
    ['{"VMS":<}', 400, '{"error":"invalid character \'\\u003c\' looking for beginning of value"}'],
  ])('%s is refused', async ([body, status, text]) => {
    expect(await facade.see('POST', '/', body)).toEqual({ status, type: errorJson, body: text })
  })

  it('of null is an empty 500', async () => {
    expect(await facade.see('POST', '/', 'null')).toEqual({ status: 500, type: undefined, body: '' })
  })

  it('of a device for a cluster is a 404, so that it takes its default', async () => {
    const { status, body, headers } = await facade.ask('GET', '/', { body: '{"app_requirement_id":1}' })
    expect([status, headers['content-type'], body]).toEqual([404, 'text/plain', '404 page not found'])
    expect(await facade.see('POST', '/api/place', '{}')).toEqual({
      status: 404,
      type: 'text/plain',
      body: '404 page not found',
    })
  })

  it('from a page of another site is refused in JSON, and its preflight too', async () => {
    const Origin = 'http://page.example'
    for (const [method, headers] of [
      ['POST', { Origin }],
      ['OPTIONS', { Origin, 'Access-Control-Request-Method': 'POST' }],
    ] as const) {
      const answer = await facade.ask(method, '/', { headers, ...(method === 'POST' ? { body: '{}' } : {}) })
      expect(answer).toMatchObject({
        status: 403,
        headers: { 'content-type': errorJson },
        body: '{"error":"Web pages of other sites may read here, and change nothing."}',
      })
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
    const asked = await facade.ask('OPTIONS', '/', { headers: { Origin } })
    expect(asked).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': '*' } })
  })

  it('without a token is refused in JSON where one is needed; a page may ask whether it may call', async () => {
    const guarded = await testFacade(externalScheduler, { mode: 'token' }, facade.ctx)
    try {
      const answer = await guarded.ask('POST', '/', { body: '{}' })
      expect(answer).toMatchObject({
        status: 401,
        headers: { 'content-type': errorJson, 'www-authenticate': 'Bearer realm="orrery"' },
      })
      expect(JSON.parse(answer.body)).toEqual({ error: expect.stringContaining('Authorization: Bearer') })
      const headers = { Origin: 'http://page.example' }
      expect(await guarded.ask('OPTIONS', '/', { headers })).toMatchObject({
        status: 204,
        headers: { 'access-control-allow-origin': '*' },
      })
    } finally {
      await guarded.close()
    }
  })

  it('of any shape is answered, and the server goes on', async () => {
    const value = fc.oneof(fc.json({ maxDepth: 2 }), fc.integer().map(String), fc.double().map(String))
    const vm = fc
      .tuple(value, value, value, value)
      .map(
        ([id, hosts, cpu, memory]) =>
          `{"ID":${id},"HOST_IDS":[${hosts}],"CAPACITY":{"CPU":${cpu},"MEMORY":${memory}}}`,
      )
    const body = fc.oneof(
      fc.array(vm, { maxLength: 3 }).map((vms) => `{"VMS":[${vms.join(',')}]}`),
      fc.json(),
      fc.string({ unit: 'binary' }),
    )
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const answer = await facade.see('POST', '/', text)
        if (answer.status === 200) expect(JSON.parse(answer.body)).toHaveProperty('VMS')
        else if (answer.status === 400) expect(JSON.parse(answer.body)).toHaveProperty('error')
        else expect([answer.status, text.trim()]).toEqual([500, 'null'])
      }),
      { numRuns: 200 },
    )
  })
})

describe('a host id', () => {
  it('means a label first, then the environment’s text id, its state id, a name; one way for a whole question', async () => {
    const { ctx } = facade
    const capacity = { cpuCores: 4, memoryBytes: GiB * 4, diskBytes: GiB * 10 }
    const byKey = await nodeCreate(ctx, { name: 'keyed', site: 'dc', capacity }, { aliasKey: '77' })
    expect(await place([asked(1, [77])])).toEqual([{ ID: 1, HOST_ID: 77 }])
    const { aliasNumber } = ctx.mirror.nodes.get(byKey.id) ?? {}
    expect(await place([asked(1, [aliasNumber ?? 0])])).toEqual([{ ID: 1, HOST_ID: aliasNumber }])
    // 77 is known by its text id, so its state id is not looked at in the same question.
    expect(await place([asked(1, [77], { CPU: 3 }), asked(2, [aliasNumber ?? 0], { CPU: 3 })])).toEqual([
      { ID: 1, HOST_ID: 77 },
    ])
    // As soon as a label speaks, only labels do.
    expect(await place([asked(1, [77]), asked(2, [12])])).toEqual([{ ID: 2, HOST_ID: 12 }])
    await nodeDelete(ctx, byKey.id)
    const named = await nodeCreate(ctx, { name: '88', site: 'dc', capacity }, { aliasKey: 'other' })
    expect(await place([asked(1, [88])])).toEqual([{ ID: 1, HOST_ID: 88 }])
    await nodeDelete(ctx, named.id)
  })
})

describe('an ML server', () => {
  let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void = () => undefined
  const bodies: string[] = []
  const ml = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString()
      bodies.push(`${request.method} ${request.url} ${body}`)
      answer(request, response, body)
    })
  })
  let asking: TestFacade
  beforeAll(async () => {
    await new Promise<void>((resolve) => ml.listen(0, '127.0.0.1', resolve))
    const { port } = ml.address() as AddressInfo
    const env = { ML_HOST: '127.0.0.1', ML_PORT: String(port), ML_INSECURE: 'false' }
    asking = await testFacade(externalScheduler, { env }, facade.ctx)
  })
  afterAll(async () => {
    await asking.close()
    ml.closeAllConnections()
    await new Promise((resolve) => ml.close(resolve))
  })
  const says = (status: number, body: string) => {
    answer = (_, response) =>
      void response.writeHead(status, { 'Content-Type': 'application/json' }).end(body)
  }

  it('is asked first, for each VM, with the keys that the original sent', async () => {
    bodies.length = 0
    answer = (_, response, body) => {
      const { ID, HOST_IDS } = JSON.parse(body) as { ID: number; HOST_IDS: number[] }
      response.writeHead(200).end(JSON.stringify({ ID, HOST_ID: HOST_IDS.at(-1) }))
    }
    const vm = { ...asked(5, [12, 13]), HOST_ID: 12, VM_ATTRIBUTES: { secret: true } }
    expect(await place([vm, asked(6, [13, 11])], asking)).toEqual([
      { ID: 5, HOST_ID: 13 },
      { ID: 6, HOST_ID: 11 },
    ])
    expect(bodies[0]).toBe(
      'POST /api/place {"CAPACITY":{"CPU":1,"DISK_SIZE":1024,"MEMORY":1048576},"HOST_IDS":[12,13],"ID":5,"STATE":"PENDING","USER_TEMPLATE":{"LOGO":"x.png","LXD_SECURITY_PRIVILEGED":"","SCHED_REQUIREMENTS":""}}',
    )
    expect(bodies).toHaveLength(2)
  })

  it('may choose a host that only it knows', async () => {
    says(200, '{"ID":5,"HOST_ID":99}')
    expect(await place([asked(5, [99])], asking)).toEqual([{ ID: 5, HOST_ID: 99 }])
  })

  it('that says -1 leaves the VM out', async () => {
    says(200, '{"ID":5,"HOST_ID":-1}')
    expect(await place([asked(5, [12])], asking)).toEqual([])
  })

  it.for<[string, number, string]>([
    ['fails', 500, 'boom'],
    ['answers null', 200, 'null'],
    ['answers no JSON', 200, '<html>'],
    ['answers without a host', 200, '{"ID":5}'],
    ['answers host 0 that was not offered', 200, '{"ID":0,"HOST_ID":0}'],
    ['answers a text', 200, '{"ID":5,"HOST_ID":"12"}'],
    ['answers without end', 200, `"${'x'.repeat(100_000)}"`],
    ['sends elsewhere', 302, ''],
  ])('that %s leaves the choice to the planner', async ([, status, body]) => {
    says(status, body)
    expect(await place([asked(5, [12])], asking)).toEqual([{ ID: 5, HOST_ID: 12 }])
  })

  it('that does not answer holds nobody up for long', async () => {
    answer = () => undefined
    bodies.length = 0
    const vms = [1, 2, 3, 4, 5, 6].map((id) => asked(id, [12]))
    expect(await place(vms, asking)).toHaveLength(6)
    // Two that are not answered are enough: each takes two seconds.
    expect(bodies).toHaveLength(2)
  })

  it('that is not there leaves the choice to the planner', async () => {
    const lost = await testFacade(
      externalScheduler,
      { env: { ML_HOST: '127.0.0.1', ML_PORT: '1' } },
      facade.ctx,
    )
    try {
      expect(await place([asked(5, [12])], lost)).toEqual([{ ID: 5, HOST_ID: 12 }])
    } finally {
      await lost.close()
    }
  })
})
