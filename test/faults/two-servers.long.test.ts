/**
 * Two servers on one database; the one that applies plans is killed while it does, again and again. The other takes the
 * loops over: no step is lost, and none is done twice.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client } from '@orrery/api/client.ts'
import { connectionConfig } from '@orrery/server/db/database.ts'
import { allocationDrift } from '../setup/invariants.ts'
import { databaseUrl, schemaCreate, schemaDrop } from '../setup/schema.ts'
import { type ServerProcess, serverProcess } from '../setup/server-process.ts'

const rounds = 5
const perRound = 400
const writers = 8
const gib = 1024 ** 3

let schema: string
let pool: pg.Pool
let servers: ServerProcess[] = []
const start = () => serverProcess({ databaseUrl: databaseUrl(), schema })
const apiOf = (server: ServerProcess) => client({ baseUrl: server.url, token: server.token })

beforeAll(async () => {
  schema = await schemaCreate()
  pool = new pg.Pool({ ...connectionConfig({ connectionString: databaseUrl(), schema }), max: 4 })
  servers = [await start(), await start()]
})
afterAll(async () => {
  for (const server of servers) await server.close()
  await pool.end()
  await schemaDrop(schema)
})

async function number(text: string): Promise<number> {
  const { rows }: pg.QueryResult<{ n: string | number }> = await pool.query(text)
  return Number(rows[0]?.n)
}

async function owner(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    for (const [index, server] of servers.entries()) {
      const { loops } = await apiOf(server).call('statusView', {})
      if (loops.find((loop) => loop.name === 'apply')?.owned === true) return index
    }
    await sleep(100)
  }
  throw new Error('no server owns the apply loop')
}

async function create(server: ServerProcess, round: number): Promise<void> {
  let next = 0
  const api = apiOf(server)
  await Promise.all(
    Array.from({ length: writers }, async () => {
      for (let index = next++; index < perRound; index = next++) {
        const demand = { cpuCores: 0.5, memoryBytes: gib / 4 }
        await api.call('workloadCreate', { body: { name: `w-${round}-${index}`, demand } })
      }
    }),
  )
}

test('a server that is killed while it applies plans loses no step, and the next does none twice', async () => {
  const first = servers[0]
  if (first === undefined) throw new Error('no server was started')
  await apiOf(first).call('siteCreate', { body: { name: 'site', kind: 'cloud' } })
  for (let index = 0; index < 40; index += 1) {
    const capacity = { cpuCores: 64, memoryBytes: 64 * gib }
    await apiOf(first).call('nodeCreate', { body: { name: `n${index}`, site: 'site', capacity } })
  }
  let killedHalfWay = 0
  for (let round = 0; round < rounds; round += 1) {
    const applying = await owner()
    const other = servers[1 - applying]
    const victim = servers[applying]
    if (other === undefined || victim === undefined) throw new Error('two servers were expected')
    const before = round * perRound
    const creating = create(other, round)
    while ((await number('select count(*) as n from workload where node_id is not null')) < before + 60)
      await sleep(3)
    await victim.kill()
    const placed = await number('select count(*) as n from workload where node_id is not null')
    if (placed < before + perRound) killedHalfWay += 1
    await creating
    const deadline = performance.now() + 60_000
    while ((await number(`select count(*) as n from workload where state = 'running'`)) < before + perRound) {
      expect(performance.now()).toBeLessThan(deadline)
      await sleep(50)
    }
    servers[applying] = await start()
  }
  expect(killedHalfWay).toBeGreaterThan(0)
  const all = rounds * perRound
  expect(await number(`select count(*) as n from event where verb = 'workload.bind'`)).toBe(all)
  expect(await number(`select count(distinct subject_id) as n from event where verb = 'workload.bind'`)).toBe(
    all,
  )
  expect(await number('select max(generation) as n from workload')).toBe(1)
  // Every step was done once, under a fence that only grew; no plan is left half done.
  expect(await number(`select count(*) as n from plan_step where state = 'done' and attempts = 1`)).toBe(all)
  expect(await number(`select count(*) as n from plan_step where state <> 'done'`)).toBe(0)
  expect(await number(`select count(*) as n from plan where state <> 'applied'`)).toBe(0)
  expect(await number('select count(distinct fence) as n from plan_step')).toBeGreaterThan(1)
  expect(await allocationDrift(pool)).toEqual([])
})
