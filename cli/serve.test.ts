/** `orrery up` as a process: where it cannot keep a session, when nobody reads it, and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { databaseOfOwn } from '../test/setup/schema.ts'

const main = join(import.meta.dirname, 'main.ts')

type Up = {
  child: ChildProcess
  out(): string
  err(): string
  /** from the session file; null before there is one */
  url(): string | null
  ended: Promise<number | null>
}

async function up(options: { config?: string; onFullDisk?: boolean } = {}): Promise<Up> {
  const dir = mkdtempSync(join(tmpdir(), 'orrery-up-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const database = await databaseOfOwn()
  onTestFinished(() => database.drop())
  writeFileSync(join(dir, 'file'), '')
  const config = join(dir, options.config ?? 'config')
  const full = options.onFullDisk === true ? openSync('/dev/full', 'w') : null
  const child = spawn(process.execPath, [main, 'up', '--port', '0', '--data-dir', join(dir, 'data')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: database.url,
      XDG_CONFIG_HOME: config,
      // Another's change to the console is none of these tests' business.
      ORRERY_CONSOLE_BUILD: 'no',
    },
    stdio: ['ignore', full ?? 'pipe', 'pipe'],
  })
  if (full !== null) closeSync(full)
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = { out: '', err: '' }
  child.stdout?.on('data', (chunk: Buffer) => (said.out += chunk.toString('utf8')))
  child.stderr?.on('data', (chunk: Buffer) => (said.err += chunk.toString('utf8')))
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  const url = (): string | null => {
    const file = join(config, 'orrery', 'session.json')
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { url: string }).url : null
  }
  return { child, out: () => said.out, err: () => said.err, url, ended }
}

const within = { timeout: 25_000 }
const answered = async (url: string | null): Promise<number> => (await fetch(`${url}/api/v1/session`)).status

test('where the session cannot be kept it says so and runs; told to stop, it ends with 0', async () => {
  const { child, out, err, ended } = await up({ config: 'file' })
  await expect.poll(out, within).toContain('Stop with Ctrl-C.')
  expect(err()).toMatch(
    /not signed in: the session cannot be kept in .*file\/orrery\/session\.json .*: E[A-Z]+/,
  )
  expect(err()).toContain('`orrery login` with the link below')
  expect(err()).not.toContain('    at ')
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

test.skipIf(!existsSync('/dev/full'))('a full disk takes the output along and not the server', async () => {
  const { child, err, url, ended } = await up({ onFullDisk: true })
  await expect.poll(err, within).toContain('orrery: the output could not be written: ENOSPC')
  expect(err()).toContain('The log could not be written: ENOSPC')
  expect(await answered(url())).toBe(401)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

test('a reader that goes away takes the output along and not the server', async () => {
  const { child, out, url, ended } = await up()
  await expect.poll(out, within).not.toBe('')
  child.stdout?.destroy()
  child.stderr?.destroy()
  await expect.poll(url, within).not.toBeNull()
  for (let n = 0; n < 10; n += 1) {
    expect(await answered(url())).toBe(401)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  child.kill('SIGINT')
  expect(await ended).toBe(0)
})
