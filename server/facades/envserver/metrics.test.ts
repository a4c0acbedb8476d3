import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestFacade, testFacade } from '../../../test/setup/facade.ts'
import { envserver } from './envserver.ts'

let facade: TestFacade
beforeAll(async () => {
  facade = await testFacade(envserver)
  await facade.see('POST', '/hosts', '{"hostid":"h","total_cpu":1200}')
  await facade.see('POST', '/vms', '{"vmid":"v"}')
  await facade.see('POST', '/vms', '{"vmid":"h"}')
})
afterAll(() => facade.close())

const text = 'text/plain; charset=utf-8'
const empty = { status: 200, type: text, body: '' }
const refused = (body: string) => ({ status: 400, type: text, body })
const nanos = (iso: string): string => `${BigInt(Date.parse(iso)) * 1_000_000n}`
const host = async (id: string) =>
  JSON.parse((await facade.see('GET', `/hosts/${id}`)).body) as Record<string, number>
const layout = '"\\"2006-01-02T15:04:05Z07:00\\""'

describe('POST /metrics', () => {
  it.for([
    ['/metrics', '{}', 'Paramater id must be specified'],
    ['/metrics?metrictype=0', '{}', 'Paramater id must be specified'],
    ['/metrics?id=h', '{}', 'Paramater metrictype must be specified'],
    ['/metrics?id=h&metrictype=', '{}', 'Paramater metrictype must be an integer'],
    ['/metrics?id=h&metrictype=one', 'bad', 'Paramater metrictype must be an integer'],
    ['/metrics?id=h&metrictype=1.0', '{}', 'Paramater metrictype must be an integer'],
    ['/metrics?id=x&metrictype=0', 'bad', 'Host with id <x> does not exist'],
    ['/metrics?id=&metrictype=0', '{}', 'Host with id <> does not exist'],
    ['/metrics?id=a%20b%2Fc&metrictype=0', '{}', 'Host with id <a b/c> does not exist'],
    ['/metrics?id=x&metrictype=1', '{}', 'VM with id <x> does not exist'],
    ['/metrics?id=h&metrictype=2', 'bad', 'Invalid metric type'],
    ['/metrics?id=h&metrictype=-1', '{}', 'Invalid metric type'],
    ['/metrics?id=%00&metrictype=0', '{}', 'pq: invalid byte sequence for encoding "UTF8": 0x00'],
    ['/metrics?id=h&metrictype=0', '', 'unexpected end of JSON input'],
    ['/metrics?id=h&metrictype=0', '[]', 'json: cannot unmarshal array into Go value of type core.Metric'],
    [
      '/metrics?id=h&metrictype=0',
      '{"cpu":"1"}',
      'json: cannot unmarshal string into Go struct field Metric.cpu of type float64',
    ],
    [
      '/metrics?id=h&metrictype=0',
      '{"cpu":1e999}',
      'json: cannot unmarshal number 1e999 into Go struct field Metric.cpu of type float64',
    ],
    [
      '/metrics?id=h&metrictype=0',
      '{"timestamp":5}',
      `parsing time "5" as ${layout}: cannot parse "5" as "\\""`,
    ],
    [
      '/metrics?id=h&metrictype=0',
      '{"timestamp":"now"}',
      `parsing time "\\"now\\"" as ${layout}: cannot parse "now\\"" as "2006"`,
    ],
  ] as const)('%s with %s is refused', async ([path, body, message]) => {
    expect(await facade.see('POST', path, body)).toEqual(refused(message))
    expect(await facade.see('GET', '/metrics?hostid=h&metrictype=0&since=0&count=9')).toMatchObject({
      body: 'null',
    })
  })

  it('answers the body null with an empty 500', async () => {
    expect(await facade.see('POST', '/metrics?id=h&metrictype=0', 'null')).toEqual({
      status: 500,
      type: undefined,
      body: '',
    })
  })

  it('makes the last to arrive the usage, older or not, with what it left out as 0', async () => {
    const newer =
      '{"timestamp":"2024-03-12T20:19:57Z","cpu":701,"memory":12345678,"disk_read":1,"disk_write":2,"netrx":3,"nettx":4,"energy_usage":5}'
    expect(await facade.see('POST', '/metrics?id=h&metrictype=0', newer)).toEqual(empty)
    expect(await host('h')).toMatchObject({
      usage_cpu: 701,
      usage_memory: 12_345_678,
      disk_read: 1,
      disk_write: 2,
      netrx: 3,
      nettx: 4,
      energy_usage: 5,
    })
    const older = '{"timestamp":"2024-03-12T20:19:56Z","cpu":0.1}'
    expect(await facade.see('POST', '/metrics?id=h&metrictype=0', older)).toEqual(empty)
    expect(await host('h')).toMatchObject({
      usage_cpu: 0.1,
      usage_memory: 0,
      disk_read: 0,
      disk_write: 0,
      netrx: 0,
      nettx: 0,
      energy_usage: 0,
    })
    expect(facade.ctx.usages.get([...facade.ctx.mirror.nodes.keys()][0] ?? '')?.values[0]).toBe(0.001)
  })

  it('keeps VMs and hosts of the same id apart', async () => {
    await facade.see('POST', '/metrics?id=h&metrictype=1', '{"timestamp":"2024-01-01T00:00:00Z","cpu":9}')
    expect(JSON.parse((await facade.see('GET', '/vms/h')).body)).toMatchObject({ usage_cpu: 9 })
    expect(await host('h')).toMatchObject({ usage_cpu: 0.1 })
    const { body } = await facade.see('GET', '/metrics?hostid=h&metrictype=1&since=0&count=10')
    expect(JSON.parse(body)).toHaveLength(1)
  })
})

