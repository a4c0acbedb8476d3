/** What an administrator does to a database as a whole, on one that is given and on the embedded one. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import pg from 'pg'
import { client } from '@orrery/api/client.ts'
import { databaseOfOwn } from '../../test/setup/schema.ts'
import { eventReader } from '../../test/setup/event-reader.ts'
import { serverStart } from '../main.ts'
import type { RunningServer, ServerOptions } from '../options.ts'
import {
  type DatabaseConfig,
  databaseBackup,
  databaseCreate,
  databaseDrop,
  databaseMigrate,
  databaseRestore,
} from './admin.ts'

type Given = { config: DatabaseConfig; said: string[] }

function config(where: { databaseUrl: string } | { dataDir: string }): Given {
  const said: string[] = []
  return {
    said,
    config: {
      databaseUrl: null,
      dataDir: null,
      ...where,
      onProgress: (line) => said.push(line),
      signal: new AbortController().signal,
    },
  }
}

async function given(): Promise<Given & { url: string; query(text: string): Promise<pg.QueryResult> }> {
  const own = await databaseOfOwn()
  onTestFinished(() => own.drop())
  const pool = new pg.Pool({ connectionString: own.url, max: 1 })
  pool.on('error', () => undefined)
  onTestFinished(() => pool.end())
  return { ...config({ databaseUrl: own.url }), url: own.url, query: (text) => pool.query(text) }
}

function folderNew(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-admin-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function serve(where: Partial<ServerOptions>): Promise<RunningServer> {
  return serverStart({
    demo: false,
    facades: [],
    dataDir: null,
    databaseUrl: null,
    port: 0,
    listen: '127.0.0.1',
    publicUrl: null,
    trustProxy: [],
    tls: null,
    facadeAddresses: {},
    facadeModes: {},
    logDir: folderNew(),
    logLevel: { level: 'warn', components: {} },
    speed: null,
    seed: null,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...where,
  })
}

const objects = `select (select count(*)::int from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'S', 'v')) as tables,
  (select count(*)::int from pg_proc where pronamespace = 'public'::regnamespace) as functions`

test('tables are made once, and dropped with everything of ours and nothing else', async () => {
  const { config: here, said, query } = await given()
  await query(
    'create table mine (id int primary key); create function own() returns int language sql as $$ select 1 $$',
  )
  await databaseCreate(here)
  await databaseMigrate(here)
  expect(said.at(-1)).toBe('The tables are up to date.')
  await query(
    `create table sample_day_20260131 partition of sample for values from ('2026-01-31') to ('2026-02-01')`,
  )
  await query('create view theirs as select name from node')
  await expect(databaseDrop(here)).rejects.toThrow(/built on the tables.*view theirs depends on/s)
  expect((await query('select count(*)::int as count from node')).rows).toEqual([{ count: 0 }])
  await query('drop view theirs')
  await databaseDrop(here)
  expect((await query(objects)).rows).toEqual([{ tables: 1, functions: 1 }])
  await databaseDrop(here)
  expect(said.at(-1)).toMatch(/nothing to drop/)
  await databaseCreate(here)
  expect((await query('select count(*)::int as count from workload')).rows).toEqual([{ count: 0 }])
})

test('tables of the same names that are not ours are left alone', async () => {
  const { config: here, said, query } = await given()
  await query(`create table event (what text); insert into event values ('kept'); create table migration (name text);
    create table migration_lock (name text)`)
  await databaseDrop(here)
  expect(said.at(-1)).toMatch(/nothing to drop/)
  expect((await query('select what from event')).rows).toEqual([{ what: 'kept' }])
})

test(
  'a backup of a running server is restored elsewhere, where its events are read on and followed',
  { timeout: 60_000 },
  async () => {
    const [source, target] = [await given(), await given()]
    const server = await serve({ databaseUrl: source.url })
    const api = client({ baseUrl: server.url, token: server.localToken })
    await api.call('siteCreate', { body: { name: 'kept', kind: 'edge' } })
    const body = { name: 'n', site: 'kept', capacity: { cpuCores: 0.1 + 0.2, memoryBytes: 2 ** 53 - 1 } }
    const node = await api.call('nodeCreate', { body })
    await api.call('sampleIngest', {
      body: { samples: [{ subjectId: node.id, at: new Date().toISOString(), cpuCores: 1 / 3 }] },
    })
    for (let count = 0; count < 30; count += 1)
      await api.call('nodeUpdate', { ref: 'n', body: { labels: { count: String(count) } } })
    const before = await api.call('nodeView', { ref: 'n' })
    const history = (await api.call('nodeList', { query: { at: node.updatedAt } })).items
    // Anybody's open transaction in the cluster holds events back.
    const newest = async () => (await api.call('eventList', { query: { limit: 1 } })).items[0]?.cursor ?? ''
    await expect.poll(newest).not.toBe('')
    const last = await newest()
    const folder = folderNew()
    const file = join(folder, 'backup')
    await databaseBackup(source.config, file)
    expect(readdirSync(folder)).toEqual(['backup'])
    await expect(databaseDrop(source.config)).rejects.toThrow(/A server is running on this database/)
    await expect(databaseRestore(source.config, file)).rejects.toThrow(/A server is running on this database/)
    await server.close()

    await databaseRestore(target.config, file)
    await expect(databaseRestore(target.config, file)).rejects.toMatchObject({ code: 'conflict' })
    const restored = await serve({ databaseUrl: target.url })
    onTestFinished(() => restored.close())
    const there = client({ baseUrl: restored.url, token: restored.localToken })
    expect((await there.call('nodeView', { ref: 'n' })).usage?.cpuCores).toBe(1 / 3)
    expect({ ...(await there.call('nodeView', { ref: 'n' })), usage: null }).toEqual({
      ...before,
      usage: null,
    })
    expect((await there.call('nodeList', { query: { at: node.updatedAt } })).items).toEqual(history)
    const events = await there.call('eventList', {
      query: { limit: 1000, order: 'asc', filter: 'kind:node' },
    })
    expect(events.items.map((event) => event.verb)).toEqual([
      'node.create',
      ...Array<string>(30).fill('node.update'),
    ])
    const pages: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = {
        limit: 7,
        order: 'asc' as const,
        filter: 'kind:node',
        ...(cursor === '' ? {} : { cursor }),
      }
      const page: typeof events = await there.call('eventList', { query })
      pages.push(...page.items.map((event) => event.cursor))
      cursor = page.next
    }
    expect(pages).toEqual(events.items.map((event) => event.cursor))
    // A follower that stood after the last event of the old database hears what happens in the new one.
    const reader = await eventReader(restored.url, restored.localToken)
    await there.call('nodeUpdate', { ref: 'n', body: { labels: {} } })
    await reader.until('the update', () => reader.events.some((event) => event.verb === 'node.update'))
    await reader.cut()
    expect(last).not.toBe('')
  },
)

test('what is no backup is refused, and a backup that fails leaves no file', async () => {
  const { config: here, query } = await given()
  const folder = folderNew()
  const file = join(folder, 'no-backup')
  writeFileSync(file, 'nothing of the kind')
  await expect(databaseRestore(here, file)).rejects.toMatchObject({ code: 'invalid' })
  expect((await query('select count(*)::int as count from node')).rows).toEqual([{ count: 0 }])
  const stopped = { ...here, signal: AbortSignal.abort(new Error('stopped')) }
  await expect(databaseBackup(stopped, join(folder, 'half'))).rejects.toThrow()
  await expect(databaseBackup(here, join(folder, 'none', 'there'))).rejects.toThrow(
    /cannot be written: ENOENT/,
  )
  await expect(databaseRestore(here, join(folder, 'none'))).rejects.toThrow(/cannot be read: ENOENT/)
  expect(readdirSync(folder)).toEqual(['no-backup'])
})

test('what reads or ends a database makes none where there is none', async () => {
  const folder = folderNew()
  const { config: here } = config({ dataDir: join(folder, 'none') })
  const file = join(folder, 'backup')
  for (const refused of [databaseBackup(here, file), databaseDrop(here)])
    await expect(refused).rejects.toMatchObject({
      code: 'not_found',
      message: `There is no database in ${here.dataDir}; --data-dir names another.`,
    })
  // A folder is no backup.
  await expect(databaseRestore(here, folder)).rejects.toMatchObject({
    code: 'invalid',
    message: `The file ${folder} cannot be read: it is a folder.`,
  })
  expect(readdirSync(folder)).toEqual([])
})

test('a backup that cannot take the name it was given is refused in words and leaves nothing', async () => {
  const { config: here } = await given()
  await databaseCreate(here)
  const folder = folderNew()
  mkdirSync(join(folder, 'taken'))
  await expect(databaseBackup(here, join(folder, 'taken'))).rejects.toMatchObject({ code: 'invalid' })
  expect(readdirSync(folder)).toEqual(['taken'])
})

test.skipIf(process.env['DATABASE_URL'] !== undefined)(
  'the embedded database is administered without a server, and refused while one owns it',
  { timeout: 120_000 },
  async () => {
    const { config: here, said } = config({ dataDir: folderNew() })
    await databaseCreate(here)
    const file = join(folderNew(), 'backup')
    await databaseBackup(here, file)
    const server = await serve({ dataDir: here.dataDir })
    try {
      await expect(databaseDrop(here)).rejects.toMatchObject({ code: 'conflict' })
      await expect(databaseMigrate(here)).rejects.toThrow(String(process.pid))
      await databaseBackup(here, `${file}-2`)
    } finally {
      await server.close()
    }
    await databaseDrop(here)
    await databaseRestore(here, `${file}-2`)
    expect(said.at(-1)).toMatch(/rows of \d+ tables restored/)
  },
)
