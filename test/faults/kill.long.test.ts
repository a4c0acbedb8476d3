/** kill -9 of a server that 64 clients write to, again and again, on one data directory with its embedded PostgreSQL. */
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client } from '@orrery/api/client.ts'
import { randomFloat, randomStream } from '@orrery/core/random.ts'
import { embeddedFind } from '@orrery/server/db/embedded/find.ts'
import { trialDir } from '@orrery/server/db/embedded/fixtures/trial.ts'
import { embeddedDir } from '@orrery/server/data-dir.ts'
import { brokenInvariants } from '../setup/invariants.ts'
import { type ServerProcess, serverProcess } from '../setup/server-process.ts'
import { type Writer, createBody, writerCreate } from './writer.ts'

const roundCount = 20
const clients = 64
const writesMin = 10_000
const seed = 20_260

let dataDir: string
let server: ServerProcess | undefined
beforeAll(() => {
  dataDir = trialDir()
})
afterAll(async () => {
  await server?.close()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

test(`nothing acknowledged is lost and nothing is there by half after ${roundCount} kills under load`, async () => {
  const stream = randomStream(seed, 'kill')
  const random = () => randomFloat(stream)
  server = await serverProcess({ dataDir })
  const nodes = await nodesMake(server)
  const writers = Array.from({ length: clients }, (_, index) =>
    writerCreate(`writer-${index}`, nodes, random),
  )
  for (let round = 1; round <= roundCount; round += 1) {
    const { url, token } = server
    const before = sum(writers, (writer) => writer.acknowledged())
    const writing = Promise.all(writers.map((writer) => writer.run(url, token)))
    // At least a few writes per client, then at any moment.
    while (sum(writers, (writer) => writer.acknowledged()) < before + clients * 6) {
      expect(server.child.exitCode, 'the server lives until it is killed').toBeNull()
      await sleep(10)
    }
    await sleep(random() * 1500)
    await server.kill()
    await writing

    server = await serverProcess({ dataDir })
    await unansweredAgain(server, writers)
    const database = new pg.Pool({ connectionString: embeddedFind(embeddedDir(dataDir)), max: 2 })
    try {
      expect(await lost(database, writers), `round ${round}`).toEqual([])
      expect(await halfBatches(database, writers), `round ${round}`).toEqual([])
      expect(await brokenInvariants(database), `round ${round}`).toEqual({})
    } finally {
      await database.end()
    }
  }
  expect(sum(writers, (writer) => writer.sent())).toBeGreaterThan(writesMin)
})

async function nodesMake({ url, token }: ServerProcess): Promise<{ id: string; name: string }[]> {
  const api = client({ baseUrl: url, token })
  await api.call('siteCreate', { body: { name: 'here', kind: 'edge' } })
  const nodes: { id: string; name: string }[] = []
  for (let index = 0; index < 12; index += 1) {
    const capacity = { cpuCores: 100_000, memoryBytes: 2 ** 50 }
    const { id, name } = await api.call('nodeCreate', {
      body: { name: `node-${index}`, site: 'here', capacity },
    })
    nodes.push({ id, name })
  }
  return nodes
}

/** A create whose answer did not come is sent again with its key: it is made once, whether it had been made or not. */
async function unansweredAgain({ url, token }: ServerProcess, writers: Writer[]): Promise<void> {
  const api = client({ baseUrl: url, token })
  for (const writer of writers) {
    for (const { key, name } of writer.unanswered.splice(0)) {
      const made = await api.call('workloadCreate', { body: createBody(name) }, { idempotencyKey: key })
      const seen = await api.call('workloadView', { ref: name })
      expect(seen.id).toBe(made.id)
      const workload = writer.known.get(name)
      if (workload !== undefined) workload.possible = [{ exists: true, node: null, zone: null }]
    }
  }
}

/** Workloads that are in none of the states that their writers were told or may expect; those in one settle there. */
async function lost(database: pg.Pool, writers: Writer[]): Promise<unknown[]> {
  const { rows } = await database.query<{ name: string; node: string | null; zone: string | null }>(
    `select w.name, n.name as node, w.labels->>'zone' as zone from workload w left join node n on n.id = w.node_id`,
  )
  const stored = new Map(rows.map((row) => [row.name, row]))
  const wrong: unknown[] = []
  for (const writer of writers) {
    for (const workload of writer.known.values()) {
      const row = stored.get(workload.name)
      stored.delete(workload.name)
      const match = workload.possible.find(({ exists, node, zone }) =>
        exists ? row !== undefined && row.node === node && row.zone === zone : row === undefined,
      )
      if (match === undefined) wrong.push({ expected: workload, stored: row })
      else workload.possible = [match]
    }
  }
  return [...wrong, ...[...stored.values()].map((row) => ({ nobodyMade: row }))]
}

/** Batches of which some samples are there and some are not, or that were acknowledged and are not there. */
async function halfBatches(database: pg.Pool, writers: Writer[]): Promise<unknown[]> {
  const { rows } = await database.query<{ subject_id: string; ms: string; cpu: number }>(
    'select subject_id, (extract(epoch from ts) * 1000)::int8 as ms, cpu from sample',
  )
  const stored = new Set(rows.map((row) => `${row.subject_id} ${row.ms} ${row.cpu}`))
  expect(stored.size, 'no sample is stored twice').toBe(rows.length)
  return writers.flatMap((writer, index) =>
    writer.batches.flatMap((batch) => {
      const there = batch.ats.filter((at) =>
        stored.has(`${batch.subjectId} ${Date.parse(at)} ${index}`),
      ).length
      const whole = there === batch.ats.length || (there === 0 && !batch.acknowledged)
      return whole ? [] : [{ ...batch, there }]
    }),
  )
}

function sum(writers: Writer[], of: (writer: Writer) => number): number {
  return writers.reduce((total, writer) => total + of(writer), 0)
}