describe('GET /metrics', () => {
  it.for([
    ['', 'Paramater hostid must be specified'],
    ['?id=h&metrictype=0&since=0&count=1', 'Paramater hostid must be specified'],
    ['?hostid=h', 'Paramater metrictype must be specified'],
    ['?hostid=h&metrictype=x', 'Paramater metrictype must be an integer'],
    ['?hostid=h&metrictype=0', 'Paramater hostid must be specified'],
    ['?hostid=h&metrictype=0&since=x', 'Paramater since must be an integer'],
    ['?hostid=h&metrictype=0&since=9223372036854775808', 'Paramater since must be an integer'],
    ['?hostid=h&metrictype=0&since=0', 'Paramater count must be specified'],
    ['?hostid=h&metrictype=0&since=0&count=', 'Paramater count must be an integer'],
    ['?hostid=h&metrictype=0&since=0&count=-1', 'pq: LIMIT must not be negative'],
    ['?hostid=x&metrictype=7&since=0&count=-1', 'pq: LIMIT must not be negative'],
    ['?hostid=%ff&metrictype=0&since=0&count=1', 'pq: invalid byte sequence for encoding "UTF8": 0xff'],
  ] as const)('%s is refused', async ([query, message]) => {
    expect(await facade.see('GET', `/metrics${query}`)).toEqual(refused(message))
  })

  it.for([
    'hostid=h&metrictype=0&since=0&count=0',
    'hostid=x&metrictype=0&since=0&count=5',
    'hostid=h&metrictype=2&since=0&count=5',
    'hostid=v&metrictype=1&since=0&count=5',
  ])('?%s is null', async (query) => {
    expect(await facade.see('GET', `/metrics?${query}`)).toEqual({ status: 200, type: text, body: 'null' })
  })

  it('gives what is strictly later than since, to the microsecond, in order of time, at most count', async () => {
    await facade.see('POST', '/hosts', '{"hostid":"m"}')
    const at = '2024-03-12T19:19:56'
    for (const [fraction, cpu] of [
      ['.511124', 2],
      ['.511123456', 1],
      ['.6', 3],
      ['.6', 4],
    ] as const) {
      await facade.see('POST', '/metrics?id=m&metrictype=0', `{"timestamp":"${at}${fraction}Z","cpu":${cpu}}`)
    }
    const since = async (nanosecond: bigint, count = '400') => {
      const answer = await facade.see(
        'GET',
        `/metrics?hostid=m&metrictype=0&since=${nanosecond}&count=${count}`,
      )
      return (JSON.parse(answer.body) as { cpu: number }[] | null)?.map((metric) => metric.cpu) ?? null
    }
    const second = BigInt(nanos(`${at}Z`))
    expect(await since(0n)).toEqual([1, 2, 3, 4])
    expect(await since(-5n, '9223372036854775807')).toEqual([1, 2, 3, 4])
    expect(await since(second + 511_122_999n, '2')).toEqual([2, 3])
    expect(await since(second + 511_122_400n)).toEqual([1, 2, 3, 4])
    expect(await since(second + 511_123_000n)).toEqual([2, 3, 4])
    expect(await since(second + 511_123_456n)).toEqual([2, 3, 4])
    expect(await since(second + 600_000_000n)).toBeNull()
    const { body } = await facade.see('GET', `/metrics?hostid=m&metrictype=0&since=${second}&count=1`)
    expect(body).toBe(
      `[{"timestamp":"${at}.511123Z","cpu":1,"memory":0,"disk_read":0,"disk_write":0,"netrx":0,"nettx":0,"energy_usage":0}]`,
    )
  })

  it('shows instants in the zone that TZ names', async () => {
    const abroad = await testFacade(envserver, { env: { TZ: 'Europe/Stockholm' } }, facade.ctx)
    try {
      const { body } = await abroad.see('GET', '/metrics?hostid=m&metrictype=0&since=0&count=1')
      expect(body).toContain('"timestamp":"2024-03-12T20:19:56.511123+01:00"')
    } finally {
      await abroad.close()
    }
  })

  it('survives the deletion of what was measured, and of what bore its id again', async () => {
    for (const cpu of [1, 2]) {
      await facade.see('POST', '/hosts', '{"hostid":"again"}')
      await facade.see(
        'POST',
        '/metrics?id=again&metrictype=0',
        `{"timestamp":"2024-01-0${cpu}T00:00:00Z","cpu":${cpu}}`,
      )
      await facade.see('DELETE', '/hosts/again')
    }
    expect(await facade.see('GET', '/hosts/again')).toMatchObject({ body: 'null' })
    const { body } = await facade.see('GET', '/metrics?hostid=again&metrictype=0&since=0&count=10')
    expect((JSON.parse(body) as { cpu: number }[]).map((metric) => metric.cpu)).toEqual([1, 2])
    await facade.see('POST', '/hosts', '{"hostid":"again"}')
    expect(await host('again')).toMatchObject({ usage_cpu: 0 })
  })

  it('stores a measurement without an instant in the year 1, where no since reaches', async () => {
    await facade.see('POST', '/hosts', '{"hostid":"undated"}')
    expect(await facade.see('POST', '/metrics?id=undated&metrictype=0', '{"cpu":3}')).toEqual(empty)
    expect(await host('undated')).toMatchObject({ usage_cpu: 3 })
    const { rows } = await facade.ctx.database.pool.query<{ at: string }>(
      `select s.ts::text as at from sample s join alias a on a.subject_id = s.subject_id where a.key = 'undated'`,
    )
    expect(rows).toEqual([{ at: '0001-01-01 00:00:00+00' }])
  })

  it('stores an instant beyond the years 1 to 9999 as the nearest within', async () => {
    await facade.see('POST', '/hosts', '{"hostid":"far"}')
    for (const at of ['9999-12-31T23:59:59-23:59', '9999-12-31T23:59:59.9999999Z', '0000-01-01T00:00:00Z']) {
      const body = `{"timestamp":"${at}","cpu":1}`
      expect(await facade.see('POST', '/metrics?id=far&metrictype=0', body)).toEqual(empty)
    }
    const { body } = await facade.see('GET', '/metrics?hostid=far&metrictype=0&since=0&count=9')
    const instants = (JSON.parse(body) as { timestamp: string }[]).map((metric) => metric.timestamp)
    expect(instants).toEqual(['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'])
    const { rows } = await facade.ctx.database.pool.query<{ at: string }>(
      `select s.ts::text as at from sample s join alias a on a.subject_id = s.subject_id where a.key = 'far' order by s.ts limit 1`,
    )
    expect(rows).toEqual([{ at: '0001-01-01 00:00:00+00' }])
  })

  it('reads back every double to the last bit', async () => {
    await facade.see('POST', '/hosts', '{"hostid":"exact"}')
    const values = [0.1 + 0.2, 1 / 3, 5e-324, Number.MAX_VALUE, -123.456, 1e21, 99.99999999999999]
    for (const [index, cpu] of values.entries()) {
      await facade.see(
        'POST',
        '/metrics?id=exact&metrictype=0',
        `{"timestamp":"2024-01-01T00:00:0${index}Z","cpu":${cpu},"memory":${cpu}}`,
      )
      expect(await host('exact')).toMatchObject({ usage_cpu: cpu, usage_memory: cpu })
    }
    const { body } = await facade.see('GET', '/metrics?hostid=exact&metrictype=0&since=0&count=100')
    expect((JSON.parse(body) as { cpu: number }[]).map((metric) => metric.cpu)).toEqual(values)
  })

  it('streams long answers, and none is lost where one page ends and the next begins', async () => {
    await facade.see('POST', '/hosts', '{"hostid":"long"}')
    const { pool } = facade.ctx.database
    // Many at one instant, so that pages end among equals.
    await pool.query(`insert into sample (subject_id, ts, cpu_reported)
      select a.subject_id, timestamptz '2024-01-01' + (n / 1500) * interval '1 second', n
      from alias a, generate_series(0, 6999) n where a.key = 'long' order by n`)
    const { body } = await facade.see('GET', '/metrics?hostid=long&metrictype=0&since=0&count=100000')
    const cpus = (JSON.parse(body) as { cpu: number }[]).map((metric) => metric.cpu)
    expect(cpus).toEqual(Array.from({ length: 7000 }, (_, n) => n))
    const some = await facade.see('GET', '/metrics?hostid=long&metrictype=0&since=0&count=2001')
    expect(JSON.parse(some.body)).toHaveLength(2001)
  })
})

describe('many measurements at once', () => {
  it('are each stored before they are acknowledged', async () => {
    await facade.see('POST', '/hosts', '{"hostid":"busy"}')
    const posts = Array.from({ length: 300 }, (_, n) =>
      facade.see('POST', '/metrics?id=busy&metrictype=0', `{"timestamp":"2024-01-01T00:00:00Z","cpu":${n}}`),
    )
    expect(await Promise.all(posts)).toEqual(posts.map(() => empty))
    const { rows } = await facade.ctx.database.pool.query<{ cpu: number }>(
      `select s.cpu_reported as cpu from sample s join alias a on a.subject_id = s.subject_id where a.key = 'busy' order by cpu`,
    )
    expect(rows.map((row) => row.cpu)).toEqual(posts.map((_, n) => n))
  })
})
