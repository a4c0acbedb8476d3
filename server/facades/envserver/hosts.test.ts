import { siteDelete } from '@orrery/server/verbs/site/delete.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestFacade, testFacade } from '../../../test/setup/facade.ts'
import { envserver } from './envserver.ts'

let facade: TestFacade
beforeAll(async () => {
  facade = await testFacade(envserver)
})
afterAll(() => facade.close())

const text = 'text/plain; charset=utf-8'
const json = 'application/json; charset=utf-8'
const empty = { status: 200, type: text, body: '' }
const none = { status: 200, type: json, body: 'null' }
/** Text that no compression shortens. */
const noise = (bytes: number) => {
  let random = 1
  return Array.from({ length: bytes }, () => {
    random = (random * 48_271) % 2_147_483_647
    return String.fromCharCode(97 + (random % 26))
  }).join('')
}

describe('hosts', () => {
  it('are null when there is none, and so is an unknown one', async () => {
    expect(await facade.see('GET', '/hosts')).toEqual(none)
    expect(await facade.see('GET', '/hosts/h1')).toEqual(none)
    expect(await facade.see('DELETE', '/hosts/h1')).toEqual(empty)
  })

  it('are shown with every key in order and the numbers as they were written', async () => {
    const body = '{"hostid":"hostid1","total_cpu":1200,"total_memory":16785711104,"stateid":99,"vms":7}'
    expect(await facade.see('POST', '/hosts', body)).toEqual(empty)
    expect(await facade.see('GET', '/hosts/hostid1')).toEqual({
      status: 200,
      type: json,
      body: '{"hostid":"hostid1","stateid":1,"total_cpu":1200,"total_memory":16785711104,"usage_cpu":0,"usage_memory":0,"disk_read":0,"disk_write":0,"netrx":0,"nettx":0,"vms":0,"energy_usage":0}',
    })
    const [node] = [...facade.ctx.mirror.nodes.values()].filter((each) => each.name === 'hostid1')
    expect(node).toMatchObject({ kind: 'host', state: 'ready', cpuCores: 12, memoryBytes: 16_785_711_104 })
    await facade.see('DELETE', '/hosts/hostid1')
  })

  it('take their first usage from the body, and keep it', async () => {
    const usage =
      '"usage_cpu":0.1,"usage_memory":2.5,"disk_read":3,"disk_write":4,"netrx":5,"nettx":6,"energy_usage":7'
    await facade.see('POST', '/hosts', `{"HostID":"used","Total_CPU":100,${usage}}`)
    const shown = (await facade.see('GET', '/hosts/used')).body
    expect(JSON.parse(shown)).toEqual({
      hostid: 'used',
      stateid: 1,
      total_cpu: 100,
      total_memory: 0,
      vms: 0,
      ...JSON.parse(`{${usage}}`),
    })
    // As after a restart, when only what is in the database is known.
    const [node] = [...facade.ctx.mirror.nodes.values()].filter((each) => each.name === 'used')
    facade.ctx.usages.forget(node?.id ?? '')
    expect((await facade.see('GET', '/hosts/used')).body).toBe(shown)
    await facade.see('DELETE', '/hosts/used')
  })

  it.for([
    ['negative', -1200, -5.5],
    ['fractional', 0.3, 1.5],
    ['absurd', 1e300, 9e18],
    ['tiny', 5e-324, 1e-7],
    ['beyond 21 digits', 1e21, 123_456_789_012_345_680_000],
  ] as const)('of %s sizes read back what was written', async ([, cpu, memory]) => {
    expect(
      await facade.see('POST', '/hosts', `{"hostid":"odd","total_cpu":${cpu},"total_memory":${memory}}`),
    ).toEqual(empty)
    const { body } = await facade.see('GET', '/hosts/odd')
    expect(body).toContain(`"total_cpu":${cpu},"total_memory":${memory},`)
    const [node] = [...facade.ctx.mirror.nodes.values()].filter((each) => each.name === 'odd')
    expect(node?.cpuCores).toBeGreaterThanOrEqual(0)
    expect(node?.memoryBytes).toBe(Math.min(Math.max(0, Math.ceil(memory)), Number.MAX_SAFE_INTEGER))
    expect(await facade.see('DELETE', '/hosts/odd')).toEqual(empty)
  })

  it.for([
    ['', 400, 'unexpected end of JSON input'],
    ['{', 400, 'unexpected end of JSON input'],
    ['[]', 400, 'json: cannot unmarshal array into Go value of type core.Host'],
    ['{"hostid":1}', 400, 'json: cannot unmarshal number into Go struct field Host.hostid of type string'],
    ['{"hostid":"t"} trailing', 400, "invalid character 't' after top-level value"],
    [
      '{"hostid":"t","total_cpu":1e999}',
      400,
      'json: cannot unmarshal number 1e999 into Go struct field Host.total_cpu of type float64',
    ],
    ['{"hostid":"t","total_cpu":NaN}', 400, "invalid character 'N' looking for beginning of value"],
    ['null', 500, 'Host is nil'],
    ['{"hostid":"a\\u0000b"}', 500, 'pq: invalid byte sequence for encoding "UTF8": 0x00'],
    [
      JSON.stringify({ hostid: noise(5000) }),
      500,
      'pq: index row size 5016 exceeds btree version 4 maximum 2704 for index "prod_hosts_pkey"',
    ],
    [
      JSON.stringify({ hostid: noise(10_240) }),
      500,
      'pq: index row requires 10256 bytes, maximum size is 8191',
    ],
  ] as const)('are not made from %s', async ([body, status, message]) => {
    const before = facade.ctx.mirror.nodes.size
    expect(await facade.see('POST', '/hosts', body)).toEqual({ status, type: text, body: message })
    expect(facade.ctx.mirror.nodes.size).toBe(before)
  })

  it('cannot be asked for by what no database can store', async () => {
    const refusal = (hex: string) => ({
      status: 500,
      type: text,
      body: `pq: invalid byte sequence for encoding "UTF8": ${hex}`,
    })
    expect(await facade.see('GET', '/hosts/a%00')).toEqual(refusal('0x00'))
    expect(await facade.see('DELETE', '/hosts/%ff')).toEqual(refusal('0xff'))
    expect(await facade.see('GET', '/vms/%e2%82')).toEqual(refusal('0xe2 0x82'))
  })

  it('cannot be added twice', async () => {
    await facade.see('POST', '/hosts', '{"hostid":"twice"}')
    const again = await facade.see('POST', '/hosts', '{"hostid":"twice","total_cpu":5}')
    expect(again).toEqual({
      status: 500,
      type: text,
      body: 'pq: duplicate key value violates unique constraint "prod_hosts_pkey"',
    })
    expect((await facade.see('GET', '/hosts/twice')).body).toContain('"total_cpu":0,')
    await facade.see('DELETE', '/hosts/twice')
  })

  it('whose id is the name of something else get a name that is free', async () => {
    const { ctx } = facade
    await ctx.database.pool
      .query(`insert into node (id, name, kind, site_id, provider_id, state, cpu_cores, memory_bytes, disk_bytes)
      select '0190aaaa-0000-7000-8000-0000000000d1', 'sensor', 'device', s.id, p.id, 'ready', 1, 1, 1 from site s, provider p`)
    expect(await facade.see('POST', '/hosts', '{"hostid":"sensor"}')).toEqual(empty)
    expect(await facade.see('GET', '/hosts/sensor')).toMatchObject({
      body: expect.stringContaining('"hostid":"sensor"'),
    })
    expect([...ctx.mirror.nodes.values()].find((node) => node.aliasKey === 'sensor')?.name).toMatch(
      /^sensor~[0-9a-f]{8}$/,
    )
    await facade.see('DELETE', '/hosts/sensor')
    await ctx.database.pool.query(`delete from node where name = 'sensor'`)
  })
})

