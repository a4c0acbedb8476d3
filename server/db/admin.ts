/** What an administrator does to a database as a whole: create, migrate, drop, back up, restore. */
import { open, rename, rm } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import { OrreryError } from '@orrery/api/errors.ts'
import { dataDirDefault, embeddedDir } from '../data-dir.ts'
import { backupRestore } from './archive/restore.ts'
import { backupWrite } from './archive/write.ts'
import { type Database, type Handle, databaseOpen } from './database.ts'
import { embeddedFind } from './embedded/find.ts'
import { embeddedOpen } from './embedded/open.ts'
import { clusterRecorded } from './embedded/place.ts'
import { migrate, migrationFirst, schemaNames } from './migrate.ts'

/** Both null: the embedded database in its usual place. */
export type DatabaseConfig = {
  databaseUrl: string | null
  dataDir: string | null
  onProgress: (line: string) => void
  signal: AbortSignal
}

const schema = 'public'

/** Makes the tables; on a database that has them it only brings them up to date. */
export async function databaseCreate(config: DatabaseConfig): Promise<void> {
  await databaseMigrate(config)
}

export async function databaseMigrate(config: DatabaseConfig): Promise<void> {
  await owned(config, async (database) => {
    const applied = await migrate(database.db, schema)
    config.onProgress(applied.length === 0 ? 'The tables are up to date.' : `Applied ${applied.join(', ')}.`)
  })
}

/**
 * Drops our tables and functions, and nothing else that may be in the schema: not where the migrations have never run,
 * though names may be the same, and not what somebody else has built on our tables. Refused while a server runs on it.
 */
export async function databaseDrop(config: DatabaseConfig): Promise<void> {
  mustExist(config)
  await owned(config, async (database) => {
    await refuseWhileServed(database)
    if (!(await isOurs(database))) {
      config.onProgress('There is nothing to drop: the tables were never made here.')
      return
    }
    const names = schemaNames()
    try {
      await database.db.transaction().execute(async (tx) => {
        await dropAll(tx, 'table', await tablesThere(tx, names.tables))
        await dropAll(tx, 'function', await functionsThere(tx, names.functions))
      })
    } catch (error) {
      throw dependencyRefusal(error)
    }
  })
}

async function isOurs(database: Database): Promise<boolean> {
  const { rows } = await sql<{ there: boolean }>`select to_regclass(${`${schema}.migration`}) is not null
    and to_regclass(${`${schema}.migration_lock`}) is not null as there`.execute(database.db)
  if (rows[0]?.there !== true) return false
  const known =
    await sql`select 1 from ${sql.id(schema, 'migration')} where name = ${migrationFirst}`.execute(
      database.db,
    )
  return known.rows.length > 0
}

async function tablesThere(tx: Handle, names: string[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select c.oid::regclass::text as name from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${schema} and c.relkind in ('r', 'p') and c.relname = any (${names}::text[])`.execute(
    tx,
  )
  return rows.map((row) => row.name)
}

async function functionsThere(tx: Handle, names: string[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select p.oid::regprocedure::text as name from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = ${schema} and p.proname = any (${names}::text[])`.execute(tx)
  return rows.map((row) => row.name)
}

/** In one statement, since they refer to each other; the names are quoted by the database itself. */
async function dropAll(tx: Handle, what: 'table' | 'function', names: string[]): Promise<void> {
  if (names.length > 0) await sql.raw(`drop ${what} ${names.join(', ')}`).execute(tx)
}

function dependencyRefusal(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError) || error.code !== '2BP01') return error
  return new OrreryError(
    'conflict',
    `Something else in the database is built on the tables, and nothing was dropped. Drop that first: ${error.detail ?? error.message}`,
    { cause: error },
  )
}

