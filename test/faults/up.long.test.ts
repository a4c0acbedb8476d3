/** How `orrery up` ends, through its launcher: asked, interrupted or killed, it leaves no database behind. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { client } from '@orrery/api/client.ts'
import { embeddedDir } from '@orrery/server/data-dir.ts'
import { embeddedFind } from '@orrery/server/db/embedded/find.ts'

const launcher = join(import.meta.dirname, '../../cli/bin/orrery.js')
/** The guard waits for eight of them. */
const goneWithinMs = 15_000

let folder: string
let running: Up[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-up-test-'))
})
afterEach(async () => {
  for (const up of running) for (const { pid } of processes(up.dataDir)) endProcess(pid)
  running = []
  await sleep(200)
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

type Up = {
  child: ChildProcess
  /** of the launcher */
  pid: number
  dataDir: string
  url: string
  token: string
  ended: Promise<number | NodeJS.Signals | null>
}

/** Starts it as the leader of a process group of its own, as a shell would, and waits until it serves. */
async function up(): Promise<Up> {
  const dataDir = join(folder, 'data')
  const child = spawn(
    'node',
    [launcher, 'up', '--no-demo', '--facades', 'none', '--data-dir', dataDir, '--port', '0'],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        HOME: folder,
        XDG_CONFIG_HOME: join(folder, 'config'),
        ORRERY_CONSOLE_BUILD: 'no',
        DATABASE_URL: '',
      },
    },
  )
  const { pid } = child
  if (pid === undefined) throw new Error('the launcher did not start')
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? code)),
  )
  await until(
    `it serves; it said: ${said}`,
    () => said.includes('Stop with Ctrl-C') || child.exitCode !== null,
    90_000,
  )
  if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said}`)
  const session = JSON.parse(readFileSync(join(folder, 'config/orrery/session.json'), 'utf8')) as {
    url: string
    token: string
  }
  const each = { child, pid, dataDir, ...session, ended }
  running.push(each)
  return each
}

/** Every process that has this path among its arguments: launcher, server, guard, postmaster. */
function processes(path: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return command.includes(path) ? [{ pid: Number(name), command }] : []
      } catch {
        return [] // it ended meanwhile
      }
    })
}

/** Node itself, not the launcher: the one that serves. */
function serverPid({ dataDir, pid }: Up): number {
  const found = processes(dataDir).filter((each) => each.command.includes(' up ') && each.pid !== pid)
  return found[0]?.pid ?? pid
}

/** What has ended already needs no signal. */
function endProcess(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function until(
  what: string | (() => string),
  test: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await test())) {
    if (performance.now() > deadline)
      throw new Error(`not within ${withinMs} ms: ${typeof what === 'string' ? what : what()}`)
    await sleep(50)
  }
}

const nothingLeft = (each: Up): Promise<void> =>
  until(
    () =>
      `nothing is left: ${processes(each.dataDir)
        .map(({ command }) => command)
        .join('; ')}`,
    () => processes(each.dataDir).length === 0,
    goneWithinMs,
  )

test.each([
  [
    'Ctrl-C, which reaches the whole process group',
    'SIGINT',
    (each: Up): boolean => process.kill(-each.pid, 'SIGINT'),
  ],
  ['SIGTERM to the launcher', 'SIGTERM', (each: Up): boolean => process.kill(each.pid, 'SIGTERM')],
] as const)('%s ends it cleanly and leaves no process', async (_what, _signal, send) => {
  const each = await up()
  expect(processes(each.dataDir).map(({ command }) => command)).toContainEqual(
    expect.stringMatching(/bin\/postgres /),
  )
  send(each)
  await nothingLeft(each)
  expect(await each.ended).toBe(0)
})

test('a second Ctrl-C does not leave its database behind either', async () => {
  const each = await up()
  process.kill(-each.pid, 'SIGINT')
  await sleep(30)
  endProcess(-each.pid, 'SIGINT')
  await nothingLeft(each)
})

test('kill -9 of the launcher ends the server and its database', async () => {
  const each = await up()
  process.kill(each.pid, 'SIGKILL')
  await nothingLeft(each)
})

test('kill -9 of the server: its guard stops the database', async () => {
  const each = await up()
  process.kill(serverPid(each), 'SIGKILL')
  await nothingLeft(each)
})

test('kill -9 of everything but the database and its guard leaves neither after a while', async () => {
  const each = await up()
  for (const pid of [each.pid, serverPid(each)]) endProcess(pid)
  await nothingLeft(each)
})

test('no statement of a killed server commits after the next one serves', async () => {
  const first = await up()
  const before = client({ baseUrl: first.url, token: first.token })
  await before.call('siteCreate', { body: { name: 'acknowledged', kind: 'edge' } })
  // A lock of ours holds a statement of the server's back until after the server is dead.
  const lock = new pg.Client({ connectionString: embeddedFind(embeddedDir(first.dataDir)) })
  lock.on('error', () => undefined) // the next server ends every connection that it finds
  await lock.connect()
  await lock.query('begin')
  await lock.query('lock table site in exclusive mode')
  const late = before.call('siteCreate', { body: { name: 'late', kind: 'edge' } }).then(
    () => 'answered',
    () => 'cut off',
  )
  await until(
    'the statement waits',
    async () => {
      const { rows } = await lock.query<{ waiting: number }>(
        `select count(*)::int as waiting from pg_locks where not granted and relation = 'site'::regclass`,
      )
      return (rows[0]?.waiting ?? 0) > 0
    },
    10_000,
  )
  for (const pid of [serverPid(first), first.pid]) endProcess(pid)
  expect(await late).toBe('cut off')

  const second = await up()
  const after = client({ baseUrl: second.url, token: second.token })
  const names = async () => (await after.call('siteList', { query: {} })).items.map((site) => site.name)
  expect(await names()).toEqual(['acknowledged'])
  await lock.query('commit').catch(() => undefined)
  await lock.end().catch(() => undefined)
  await sleep(3000)
  expect(await names()).toEqual(['acknowledged'])
  // And the name is free: nothing of the old transaction holds it.
  await after.call('siteCreate', { body: { name: 'late', kind: 'edge' } })
  process.kill(second.pid, 'SIGTERM')
  await nothingLeft(second)
})