describe('the site of the facade', () => {
  it('is made again when somebody deleted it', async () => {
    await siteDelete(facade.ctx, 'envserver')
    expect(await facade.see('POST', '/hosts', '{"hostid":"first"}')).toEqual(empty)
    const [site] = facade.ctx.mirror.sites.values()
    expect(site).toMatchObject({ name: 'envserver', overcommitRatio: null })
    await facade.see('DELETE', '/hosts/first')
  })
})

describe('state ids', () => {
  const numbers = async () =>
    ((JSON.parse((await facade.see('GET', '/hosts')).body) as { stateid: number }[] | null) ?? []).map(
      (host) => host.stateid,
    )

  it('are the lowest free numbers, and lists go by them', async () => {
    const used = await numbers()
    const first = used.length + 1
    expect(used).toEqual(used.map((_, index) => index + 1))
    for (const id of ['a', 'b', 'c']) await facade.see('POST', '/hosts', `{"hostid":"s-${id}"}`)
    await facade.see('DELETE', '/hosts/s-a')
    await facade.see('POST', '/hosts', '{"hostid":"s-d"}')
    expect(JSON.parse((await facade.see('GET', '/hosts/s-d')).body)).toMatchObject({ stateid: first })
    expect(await numbers()).toEqual(Array.from({ length: first + 2 }, (_, index) => index + 1))
    for (const id of ['b', 'c', 'd']) await facade.see('DELETE', `/hosts/s-${id}`)
  })

  it('are each given once when forty hosts come at the same moment', async () => {
    const used = (await numbers()).length
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => facade.see('POST', '/hosts', `{"hostid":"p-${index}"}`)),
    )
    expect(answers).toEqual(Array.from({ length: 40 }, () => empty))
    expect(await numbers()).toEqual(Array.from({ length: used + 40 }, (_, index) => index + 1))
    const removed = await Promise.all(
      Array.from({ length: 40 }, (_, index) => facade.see('DELETE', `/hosts/p-${index}`)),
    )
    expect(removed).toEqual(Array.from({ length: 40 }, () => empty))
    expect(await numbers()).toHaveLength(used)
  })
})

