import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { connectionsBreak, databaseOfOwn } from '../test/setup/schema.ts'
import { databaseStart, type DatabaseStart } from './database-start.ts'

function given(databaseUrl: string | null): { options: DatabaseStart; warned: string[] } {
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-database-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const warned: string[] = []
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (_fields: object, message: string) => void warned.push(message),
    error: (_fields: object, message: string) => void warned.push(message),
  }
  const { signal } = new AbortController()
  const onProgress = () => undefined
  return { warned, options: { databaseUrl, dataDir, log, signal, onProgress, onLost: onProgress } }
}

test('an idle connection that breaks is told, and those that end with the server are not', async () => {
  const own = await databaseOfOwn()
  onTestFinished(() => own.drop())
  const { options, warned } = given(own.url)
  const started = await databaseStart(options)
  await connectionsBreak(own.url)
  await expect.poll(() => warned.length).toBeGreaterThan(0)
  expect(new Set(warned)).toEqual(new Set(['an idle database connection broke']))
  warned.length = 0
  await Promise.all(Array.from({ length: 8 }, () => sql`select pg_sleep(0.05)`.execute(started.database.db)))
  // A connection that is late to end is cut while the pool closes.
  const closed = started.close()
  for (let n = 0; n < 8; n += 1) started.database.pool.emit('error', new Error('cut'), {})
  await closed
  expect(warned).toEqual([])
})

test.skipIf(process.env['DATABASE_URL'] !== undefined)(
  'closing the embedded database at once logs no warning',
  async () => {
    const { options, warned } = given(null)
    const started = await databaseStart(options)
    await Promise.all(
      Array.from({ length: 8 }, () => sql`select pg_sleep(0.05)`.execute(started.database.db)),
    )
    await started.close()
    expect(warned).toEqual([])
  },
)
