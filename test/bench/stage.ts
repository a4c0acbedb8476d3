/**
 * What a benchmark runs on: an embedded PostgreSQL in a temporary folder, filled through the verbs, and the server under
 * test in a process of its own. References use the same database.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import pg from 'pg'
import { manualProviderEnsure, systemActor } from '@orrery/server/bootstrap.ts'
import { type Database, databaseOpen } from '@orrery/server/db/database.ts'
import { embeddedOpen } from '@orrery/server/db/embedded/open.ts'
import { migrate } from '@orrery/server/db/migrate.ts'
import { providerKindsMap } from '@orrery/server/provider-kinds.ts'
import { providerKinds } from '@orrery/server/providers/registry.ts'
import { servicesOpen } from '@orrery/server/services.ts'
import type { Ctx, Log } from '@orrery/server/verbs/context.ts'
import { testSealer } from '../setup/sealer.ts'
import { type ServerProcess, serverProcess } from '../setup/server-process.ts'

export type Stage = {
  database: Database
  connectionString: string
  folder: string
  /** Runs verbs in this process, before the server under test starts. */
  fill<T>(fill: (ctx: Ctx) => Promise<T>): Promise<T>
  serve(facades?: readonly string[]): Promise<ServerProcess>
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>
  /** Empties the table of samples. */
  samplesClear(): Promise<void>
}

/** Sets the stage, runs, and clears everything away however it ends. */
export async function staged<T>(run: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
  const closers: (() => Promise<void>)[] = [
    async () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }),
  ]
  try {
    const embedded = await embeddedOpen({ dataDir: join(folder, 'data'), log: () => undefined })
    closers.push(() => embedded.close())
    const { connectionString } = embedded
    const database = databaseOpen({ connectionString, connectionsMax: 4 }, (error) => fail(error.message))
    closers.push(() => database.close())
    await migrate(database.db, database.schema)
    await manualProviderEnsure(database)
    return await run({
      database,
      connectionString,
      folder,
      fill: (each) => filled(database, each),
      async serve(facades = []) {
        const profile = process.env['ORRERY_BENCH_PROFILE']
        const server = await serverProcess(
          {
            databaseUrl: connectionString,
            logDir: join(folder, 'log'),
            facades,
            facadeAddresses: Object.fromEntries(
              facades.map((name) => [name, { address: '127.0.0.1', port: 0 }]),
            ),
          },
          profile === undefined ? {} : { nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${profile}`] },
        )
        closers.push(() => server.close())
        return server
      },
      async query<Row extends object>(text: string, values: unknown[] = []) {
        const result: pg.QueryResult<Row> = await database.pool.query<Row>(text, values)
        return result.rows
      },
      samplesClear: () => samplesClear(database.pool),
    })
  } finally {
    for (const close of closers.toReversed()) await close()
  }
}

/**
 * A server that has just started makes the partition of the day and locks the tables in another order: where the two
 * meet, the database ends one of them.
 */
async function samplesClear(pool: pg.Pool, attempts = 5): Promise<void> {
  try {
    await pool.query('truncate sample')
  } catch (error) {
    if (attempts <= 1 || !(error instanceof pg.DatabaseError) || error.code !== deadlockDetected) throw error
    await samplesClear(pool, attempts - 1)
  }
}
const deadlockDetected = '40P01'

async function filled<T>(database: Database, fill: (ctx: Ctx) => Promise<T>): Promise<T> {
  const actor = await systemActor(database)
  const log: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: fail }
  const services = await servicesOpen({
    database,
    instanceId: randomUUID(),
    providerKinds: providerKindsMap(providerKinds),
    sealer: testSealer(),
    nudge: () => undefined,
    log,
  })
  try {
    return await fill({ ...services, actor })
  } finally {
    await services.close()
  }
}

function fail(error: unknown, message = 'the database connection broke'): never {
  throw new Error(`${message}: ${inspect(error)}`)
}
