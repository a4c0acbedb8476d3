/**
 * The owner's connection: a session of the superuser that holds an advisory lock for as long as the server
 * lives. The claim file keeps processes of one machine apart; the lock also keeps apart those that cannot
 * see each other's pids (two containers on one volume).
 */
import pg from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import { OrreryError } from '@orrery/api/errors.ts'

export type Ownership = {
  /** Gives the lock back by ending the session. */
  close(): Promise<void>
}
export type Access = { port: number; socketDir: string; password: string }

/** "orrery" in ASCII. */
const lockKey = '0x6f7272657279'
const connectMs = 10_000
const statementMs = 15_000
/** The session of a server that was killed ends when the kernel closes its socket: at once, or nearly. */
const lingerMs = 3_000
const evictMs = 10_000
const pollMs = 20
/** PostgreSQL restarts itself within seconds, unless it has much to replay. */
const regainMs = 30_000
const regainPollMs = 200

/** Prefers the socket, which costs less per round trip; without its parameter the URL is good for TCP. */
export function connectionStringFor({ port, socketDir, password }: Access): string {
  const url = `postgres://orrery:${password}@127.0.0.1:${port}/orrery`
  return socketDir === '' ? url : `${url}?host=${encodeURIComponent(socketDir)}`
}

/** Creates the role and the database of the application, when they are missing. */
export async function databaseReady(access: Access): Promise<void> {
  const client = await connect(access, 'postgres', 'orrery set-up')
  try {
    const { rows } = await client.query<{ role: boolean; database: boolean }>(
      `select exists (select from pg_roles where rolname = 'orrery') as role,
              exists (select from pg_database where datname = 'orrery') as database`,
    )
    if (!rows[0]?.role) {
      // Not a superuser: what the application may not do here it may not do on anybody's PostgreSQL either.
      await client.query(
        `create role orrery login createdb password ${client.escapeLiteral(access.password)}`,
      )
    }
    await client.query('grant pg_monitor to orrery')
    if (!rows[0]?.database) await client.query('create database orrery owner orrery')
  } finally {
    await client.end()
  }
}

export type Watch = {
  /** Whether the postmaster still runs: while it does, a session that broke is opened again. */
  postmasterRuns: () => boolean
  /** The lock was away for a moment, as when PostgreSQL restarted itself after a crash of one process. */
  onRegained: (reason: string) => void
  /** The lock is gone for good. Called once. */
  onLost: (reason: string) => void
}

/**
 * Takes the lock and ends every other session, so that no statement of an earlier server commits later.
 * @throws OrreryError `conflict`, with the holder's pid, when another server holds the lock.
 */
export async function ownershipTake(access: Access, watch: Watch): Promise<Ownership> {
  let closed = false
  const session = async (prepare: (client: pg.Client) => Promise<void>): Promise<pg.Client> => {
    const client = await connect(access, 'orrery', `orrery owner pid=${process.pid}`)
    let held = false
    let reason = 'the connection ended'
    client.on('error', (error) => (reason = error.message))
    client.on('end', () => {
      if (held && !closed) void regain(reason)
    })
    try {
      await lockTake(client)
      await prepare(client)
      held = true
      return client
    } catch (error) {
      await client.end()
      throw error
    }
  }
  const regain = async (reason: string) => {
    const deadline = Date.now() + regainMs
    let last = reason
    while (watch.postmasterRuns() && Date.now() < deadline && !closed) {
      try {
        // Our own sessions go on: nobody is sent away this time.
        current = await session(async () => {})
        if (closed) return void current.end()
        return watch.onRegained(reason)
      } catch (error) {
        last = error instanceof Error ? error.message : String(error)
        if (error instanceof OrreryError) break
        await sleep(regainPollMs)
      }
    }
    if (!closed) watch.onLost(last)
  }
  let current = await session(evict)
  return {
    async close() {
      if (closed) return
      closed = true
      await current.end()
    },
  }
}

async function connect({ port, password }: Access, database: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database,
    application_name: name,
    connectionTimeoutMillis: connectMs,
    query_timeout: statementMs,
    keepAlive: true,
  })
  // A connection that breaks fails what runs on it; without a listener it would end the process as well.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function lockTake(client: pg.Client): Promise<void> {
  const deadline = Date.now() + lingerMs
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>(
      `select pg_try_advisory_lock(${lockKey}) as taken`,
    )
    if (rows[0]?.taken) return
    if (Date.now() > deadline) break
    await sleep(pollMs)
  }
  // A bigint key is shown in two halves: the high one in classid, the low one in objid.
  const { rows } = await client.query<{ name: string }>(
    `select s.application_name as name from pg_locks l join pg_stat_activity s on s.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.objsubid = 1
        and l.database = (select oid from pg_database where datname = current_database())
        and l.classid = (${lockKey} >> 32)::oid and l.objid = (${lockKey} & x'ffffffff'::bigint)::oid`,
  )
  const pid = /pid=(\d+)/.exec(rows[0]?.name ?? '')?.[1]
  throw new OrreryError(
    'conflict',
    pid === undefined
      ? `Another program (${rows[0]?.name || 'unnamed'}) owns this data directory: stop it, or choose another one`
      : `Another server, process ${pid}, owns this data directory: stop it, or choose another one`,
  )
}

async function evict(client: pg.Client): Promise<void> {
  const deadline = Date.now() + evictMs
  for (;;) {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    )
    if (rowCount === 0) return
    if (Date.now() > deadline) {
      throw new OrreryError('unavailable', `${rowCount} sessions of an earlier server do not end`)
    }
    await sleep(pollMs)
  }
}
