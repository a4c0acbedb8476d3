import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { embeddedFind } from './find.ts'
import {
  ask,
  nobodyLack,
  nobodyUid,
  ownerStart,
  runsAsNobody,
  processesOf,
  trialDir,
  trialDirRemove,
  until,
} from './fixtures/trial.ts'
import { postmasterFind } from './postmaster.ts'
import { embeddedOpen, type EmbeddedDatabase } from './open.ts'

let parent: string
let dataDir: string
let open: EmbeddedDatabase[]
const lost: string[] = []

beforeEach(() => {
  parent = trialDir()
  dataDir = parent
  open = []
  lost.length = 0
})
afterEach(async () => {
  await Promise.all(open.map((database) => database.close()))
  trialDirRemove(parent)
})

async function openHere(options: { signal?: AbortSignal } = {}) {
  const database = await embeddedOpen({
    dataDir,
    log: () => {},
    onLost: (reason) => lost.push(reason),
    ...options,
  })
  open.push(database)
  return database
}

describe('an empty data directory', () => {
  test('becomes a UTF-8 database with sorted-by-code-point text and a password that only its owner may read', async () => {
    const database = await openHere()
    const [row] = await ask<Record<string, unknown>>(
      database.connectionString,
      `select datlocprovider as provider, datlocale as locale, pg_encoding_to_char(encoding) as encoding,
              current_setting('is_superuser') as superuser, current_setting('listen_addresses') as addresses,
              current_setting('synchronous_commit') as durable, current_setting('password_encryption') as secret
         from pg_database where datname = current_database()`,
    )
    expect(row).toEqual({
      provider: 'b',
      locale: 'C.UTF-8',
      encoding: 'UTF8',
      superuser: 'off',
      addresses: '127.0.0.1',
      durable: 'on',
      secret: 'scram-sha-256',
    })
    expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600)
    expect(database.adopted).toBe(false)
  })

  test('is reached through a socket that only its owner may enter, or through loopback', async () => {
    // Short, for the name of a socket may be a hundred bytes long.
    trialDirRemove(parent)
    parent = trialDir('/tmp')
    dataDir = join(parent, `it's "a", path`)
    const { connectionString } = await openHere()
    const how = 'select inet_server_addr()::text as address'
    // Nobody cannot make a socket in a folder that only root may enter.
    expect(await ask(connectionString, how)).toEqual([{ address: runsAsNobody ? '127.0.0.1/32' : null }])
    if (!runsAsNobody) expect(statSync(join(dataDir, 'run')).mode & 0o777).toBe(0o700)
    const tcp = new URL(connectionString)
    tcp.search = ''
    expect(await ask(tcp.href, how)).toEqual([{ address: '127.0.0.1/32' }])
  })

  test('has loopback only when its path is too long for a socket', async () => {
    dataDir = join(dataDir, 'long'.repeat(25))
    const { connectionString } = await openHere()
    expect(new URL(connectionString).search).toBe('')
    expect(await ask(connectionString, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('lets nobody in without the password', async () => {
    const { port } = await openHere()
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      password: 'guess',
      database: 'postgres',
    })
    await expect(client.connect()).rejects.toThrow(/password authentication failed/)
  })

  test('goes to exactly one of two servers that start at once', async () => {
    const owners = [ownerStart(dataDir), ownerStart(dataDir)]
    const lines = await Promise.all(owners.map((owner) => owner.first))
    const winner = owners[lines.findIndex((line) => line.connectionString !== undefined)]
    const refused = lines.filter((line) => line.refused !== undefined)
    expect(refused).toHaveLength(1)
    expect(refused[0]?.code).toBe('conflict')
    expect(refused[0]?.refused).toContain(`process ${winner?.pid}`)
    winner?.child.kill('SIGTERM')
    await until('the winner is gone', () => processesOf(dataDir).length === 0, 10_000)
  })

  test('is still usable when the first start was killed inside initdb', { timeout: 120_000 }, async () => {
    const cluster = () => join(dataDir, 'cluster')
    const written = () => readdirSync(dataDir).some((name) => existsSync(join(dataDir, name, 'data/base')))
    // It may be done before we look: then it is tried again in another folder.
    for (let attempt = 1; attempt === 1 || existsSync(cluster()); attempt += 1) {
      if (attempt > 1) await (await openHere()).close()
      dataDir = join(parent, `${attempt}`)
      mkdirSync(dataDir)
      const owner = ownerStart(dataDir)
      await until('initdb writes', () => written() || existsSync(cluster()), 30_000)
      process.kill(-owner.pid, 'SIGKILL')
      await until('the owner is dead', () => owner.child.signalCode !== null, 5_000)
    }

    const database = await openHere()
    expect(await ask(database.connectionString, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(readdirSync(dataDir).filter((name) => name.includes('init'))).toEqual([])
  })

  test('is left without processes when opening is given up', async () => {
    const giveUp = new AbortController()
    const opening = openHere({ signal: giveUp.signal })
    await until('the cluster is there', () => existsSync(join(dataDir, 'cluster')), 10_000)
    giveUp.abort(new Error('enough'))
    await expect(opening).rejects.toThrow()
    expect(processesOf(dataDir)).toEqual([])
    const database = await openHere()
    expect(await ask(database.connectionString, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('a data directory in use', () => {
  test('keeps its rows over a stop and a start, and leaves no process', async () => {
    const before = await openHere()
    await ask(before.connectionString, `create table kept as select 'über' as word`)
    await before.close()
    await before.close()
    expect(processesOf(dataDir)).toEqual([])

    const after = await openHere()
    expect(after.adopted).toBe(false)
    expect(await ask(after.connectionString, 'select word from kept')).toEqual([{ word: 'über' }])
  })

  test('can be found by a program that does not own it, while it is open', async () => {
    expect(embeddedFind(dataDir)).toBeUndefined()
    const database = await openHere()
    expect(embeddedFind(dataDir)).toBe(database.connectionString)
    await database.close()
    expect(embeddedFind(dataDir)).toBeUndefined()
  })

  test('refuses a second server and names the first by its pid', async () => {
    await openHere()
    await expect(openHere()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`process ${process.pid},`),
    })
  })

  test('is not kept from us by a dead server whose pid was given to another process', async () => {
    const first = await openHere()
    await first.close()
    const record = { role: 'server', holder: { pid: process.pid, started: 'another time' }, released: false }
    writeFileSync(join(dataDir, 'claim-99.json'), JSON.stringify(record))
    writeFileSync(
      join(dataDir, 'cluster/postmaster.pid'),
      `${process.ppid}\n${dataDir}/cluster\n1\n5432\n\n\n\nready\n`,
    )
    const second = await openHere()
    expect(second.adopted).toBe(false)
  })

  test('stays ours when PostgreSQL restarts itself after one of its processes crashed', async () => {
    const { connectionString } = await openHere()
    const asSuperuser = new URL(connectionString)
    asSuperuser.username = 'postgres'
    const ownerPid = async () => {
      const sql = `select pid from pg_stat_activity where application_name = 'orrery owner pid=${process.pid}'`
      return (await ask<{ pid: number }>(asSuperuser.href, sql).catch(() => []))[0]?.pid
    }
    const before = await ownerPid()
    process.kill(before ?? Number.NaN, 'SIGKILL')
    await until('it is owned again', async () => ![undefined, before].includes(await ownerPid()), 15_000)
    expect(lost).toEqual([])
    await expect(openHere()).rejects.toMatchObject({ code: 'conflict' })
  })

  test('tells its server once when the postmaster dies, and can be opened again', async () => {
    const database = await openHere()
    process.kill(postmasterFind(join(dataDir, 'cluster'))?.name.pid ?? Number.NaN, 'SIGKILL')
    await until('the server is told', () => lost.length > 0, 5_000)
    await database.close()
    expect(lost).toHaveLength(1)
    await openHere()
  })

  test('that is removed under a running server is said so once, and everything ends in order', async () => {
    dataDir = join(parent, 'data')
    const said: string[] = []
    const database = await embeddedOpen({
      dataDir,
      log: (level, message, fields) => said.push(JSON.stringify([level, message, fields])),
      onLost: (reason) => lost.push(reason),
    })
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
    await until('the server is told', () => lost.length > 0, 10_000)
    await database.close()
    expect(processesOf(dataDir)).toEqual([])
    expect(lost).toEqual([expect.stringContaining(`the data directory ${dataDir} was removed`)])
    expect(said.filter((line) => line.includes('"error"'))).toHaveLength(1)
    expect(said.join()).not.toContain('the database guard')
  })

  test('is refused with the way out when another major version made it', async () => {
    await (await openHere()).close()
    writeFileSync(join(dataDir, 'cluster/PG_VERSION'), '17\n')
    await expect(openHere()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('orrery backup'),
    })
    expect(processesOf(dataDir)).toEqual([])
  })

  test('is refused when its password is gone, rather than replaced', async () => {
    await (await openHere()).close()
    renameSync(join(dataDir, 'password'), join(dataDir, 'elsewhere'))
    await expect(openHere()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('password'),
    })
    renameSync(join(dataDir, 'elsewhere'), join(dataDir, 'password'))
    await openHere()
    expect(readFileSync(join(dataDir, 'password'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
  })

  test.skipIf(nobodyLack !== undefined)(
    'of an ordinary user is run as that user when root starts the server',
    async () => {
      const uid = nobodyUid
      const parent = trialDir('/tmp')
      try {
        chmodSync(parent, 0o755)
        chownSync(parent, uid, uid)
        const owner = ownerStart(join(parent, 'data'), [], { uid })
        expect(await owner.first).toMatchObject({ adopted: false })
        owner.child.kill('SIGTERM')
        await until('the owner is gone', () => processesOf(parent).length === 0, 10_000)

        const database = await embeddedOpen({ dataDir: join(parent, 'data'), log: () => {} })
        open.push(database)
        expect(statSync(join(parent, 'data/cluster/postmaster.pid')).uid).toBe(uid)
        await database.close()
      } finally {
        trialDirRemove(parent)
      }
    },
  )
})
