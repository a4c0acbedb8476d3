/**
 * Two servers on one PostgreSQL, one of them killed while plans are applied and machines are started, again and again:
 * the other goes on, no step is lost, none is done twice.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, client } from '@orrery/api/client.ts'
import { connectionConfig } from '@orrery/server/db/database.ts'
import { brokenInvariants } from '../setup/invariants.ts'
import { databaseUrl, schemaCreate, schemaDrop } from '../setup/schema.ts'
import { type ServerProcess, serverProcess } from '../setup/server-process.ts'

const roundCount = 6
const workloadsEach = 300
const sites = 3
const hostsEach = 20
const settledWithinMs = 90_000
const gib = 1024 ** 3

let schema: string
let logs: string
let pool: pg.Pool
let servers: ServerProcess[] = []
beforeAll(async () => {
  schema = await schemaCreate()
  logs = mkdtempSync(join(tmpdir(), 'orrery-replicas-'))
  pool = new pg.Pool({ ...connectionConfig({ connectionString: databaseUrl(), schema }), max: 4 })
  servers = [await start(), await start()]
})
afterAll(async () => {
  await pool.end()
  for (const server of servers) await server.close()
  await schemaDrop(schema)
  rmSync(logs, { recursive: true, force: true })
})

const start = (): Promise<ServerProcess> =>
  serverProcess({ databaseUrl: databaseUrl(), schema, logDir: logs })
const apiOf = (server: ServerProcess): Client => client({ baseUrl: server.url, token: server.token })

async function one<Row extends object>(text: string, values: unknown[] = []): Promise<Row> {
  const { rows } = await pool.query<Row>(text, values)
  const [row] = rows
  if (row === undefined) throw new Error(`no row: ${text}`)
  return row
}

async function until(what: string, holds: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(20)
  }
}

/** The server that owns a loop now. */
async function ownerOf(loop: string): Promise<ServerProcess> {
  const { owner } = await one<{ owner: string }>('select owner from lease where name = $1', [`loop:${loop}`])
  for (const server of servers) {
    const status = await apiOf(server).call('statusView', {})
    if (status.instanceId === owner) return server
  }
  throw new Error(`nobody owns ${loop}`)
}

test(`${roundCount} kills of the server that applies plans, or that starts machines, lose no step and repeat none`, async () => {
  const [first] = servers
  if (first === undefined) throw new Error('no server')
  await worldCreate(apiOf(first))
  let made = 0
  let interrupted = 0
  for (let round = 0; round < roundCount; round += 1) {
    const loop = round % 2 === 0 ? 'apply' : 'execute'
    const api = apiOf(servers[round % servers.length] ?? first)
    await workloadsCreate(api, made, workloadsEach)
    const from = made
    made += workloadsEach
    const underWay = loop === 'apply' ? bound(from, made) : started(from, made)
    await until(`${loop} is under way`, async () => (await underWay()) > 0, 30_000)
    await sleep(round * 40)
    const victim = await ownerOf(loop)
    await victim.kill()
    // Only a kill in the middle says something; the rounds differ in how far they were.
    if ((await underWay()) < workloadsEach) interrupted += 1
    servers = [...servers.filter((server) => server !== victim), await start()]
    await until(
      `round ${round}: all ${made} workloads run`,
      async () =>
        (await one<{ count: number }>(`select count(*)::int as count from workload where state = 'running'`))
          .count === made,
      settledWithinMs,
    )
  }
  expect(interrupted).toBeGreaterThanOrEqual(2)
  await onceEach(made)
})

/** Hosts enough for every workload, in an emulated world that starts machines quickly. */
async function worldCreate(api: Client): Promise<void> {
  const flat = (value: number) => Array.from({ length: 24 }, () => value)
  await api.call('providerCreate', {
    body: {
      name: 'world',
      kind: 'emulator',
      config: {
        seed: 11,
        speed: 20,
        start: { meanSeconds: 10, deviationSeconds: 2, failedShare: 0 },
        sites: Array.from({ length: sites }, (_, site) => ({
          name: `site-${site}`,
          kind: 'edge',
          carbonGramsPerKwh: flat(100),
          renewableShare: flat(0.5),
          nodes: [
            {
              name: `host-${site}`,
              count: hostsEach,
              kind: 'host',
              capacity: { cpuCores: 64, memoryBytes: 256 * gib, diskBytes: 0, gpus: [] },
            },
          ],
        })),
      },
    },
  })
  await until(
    'the world was seen',
    async () =>
      (await one<{ count: number }>(`select count(*)::int as count from node where state = 'ready'`))
        .count ===
      sites * hostsEach,
    30_000,
  )
}

async function workloadsCreate(api: Client, from: number, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: 10 }, async (_, writer) => {
      for (let index = from + writer; index < from + count; index += 10) {
        await api.call('workloadCreate', {
          body: { name: nameOf(index), demand: { cpuCores: 1, memoryBytes: gib } },
        })
      }
    }),
  )
}

const nameOf = (index: number): string => `w-${String(index).padStart(6, '0')}`
const counted = (condition: string) => (from: number, to: number) => async (): Promise<number> =>
  (
    await one<{ count: number }>(
      `select count(*)::int as count from workload where name >= $1 and name < $2 and ${condition}`,
      [nameOf(from), nameOf(to)],
    )
  ).count
const bound = counted('node_id is not null')
const started = counted(`state in ('starting', 'running')`)

/** Each workload was placed by one step, bound once, started once, and has one machine. */
async function onceEach(made: number): Promise<void> {
  expect(await brokenInvariants(pool)).toEqual({})
  const ended = async (): Promise<boolean> =>
    (
      await one<{ count: number }>(
        `select count(*)::int as count from plan where state in ('approved', 'applying')`,
      )
    ).count === 0
  await until('every plan has ended', ended, 30_000)
  expect(
    await one(`select count(*)::int as count from plan_step where state in ('waiting', 'started')`),
  ).toEqual({ count: 0 })
  const { rows } = await pool.query(
    `select w.name, w.generation, w.state,
       (select count(*)::int from plan_step s where s.workload_id = w.id and s.kind = 'place' and s.state = 'done') as steps,
       (select count(*)::int from event e where e.subject_id = w.id and e.verb = 'workload.bind') as binds,
       (select count(*)::int from event e where e.subject_id = w.id and e.verb = 'workload.start') as starts,
       (select count(*)::int from event e where e.subject_id = w.id and e.verb = 'workload.run') as runs,
       (select count(*)::int from emulator_machine m where m.workload_id = w.id) as machines
     from workload w order by w.name`,
  )
  expect(rows).toHaveLength(made)
  const once = { generation: 1, state: 'running', steps: 1, binds: 1, starts: 1, runs: 1, machines: 1 }
  expect(rows.filter((row) => Object.entries(once).some(([key, value]) => row[key] !== value))).toEqual([])
  // What the provider did: one start per workload, and nothing else.
  expect(await one('select count(*)::int as count from emulator_step')).toEqual({ count: made })
}
