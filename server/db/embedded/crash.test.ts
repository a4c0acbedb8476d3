import { afterEach, beforeEach, expect, test } from 'vitest'
import pg from 'pg'
import { postmasterFind } from './postmaster.ts'
import { join } from 'node:path'
import {
  ask,
  ownerStart,
  processesOf,
  trialDir,
  trialDirRemove,
  until,
  type Owner,
} from './fixtures/trial.ts'
import { embeddedOpen, type EmbeddedDatabase } from './open.ts'

let dataDir: string
let database: EmbeddedDatabase | undefined

beforeEach(() => {
  dataDir = trialDir()
  database = undefined
})
afterEach(async () => {
  await database?.close()
  trialDirRemove(dataDir)
})

const openHere = async () => (database = await embeddedOpen({ dataDir, log: () => {} }))

async function kill(owner: Owner) {
  process.kill(owner.pid, 'SIGKILL')
  await until('the owner is dead', () => owner.child.signalCode !== null, 5_000)
}

test('a server killed while it writes loses no acknowledged row, and its postmaster is adopted', async () => {
  const owner = ownerStart(dataDir, ['write'])
  await until('rows are acknowledged', () => owner.acknowledged.length > 200, 15_000)
  const before = postmasterFind(join(dataDir, 'cluster'))
  await kill(owner)

  const { adopted, connectionString } = await openHere()
  expect(adopted).toBe(true)
  expect(postmasterFind(join(dataDir, 'cluster'))).toEqual(before)
  const rows = await ask<{ id: number }>(connectionString, 'select id from written order by id')
  const stored = new Set(rows.map((row) => row.id))
  expect(owner.acknowledged.filter((id) => !stored.has(id))).toEqual([])
})

test('no statement of a killed server commits after the next one serves', async () => {
  const owner = ownerStart(dataDir, ['linger'])
  await owner.first
  await kill(owner)

  const { connectionString } = await openHere()
  const sessions = await ask(
    connectionString,
    `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
        and application_name not like 'orrery owner%'`,
  )
  expect(sessions).toEqual([])
  await new Promise((resolve) => setTimeout(resolve, 2_200))
  expect(await ask(connectionString, 'select id from late')).toEqual([])
})

test('adopting leaves one guard: the new one', async () => {
  const owner = ownerStart(dataDir)
  await owner.first
  await kill(owner)
  await openHere()
  const guards = () => processesOf(dataDir).filter((line) => line.includes('guard.ts'))
  await until('the old guard is gone', () => guards().length === 1, 15_000)
  expect(guards()[0]).toContain(` ${process.pid} `)
})

test('a lock that someone else holds is respected, and its holder named', async () => {
  const owner = ownerStart(dataDir)
  const { connectionString = '' } = await owner.first
  await kill(owner)
  const other = new pg.Client({ connectionString, application_name: 'orrery owner pid=4242' })
  await other.connect()
  await until(
    'the lock is free',
    async () =>
      (await other.query<{ ok: boolean }>('select pg_try_advisory_lock(122537336205945) as ok')).rows[0]
        ?.ok ?? false,
    8_000,
  )
  await expect(openHere()).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('process 4242,'),
  })
  expect((await other.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await other.end()
  expect((await openHere()).adopted).toBe(true)
})

test('a postmaster that was killed with its server is replaced by a new one that recovers', async () => {
  const owner = ownerStart(dataDir, ['write'])
  await until('rows are acknowledged', () => owner.acknowledged.length > 50, 15_000)
  const postmaster = postmasterFind(join(dataDir, 'cluster'))
  process.kill(postmaster?.name.pid ?? Number.NaN, 'SIGKILL')
  await kill(owner)

  const { adopted, connectionString } = await openHere()
  expect(adopted).toBe(false)
  const [row] = await ask<{ count: number }>(connectionString, 'select count(*)::int as count from written')
  expect(row?.count).toBeGreaterThanOrEqual(owner.acknowledged.length)
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s to the process group leaves no process', async (signal) => {
  const owner = ownerStart(dataDir)
  await owner.first
  process.kill(-owner.pid, signal)
  await until('all is gone', () => processesOf(dataDir).length === 0, 10_000)
  await until(
    'its end is known',
    () => owner.child.exitCode !== null || owner.child.signalCode !== null,
    10_000,
  )
  expect(owner.child.exitCode).toBe(0)
})

test('Ctrl-C in the terminal reaches the server only: its database goes on until the server ends it', async () => {
  const owner = ownerStart(dataDir, ['deaf'])
  const { connectionString = '' } = await owner.first
  process.kill(-owner.pid, 'SIGINT')
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(await ask(connectionString, 'select 1 as one')).toEqual([{ one: 1 }])
  await kill(owner)
  await openHere()
})
