import { chmodSync, existsSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isRoot, ownerStart, processesOf, trialDir, trialDirRemove, until } from './fixtures/trial.ts'

const sharedDir = '/var/lib/orrery'
const uid = 65534
let before: Set<string>
let closed: string
let dataDir: string

beforeEach(() => {
  before = new Set(existsSync(sharedDir) ? readdirSync(sharedDir) : [])
  // In a folder that only root may enter, whoever may enter root's home.
  closed = trialDir()
  chmodSync(closed, 0o700)
  dataDir = join(closed, 'data')
})
afterEach(() => {
  trialDirRemove(closed)
  for (const name of existsSync(sharedDir) ? readdirSync(sharedDir) : []) {
    if (!before.has(name)) rmSync(join(sharedDir, name), { recursive: true, force: true })
  }
})

// Without a PATH there is no `unshare`, as in an image that does not have it.
const env = { PATH: '/nonexistent' }

test.runIf(isRoot)(
  'root without user namespaces runs it as nobody, with data and programs where nobody may read',
  async () => {
    for (const round of ['first start', 'restart']) {
      const owner = ownerStart(dataDir, [], { env })
      expect(await owner.first, round).toMatchObject({ adopted: false })
      const cluster = realpathSync(join(dataDir, 'cluster'))
      expect(dirname(dirname(cluster))).toBe(sharedDir)
      expect(statSync(join(cluster, 'postmaster.pid')).uid).toBe(uid)
      owner.child.kill('SIGTERM')
      await until(
        'all is gone',
        () => processesOf(dataDir).length + processesOf(cluster).length === 0,
        10_000,
      )
    }
    // Back on a system that has namespaces the data stays whose it is.
    const owner = ownerStart(dataDir)
    await owner.first
    expect(statSync(join(realpathSync(join(dataDir, 'cluster')), 'postmaster.pid')).uid).toBe(uid)
    process.kill(owner.pid, 'SIGKILL')
    await until('the owner is dead', () => owner.child.signalCode !== null, 5_000)
    const next = ownerStart(dataDir, [], { env })
    expect(await next.first).toMatchObject({ adopted: true })
    next.child.kill('SIGTERM')
    await until('the owner is gone', () => processesOf(dataDir).length === 0, 10_000)
  },
)

test.runIf(isRoot)('a data directory that nobody can enter stays where it is', async () => {
  const parent = trialDir('/var/tmp')
  try {
    chmodSync(parent, 0o755)
    const owner = ownerStart(join(parent, 'data'), [], { env })
    await owner.first
    expect(statSync(join(parent, 'data/cluster')).uid).toBe(uid)
    expect(statSync(join(parent, 'data/password'))).toMatchObject({ uid: 0 })
    owner.child.kill('SIGTERM')
    await until('all is gone', () => processesOf(parent).length === 0, 10_000)
  } finally {
    trialDirRemove(parent)
  }
})
