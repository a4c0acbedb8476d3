import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OrreryError } from '@orrery/api/errors.ts'
import { expect, onTestFinished, test } from 'vitest'
import { nextFor } from './next.ts'
import type { Io } from './io.ts'
import { listener, problem } from './testing/listener.ts'
import { terminal } from './testing/terminal.ts'

const hint = 'See who you are with `orrery whoami`; an admin can change your role.'

test('who may do more is told to whom a server refused, and to nobody whom this machine did', async () => {
  const server = await listener(() => problem(403, 'forbidden', 'you may not'))
  const user = terminal({ ORRERY_URL: server.url, ORRERY_TOKEN: 't' })
  onTestFinished(async () => {
    user.close()
    await server.close()
  })
  expect(await user.run('node list')).toMatchObject({ code: 3, err: `orrery: you may not\n${hint}\n` })
  const facade = { ENVSERVER_HOST: '127.0.0.1', ENVSERVER_PORT: String(server.port) }
  expect((await user.run('hosts ls', { env: facade })).err).toContain(hint)
  const local = new OrreryError('forbidden', 'Port 80 may not be opened by this user.')
  expect(nextFor(local, { program: 'orrery' } as Io)).toBeNull()
  // A file stands where the data directory should be.
  mkdirSync(join(user.configDir, 'd'))
  writeFileSync(join(user.configDir, 'd', 'file'), '')
  const ran = await user.run(`database create --data-dir ${join(user.configDir, 'd', 'file')}`)
  expect(ran.code).toBe(3)
  expect(ran.err).not.toContain(hint)
})
