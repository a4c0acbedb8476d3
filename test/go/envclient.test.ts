/** The environment's facade under a client in its own language: net/http and encoding/json at the other end. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { envserver } from '@orrery/server/facades/envserver/envserver.ts'
import { describe, expect, it } from 'vitest'
import { lacking } from '../requirement.ts'
import { testFacade } from '../setup/facade.ts'

const run = promisify(execFile)
const lack = await run('go', ['version'], { timeout: 10_000 }).then(
  () => undefined,
  () => 'there is no go command here',
)
const reason = lacking('go', lack)

describe.skipIf(reason !== undefined)(
  `a client written in Go${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    it('plays every scene of the contract', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'orrery-go-'))
      const facade = await testFacade(envserver)
      try {
        const program = join(folder, 'envclient')
        // Only the standard library is used, so nothing is fetched.
        const env = { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', CGO_ENABLED: '0' }
        await run('go', ['build', '-o', program, '.'], { cwd: import.meta.dirname, env, timeout: 240_000 })
        const { stdout } = await run(program, [facade.url], { timeout: 60_000 })
        expect(stdout.trim().split('\n')).toEqual(['absent', 'whole', 'metrics', 'binding', 'crowd'])
      } finally {
        await facade.close()
        rmSync(folder, { recursive: true, force: true })
      }
    }, 300_000)
  },
)
