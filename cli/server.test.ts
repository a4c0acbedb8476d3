/** The command line against the real server, over a real socket, on a schema of its own. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunningServer } from './server-module.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseUrl, schemaCreate, schemaDrop } from '../test/setup/schema.ts'
import { sessionWrite } from './session.ts'
import { readmeSession } from './testing/readme-session.ts'
import { type Ran, type Terminal, terminal } from './testing/terminal.ts'

let schema: string
let server: RunningServer
let user: Terminal

beforeAll(async () => {
  const { serverStart } = await import('@orrery/server/main.ts')
  schema = await schemaCreate()
  server = await serverStart({
    demo: false,
    facades: ['envserver'],
    dataDir: null,
    secretKeyFile: null,
    databaseUrl: databaseUrl(),
    schema,
    port: 0,
    listen: '127.0.0.1',
    publicUrl: null,
    trustProxy: [],
    tls: null,
    facadeAddresses: { envserver: { address: '127.0.0.1', port: 0 } },
    facadeModes: {},
    logDir: null,
    logLevel: { level: 'silent', components: {} },
    speed: null,
    seed: null,
    retentionDays: 30,
    onProgress: () => {},
    signal: new AbortController().signal,
  })
  user = terminal()
  await sessionWrite(user.env, { url: server.url, token: server.localToken, tokenId: null, facades: {} })
})
afterAll(async () => {
  user.close()
  await server.close()
  await schemaDrop(schema)
})

async function ok(line: string): Promise<string> {
  const ran = await user.run(line)
  expect({ line, code: ran.code, err: ran.code === 0 ? '' : ran.err }).toEqual({ line, code: 0, err: '' })
  return ran.out
}
const failing = (line: string | string[]): Promise<Ran> => user.run(line)

test('an inventory from the command line: create, bind, list, view, history, unbind, delete', async () => {
  await ok('site create lab --kind edge --carbon-grams-per-kwh 120')
  await ok('node create n1 --site lab --capacity-cpu-cores 12 --capacity-memory-bytes 16GiB --label rack=b2')
  await ok('workload create w1 --demand-cpu-cores 2 --demand-memory-bytes 1GiB --no-auto-place')
  expect(await ok('workload bind w1 n1')).toContain('w1    running  n1')
  expect(await ok('node list --columns name,state,cpu,workloads')).toBe(
    'NAME  STATE  CPU   WORKLOADS\nn1    ready  2/12  1\n',
  )
  const viewed = JSON.parse(await ok('node view n1 --json')) as { labels: unknown; capacity: unknown }
  expect(viewed).toMatchObject({
    labels: { rack: 'b2' },
    capacity: { cpuCores: 12, memoryBytes: 17179869184 },
  })
  expect(await ok('workload history w1')).toContain('running')
  await ok('workload unbind w1')
  expect(await ok('node list -q --filter "name:n1"')).toMatch(/^[0-9a-f-]{36}\n$/)
  await ok('workload delete w1')
  await ok('node delete n1')
  await ok('site delete lab')
})

test('--json is what the API sends, byte for byte', async () => {
  const direct = await fetch(`${server.url}/api/v1/principals`, {
    headers: { authorization: `Bearer ${server.localToken}` },
  })
  expect(await ok('principal list --json')).toBe(`${await direct.text()}\n`)
})

describe('errors of the server', () => {
  test('have their exit codes', async () => {
    expect(await failing('node view nobody')).toMatchObject({ code: 4, out: '' })
    expect(
      await failing('node create x --site nowhere --capacity-cpu-cores 1 --capacity-memory-bytes 1'),
    ).toMatchObject({ out: '' })
    await ok('site create twice --kind cloud')
    expect(await failing('site create twice --kind cloud')).toMatchObject({ code: 5 })
    expect(await failing('node list --filter "cpu>many"')).toMatchObject({ code: 2 })
    expect(await failing(`node list --url ${server.url}`)).toMatchObject({ code: 0 })
    expect(await user.run('node list', { env: { ORRERY_TOKEN: 'wrong' } })).toMatchObject({ code: 3 })
  })

  test('name the flag that was wrong', async () => {
    const ran = await failing(
      'node create x --site twice --capacity-cpu-cores 9999999 --capacity-memory-bytes 1',
    )
    expect(ran.code).toBe(2)
    expect(ran.err).toContain('--capacity-cpu-cores')
  })
})

test('a sign-in link of the server signs a command line in, once; signing out revokes its token', async () => {
  const link = (await ok('login --link -q')).trim()
  const other = terminal()
  // The server was told no public address, so the link names the port that was asked for.
  const code = new URLSearchParams(new URL(link).hash.slice(1)).get('code') ?? ''
  expect((await other.run(`login --url ${server.url} --code ${code}`)).err).toContain('as admin (admin)')
  expect((await other.run('whoami -q')).out).toBe('admin\n')
  expect((await terminal().run(`login --url ${server.url} --code ${code}`)).code).toBe(3)
  expect(await ok('token list')).toContain('command line on lab-1')
  expect((await other.run('logout')).err).toContain('signed out')
  other.close()
})

test('events are watched as they happen, and read afterwards', async () => {
  const stop = new AbortController()
  let seen = ''
  const watching = user.run('watch --json --filter verb:site.create', {
    signal: stop.signal,
    onOut: (text) => {
      seen += text
      if (seen.split('\n').length > 3) stop.abort('SIGINT')
    },
  })
  // Until the stream stands, an event goes by unseen: make them until three are seen.
  for (let n = 0; n < 500 && !stop.signal.aborted; n += 1) {
    await ok(`site create watched-${n} --kind cloud`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect((await watching).code).toBe(130)
  expect(
    seen
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { verb: string }).verb),
  ).toContain('site.create')
  expect(await ok('event list --filter verb:site.create --limit 1')).toContain('site.create')
})

test('every page of a list: --all', async () => {
  expect((await ok('site list --limit 3 -q')).trim().split('\n')).toHaveLength(3)
  const all = (await ok('site list --all --limit 3 -q')).trim().split('\n')
  expect(all.length).toBeGreaterThan(3)
  expect(new Set(all).size).toBe(all.length)
})

test('the session of the original README prints its tables, and the facade gives the same values', async () => {
  await readmeSession(ok)
  const facade = server.listeners.find((each) => each.name === 'envserver')
  const hosts = (await (await fetch(`${facade?.url}/hosts`)).json()) as {
    hostid: string
    usage_cpu: number
    total_cpu: number
    vms: number
  }[]
  expect(hosts.map(({ hostid, total_cpu, usage_cpu, vms }) => [hostid, total_cpu, usage_cpu, vms])).toEqual([
    ['hostid1', 1200, 701, 0],
    ['hostid2', 1200, 0, 0],
    ['hostid3', 1200, 0, 1],
  ])
  expect(JSON.parse(await ok('hosts ls --json'))).toEqual(hosts)
  expect(await ok('database export --type host --id hostid1 --filename -')).toMatch(
    /^id,type,ts,cpu,mem,disk_read,disk_write,net_rx,net_tx,energy_usage\nhostid1,0,\d{19},701\.000000,12345678,(0\.000000,){4}0\.000000\n$/,
  )
  await ok('vms unbind --vmid vmid1')
  await ok('vms remove --vmid vmid1')
  expect(await failing('vms view --vmid vmid1')).toMatchObject({ code: 4 })
})

test('policies are tried on a fork of the inventory, side by side', async () => {
  await ok('site create twin --kind edge')
  await ok('node create twin-1 --site twin --capacity-cpu-cores 4 --capacity-memory-bytes 8GiB')
  const forked = await ok(
    'twin fork --name tuesday --policy best-fit,worst-fit --seeds 1..2 --horizon-seconds 60',
  )
  expect(forked).toMatch(/^run +tuesday, succeeded\nfrom +the inventory of /)
  expect(forked).toMatch(/^MEASURE +UNIT +BEST-FIT +WORST-FIT$/m)
  expect(await ok('run list')).toMatch(/^tuesday +succeeded +live +best-fit,worst-fit +1,2 /m)
  expect(await ok('run view tuesday')).toBe(forked)
  expect(await ok('run result tuesday --policy worst-fit')).toMatch(/^worst-fit, seed 1, simulated in /)
  expect(await failing('run plan tuesday')).toMatchObject({ code: 5 })
  expect(await failing('run view nope')).toMatchObject({ code: 4 })
  expect(await failing('twin fork --policy fgdd')).toMatchObject({ code: 2 })
  expect(await failing('twin fork --at 1h --since 2h')).toMatchObject({ code: 1 })
  expect(await failing('twin fork --until 1h')).toMatchObject({ code: 1 })
  expect(await failing('twin fork --at never')).toMatchObject({ code: 1 })
  await ok('run delete tuesday --yes')
})

test('a scenario is sent with the files it names, run by the server and kept', async () => {
  const path = join(user.configDir, 'evening.yaml')
  const scenario = `name: a small evening
horizon: 1h
policies: [best-fit, worst-fit]
nodes: [{ name: node, count: 2, cpuCores: 4, memory: 8 GiB }]
usage: { measured: { series: cpu_utilization.csv, cpuCores: 2 } }
arrivals: [{ task: web, count: 3, cpuCores: 2, memory: 1 GiB, usage: measured }]
`
  writeFileSync(path, scenario)
  expect(await failing(`twin fork --scenario ${path}`)).toMatchObject({ code: 4 })
  writeFileSync(
    join(user.configDir, 'cpu_utilization.csv'),
    'timestamp,value\n2026-01-01 00:00:00,50\n2026-01-01 00:05:00,100\n',
  )
  const ran = await ok(`twin fork --scenario ${path} --name evening --seeds 1..2`)
  expect(ran).toMatch(
    /^run +evening, succeeded\nfrom +the scenario 'a small evening'\ninventory +2 nodes, 3 tasks\n/,
  )
  expect(ran).toMatch(/^MEASURE +UNIT +BEST-FIT +WORST-FIT$/m)
  expect(ran).not.toContain('stand elsewhere')
  expect(await ok('run view evening')).toBe(ran)
  expect(await ok('run list')).toMatch(/^evening +succeeded +scenario +best-fit,worst-fit +1,2 /m)
  expect(await ok('run result evening --policy worst-fit --seed 2')).toMatch(
    /^worst-fit, seed 2, [^]*\n0 wait\n/,
  )
  expect(await ok('run why evening --workload web-3')).toMatch(/^message +Placed on node-2 by best-fit/m)
  expect(await failing('run plan evening')).toMatchObject({ code: 5 })

  const other = await failing(`twin fork --scenario ${path} --anew`)
  expect(other).toMatchObject({ code: 1 })
  expect(other.err).toContain('--anew is for forks of the inventory')
  writeFileSync(path, scenario.replace('horizon: 1h', 'horizon: soon'))
  const wrong = await failing(`twin fork --scenario ${path}`)
  expect(wrong).toMatchObject({ code: 2 })
  expect(wrong.err).toContain('evening.yaml:2: horizon is "soon"; write a duration')
  const long = JSON.stringify({ source: { kind: 'scenario', text: '#'.repeat(2 ** 18 + 1) } })
  expect((await failing(['run', 'create', '--data', long])).err).toContain('source')
  expect((await failing('run create')).err).toContain('--policy: Give `policies`')
  await ok('run delete evening --yes')
})

test('the emulator is started once, and its hosts are there for every dialect', async () => {
  const first = await user.run('connectors emulator start --detach --seed 7')
  expect(first).toMatchObject({ code: 0, out: '' })
  expect(first.err).toContain('Emulator started: Provider emulator')
  expect(await user.run('connectors emulator start --detach')).toMatchObject({ code: 0 })
  const providers = JSON.parse(await ok('provider list --json --filter kind:emulator')) as {
    items: { config: { seed: number } }[]
  }
  expect(providers.items.map((each) => each.config.seed)).toEqual([7])

  for (let n = 0; n < 100 && !(await ok('node list -q --limit 1 --filter site:cloud-1')); n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  expect(await ok('hosts ls')).toContain('│ cloud-1-std-1')
  expect(await ok('inventory')).toMatch(/^cloud-1 +cloud +18 /m)
  await ok('provider update emulator --no-enabled')
})