/** Writes a consistent backup; a running server goes on meanwhile. The file appears only when it is complete. */
export async function databaseBackup(config: DatabaseConfig, file: string): Promise<void> {
  mustExist(config)
  const url = config.databaseUrl ?? embeddedFind(embeddedDir(config.dataDir))
  if (url === undefined) {
    return owned(config, (database) => backupTo(database.connectionString, config, file))
  }
  await backupTo(url, config, file)
}

async function backupTo(url: string, config: DatabaseConfig, file: string): Promise<void> {
  const aside = `${file}.${randomUUID().slice(0, 8)}.part`
  // Opened first: a stream that cannot be opened says so to nobody who waits for it yet.
  const output = await open(aside, 'wx', 0o600).catch((error: unknown) => {
    throw fileRefusal(error, 'written', file)
  })
  try {
    await connected(url, async (client) => {
      const rows = await backupWrite(client, schema, output.createWriteStream(), { signal: config.signal })
      config.onProgress(`${total(rows)} rows of ${Object.keys(rows).length} tables written.`)
    })
    await rename(aside, file).catch((error: unknown) => {
      throw fileRefusal(error, 'written', file)
    })
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  } finally {
    await output.close()
  }
}

function fileRefusal(error: unknown, what: 'written' | 'read', file: string): OrreryError {
  const reason = error instanceof Error ? error.message : String(error)
  return new OrreryError('invalid', `The file ${file} cannot be ${what}: ${reason}.`, { cause: error })
}

/** Restores into an empty database, migrated first; all of it or nothing. */
export async function databaseRestore(config: DatabaseConfig, file: string): Promise<void> {
  const input = await open(file).catch((error: unknown) => {
    throw fileRefusal(error, 'read', file)
  })
  try {
    // A folder can be opened, and only reading it fails: by then a database would have been made.
    if ((await input.stat()).isDirectory()) throw fileRefusal('it is a folder', 'read', file)
    await owned(config, async (database) => {
      await refuseWhileServed(database)
      await migrate(database.db, schema)
      await connected(database.connectionString, async (client) => {
        const rows = await backupRestore(client, schema, input.createReadStream(), { signal: config.signal })
        config.onProgress(`${total(rows)} rows of ${Object.keys(rows).length} tables restored.`)
      })
    })
  } finally {
    await input.close()
  }
}

/** For what reads or ends a database: opening the embedded one would make it where there is none. */
function mustExist({ databaseUrl, dataDir }: DatabaseConfig): void {
  if (databaseUrl !== null || clusterRecorded(embeddedDir(dataDir))) return
  const place = dataDir ?? dataDirDefault()
  throw new OrreryError('not_found', `There is no database in ${place}; --data-dir names another.`)
}

/** Runs with the database to ourselves: the embedded one is started for it, and refused while a server owns it. */
async function owned(config: DatabaseConfig, run: (database: Database) => Promise<void>): Promise<void> {
  const embedded =
    config.databaseUrl === null
      ? await embeddedOpen({
          dataDir: embeddedDir(config.dataDir),
          log: (level, message) => level === 'error' && config.onProgress(message),
          signal: config.signal,
        })
      : null
  try {
    const broken: Error[] = []
    const database = databaseOpen(
      { connectionString: embedded?.connectionString ?? config.databaseUrl ?? '' },
      (error) => broken.push(error),
    )
    try {
      await run(database)
    } finally {
      await database.close()
    }
  } finally {
    await embedded?.close()
  }
}

async function refuseWhileServed(database: Database): Promise<void> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_stat_activity
    where datname = current_database() and application_name = 'orrery feed'`.execute(database.db)
  if ((rows[0]?.count ?? 0) > 0) {
    throw new OrreryError('conflict', 'A server is running on this database. Stop it first.')
  }
}

async function connected(url: string, run: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  // A connection that breaks fails the statement that runs on it; without a listener it would end the process as well.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await run(client)
  } finally {
    await client.end()
  }
}

function total(rows: Record<string, number>): number {
  return Object.values(rows).reduce((sum, each) => sum + each, 0)
}
