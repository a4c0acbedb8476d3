import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import { embeddedDir } from './data-dir.ts'
import { type Database, databaseOpen } from './db/database.ts'
import { embeddedOpen } from './db/embedded/open.ts'
import { migrate } from './db/migrate.ts'
import type { Log } from './verbs/context.ts'

export type DatabaseStart = {
  databaseUrl: string | null
  dataDir: string | null
  schema?: string
  log: Log
  signal: AbortSignal
  onProgress: (line: string) => void
  onLost: (reason: string) => void
}
export type StartedDatabase = {
  database: Database
  kind: 'embedded' | 'external'
  version: string
  timescale: boolean
  close(): Promise<void>
}

const versionMin = 150_000

/** The database of this server: the embedded one started, or the given one reached; migrated either way. */
export async function databaseStart(options: DatabaseStart): Promise<StartedDatabase> {
  const { log, onProgress } = options
  const embedded =
    options.databaseUrl === null
      ? await embeddedOpen({
          dataDir: embeddedDir(options.dataDir),
          signal: options.signal,
          onLost: options.onLost,
          log: (level, message, fields) => log[level](fields ?? {}, message),
        })
      : null
  if (embedded?.adopted === true) onProgress('Took over the database of a server that had died.')
  const connectionString = embedded?.connectionString ?? options.databaseUrl ?? ''
  let isClosing = false
  const database = databaseOpen(
    { connectionString, ...(options.schema === undefined ? {} : { schema: options.schema }) },
    (error) => {
      // Our own database ends its connections when it stops, which is no news.
      if (!isClosing) log.warn({ err: error }, 'an idle database connection broke')
    },
  )
  const close = async () => {
    isClosing = true
    await database.close()
    await embedded?.close()
  }
  try {
    const version = await versionOf(database)
    const applied = await migrate(database.db, database.schema)
    if (applied.length > 0) onProgress(`Database migrated: ${applied.join(', ')}.`)
    const { rows } = await sql<{
      there: boolean
    }>`select exists (select 1 from pg_extension where extname = 'timescaledb') as there`.execute(database.db)
    return {
      database,
      kind: embedded === null ? 'external' : 'embedded',
      version,
      timescale: rows[0]?.there ?? false,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function versionOf(database: Database): Promise<string> {
  try {
    const { rows } = await sql<{
      number: string
      text: string
    }>`select current_setting('server_version_num') as number, current_setting('server_version') as text`.execute(
      database.db,
    )
    const row = rows[0]
    if (row === undefined || Number(row.number) < versionMin) {
      throw new OrreryError(
        'unavailable',
        `PostgreSQL 15 or newer is needed; this one is ${row?.text ?? 'unknown'}.`,
      )
    }
    return row.text
  } catch (cause) {
    if (cause instanceof OrreryError) throw cause
    throw new OrreryError(
      'unavailable',
      `The database cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}. Check DATABASE_URL.`,
      { cause },
    )
  }
}
