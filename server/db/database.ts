import { Kysely, type Transaction } from 'kysely'
import pg from 'pg'
import { NarrowPostgresDialect } from './dialect.ts'
import type { Schema } from './schema.ts'

export type Db = Kysely<Schema>
/** A store function takes the handle it is given: the pool's or a transaction's. */
export type Handle = Db | Transaction<Schema>

/** One server's way into the database: a pool for statements, and single connections for listening and copying. */
export type Database = {
  db: Db
  pool: pg.Pool
  connectionString: string
  /** the schema that holds our tables; 'public' unless a test or an operator says otherwise */
  schema: string
  close(): Promise<void>
}

const oid = { int8: 20, numeric: 1700, timestamptz: 1184, timestamp: 1114, xid8: 5069 }

/**
 * `timestamptz` becomes an RFC 3339 string with its microseconds, never a Date, which would cut them off. The session
 * runs in UTC, so the text is `2026-01-31 12:00:00.123456+00`, with ` BC` behind for years before 1 and a longer year after
 * 9999, which RFC 3339 has no text for: such an instant is shown as the first or the last that it has. All six digits are
 * written, zeros too, so that instants as text are in the order of time.
 */
function instantParse(text: string): string {
  if (text.endsWith('infinity')) return text
  if (text.endsWith(' BC')) return '0001-01-01T00:00:00.000000Z'
  if (text[4] !== '-') return '9999-12-31T23:59:59.999999Z'
  const time = text.slice(11).replace(/\+00(:00)?$/, '')
  return `${text.slice(0, 10)}T${time.slice(0, 8)}.${time.slice(9).padEnd(6, '0')}Z`
}

const types: pg.CustomTypesConfig = {
  getTypeParser(id: number, format?: 'text' | 'binary') {
    if (format !== 'binary') {
      // Bytes and counts stay below 2^53 by the API's own limits; sums of them stay exact as doubles.
      if (id === oid.int8 || id === oid.numeric) return Number
      if (id === oid.timestamptz) return instantParse
    }
    return pg.types.getTypeParser(id, format)
  },
}

export type DatabaseOptions = {
  connectionString: string
  schema?: string
  /** connections of the pool */
  connectionsMax?: number
  applicationName?: string
}

/** Connection settings that every connection of ours shares, pooled or single. */
export function connectionConfig(options: DatabaseOptions): pg.ClientConfig {
  const path =
    options.schema === undefined || options.schema === 'public' ? '' : ` -c search_path=${options.schema}`
  const given = settingsTaken(options.connectionString)
  return {
    connectionString: given.connectionString,
    types,
    application_name: options.applicationName ?? 'orrery',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    options: `${given.options} -c TimeZone=UTC -c statement_timeout=120000 -c idle_in_transaction_session_timeout=60000 -c lock_timeout=30000${path}`,
  }
}

/**
 * What a connection string says in `options` and `application_name` would replace ours, and with it the time zone that
 * instants are read in and the name that a running server is known by: the first is joined, the second left out.
 */
function settingsTaken(connectionString: string): { connectionString: string; options: string } {
  const url = URL.canParse(connectionString) ? new URL(connectionString) : null
  const options = url?.searchParams.get('options') ?? ''
  if (url === null || (options === '' && !url.searchParams.has('application_name')))
    return { connectionString, options: '' }
  url.searchParams.delete('options')
  url.searchParams.delete('application_name')
  return { connectionString: url.href, options }
}

export function databaseOpen(options: DatabaseOptions, onError: (error: Error) => void): Database {
  const pool = new pg.Pool({ ...connectionConfig(options), max: options.connectionsMax ?? 16 })
  // An idle connection may break at any time (a restart of the database): the pool replaces it.
  pool.on('error', onError)
  // One that is in use has told its user by then; without a listener its error would end the process.
  pool.on('connect', (connection) => connection.on('error', () => undefined))
  const db = new Kysely<Schema>({ dialect: new NarrowPostgresDialect(pool) })
  return {
    db,
    pool,
    connectionString: options.connectionString,
    schema: options.schema ?? 'public',
    close: () => db.destroy(),
  }
}