describe('a host', () => {
  it('may bear any id', async () => {
    const ids = [
      '',
      ' ',
      'a b',
      'ä/ö',
      '😀',
      '..',
      '<b>&',
      '"\\',
      'x'.repeat(10_240),
      '0190aaaa-0000-7000-8000-000000000000',
      'null',
    ]
    for (const hostid of ids) {
      expect(await facade.see('POST', '/hosts', JSON.stringify({ hostid }))).toEqual(empty)
    }
    const { body } = await facade.see('GET', '/hosts')
    expect((JSON.parse(body) as { hostid: string }[]).map((host) => host.hostid)).toEqual(ids)
    expect(body).toContain('"hostid":"\\u003cb\\u003e\\u0026"')
    for (const hostid of ids.filter((id) => id !== '' && !id.includes('/') && !/^\.+$/.test(id))) {
      const path = `/hosts/${encodeURIComponent(hostid)}`
      expect(JSON.parse((await facade.see('GET', path)).body)).toMatchObject({ hostid })
    }
    expect(await facade.see('GET', '/hosts/%C3%A4%2F%C3%B6')).toMatchObject({ status: 404 })
    for (const id of facade.ctx.mirror.nodes.keys()) {
      const key = facade.ctx.mirror.nodes.get(id)?.aliasKey ?? ''
      if (key !== '' && !key.includes('/'))
        expect(await facade.see('DELETE', `/hosts/${encodeURIComponent(key)}`)).toEqual(empty)
    }
    // What no path can name stays: the original's clients could not delete it either.
    expect(facade.ctx.mirror.nodes.size).toBe(2)
  })
})
