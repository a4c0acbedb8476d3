/** A server as a whole: what is left when it does not start, when it is told to stop, and when its database restarts. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import pg from 'pg'
import { client } from '@orrery/api/client.ts'
import { connectionsBreak, databaseOfOwn } from '../test/setup/schema.ts'
import { eventReader } from '../test/setup/event-reader.ts'
import { serverStart } from './main.ts'
import type { RunningServer, ServerOptions } from './options.ts'

type World = {
  url: string
  logs(): string
  start(more?: Partial<ServerOptions>): Promise<RunningServer>
  /** connections to the database that are not the asker's */
  connections(): Promise<number>
}

async function world(): Promise<World> {
  const own = await databaseOfOwn()
  onTestFinished(() => own.drop())
  const folder = mkdtempSync(join(tmpdir(), 'orrery-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return {
    url: own.url,
    logs: () =>
      readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join(''),
    start: (more = {}) =>
      serverStart({
        demo: false,
        facades: [],
        dataDir: null,
        databaseUrl: own.url,
        port: 0,
        listen: '127.0.0.1',
        publicUrl: null,
        trustProxy: [],
        tls: null,
        facadeAddresses: {},
        facadeModes: {},
        logDir: folder,
        logLevel: { level: 'info', components: {} },
        speed: null,
        seed: null,
        onProgress: () => undefined,
        signal: new AbortController().signal,
        ...more,
      }),
    async connections() {
      const asker = new pg.Client({ connectionString: own.url })
      await asker.connect()
      const { rows } = await asker.query<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      )
      await asker.end()
      return rows[0]?.count ?? 0
    },
  }
}

async function portTaken(): Promise<number> {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  return (other.address() as AddressInfo).port
}

test('a port that is taken is said so, and nothing is left open', async () => {
  const { start, connections } = await world()
  const port = await portTaken()
  await expect(start({ port })).rejects.toMatchObject({ code: 'conflict' })
  await expect(start({ port })).rejects.toThrow(`Port ${port} is taken by another program`)
  await expect(
    start({ facades: ['envserver'], facadeAddresses: { envserver: { address: '127.0.0.1', port } } }),
  ).rejects.toThrow(`Port ${port} is taken`)
  await expect(start({ facades: ['none-such'] })).rejects.toThrow(/no facade 'none-such'/)
  await expect(start({ facades: ['envserver'], listen: '0.0.0.0' })).rejects.toThrow(
    /--facade-mode envserver/,
  )
  await expect.poll(connections).toBe(0)
})

test('a start that is interrupted ends, with whatever had been opened', async () => {
  const { start, connections } = await world()
  await (await start()).close()
  for (const afterMs of [0, 5, 20, 60, 120, 250]) {
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('told to stop')), afterMs)
    const outcome = await start({ signal: stop.signal }).then(
      async (server) => {
        await server.close()
        return 'started'
      },
      (error: Error) => error.message,
    )
    expect(['started', 'told to stop']).toContain(outcome)
    await expect.poll(connections).toBe(0)
  }
})

test('a server whose data directory is removed says so, and stops in order', async () => {
  const { start, logs } = await world()
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-gone-'))
  const server = await start({ databaseUrl: null, dataDir })
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  const { lost } = await server.closed
  expect(lost).toContain('was removed while the server ran')
  expect(logs()).toContain('was removed while the server ran')
  await server.close()
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow(/fetch failed/)
})

test('closing twice is closing once; calls under way are answered, and the links carry the real port', async () => {
  const { start, connections, logs } = await world()
  const server = await start()
  expect(new URL(server.signInLink).port).toBe(new URL(server.url).port)
  const api = client({ baseUrl: server.url, token: server.localToken })
  const calls = Array.from({ length: 20 }, (_, index) =>
    api.call('siteCreate', { body: { name: `s${index}`, kind: 'edge' } }).then(
      () => 'made',
      (error: Error) => error.message,
    ),
  )
  await api.call('statusView', {})
  await Promise.all([server.close(), server.close(), server.closed])
  // A call that had not begun may find nobody; one that had is answered.
  const made = (await Promise.all(calls)).filter((outcome) => outcome === 'made').length
  expect(made).toBeGreaterThan(0)
  await expect.poll(connections).toBe(0)
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow(/fetch failed/)
  const again = await start()
  const { items } = await client({ baseUrl: again.url, token: again.localToken }).call('siteList', {
    query: { limit: 100 },
  })
  expect(items.length).toBeGreaterThanOrEqual(made)
  await expect(
    client({ baseUrl: again.url, token: server.localToken }).call('siteList', {}),
  ).rejects.toMatchObject({ code: 'unauthorized' })
  await again.close()
  expect(logs()).toContain('the server is up')
  for (const secret of [
    server.localToken,
    again.localToken,
    new URLSearchParams(new URL(server.signInLink).hash.slice(1)).get('code') ?? 'none',
  ])
    expect(logs()).not.toContain(secret)
})

test(
  'when its database restarts the server goes on by itself, and its followers with it',
  { timeout: 60_000 },
  async () => {
    const { url, start } = await world()
    const server = await start()
    onTestFinished(() => server.close())
    const api = client({ baseUrl: server.url, token: server.localToken })
    const reader = await eventReader(server.url, server.localToken)
    const site = await api.call('siteCreate', { body: { name: 'before', kind: 'edge' } })
    const node = await api.call('nodeCreate', {
      body: { name: 'n', site: 'before', capacity: { cpuCores: 1, memoryBytes: 1 } },
    })
    for (let round = 0; round < 3; round += 1) {
      await connectionsBreak(url)
      const make = () =>
        api.call('siteCreate', { body: { name: `after ${round}`, kind: 'edge' } }).then(
          () => 'made',
          (error: { code: string }) => error.code,
        )
      // What is refused meanwhile is refused as what passes.
      const outcomes: string[] = []
      for (let attempt = 0; attempt < 50 && outcomes.at(-1) !== 'made'; attempt += 1) {
        outcomes.push(await make())
        if (outcomes.at(-1) !== 'made') await new Promise((resolve) => setTimeout(resolve, 100))
      }
      expect(new Set(outcomes.slice(0, -1))).toEqual(new Set(outcomes.length > 1 ? ['unavailable'] : []))
      expect(outcomes.at(-1)).toBe('made')
      const at = new Date().toISOString()
      await api
        .call('sampleIngest', { body: { samples: [{ subjectId: node.id, at, cpuCores: round }] } })
        .catch(() => undefined)
    }
    await reader.until(
      'all events',
      () => reader.events.filter((event) => event.verb === 'site.create').length >= 4,
    )
    await reader.cut()
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(200)
    const inventory = await api.call('inventoryView', {})
    expect(inventory.sites.map((each) => each.name)).toEqual(['after 0', 'after 1', 'after 2', 'before'])
    expect(inventory.sites.find((each) => each.id === site.id)?.nodeCount).toBe(1)
    await expect
      .poll(
        () =>
          api
            .call('sampleIngest', {
              body: { samples: [{ subjectId: node.id, at: new Date().toISOString(), cpuCores: 9 }] },
            })
            .then(
              () => 'stored',
              () => 'refused',
            ),
        { timeout: 5000 },
      )
      .toBe('stored')
  },
)
