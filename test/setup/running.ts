/** A whole server in this process, on a schema of its own and a free port, spoken to over real sockets. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Client, client } from '@orrery/api/client.ts'
import type { Role } from '@orrery/api/principal.ts'
import { connectionConfig } from '@orrery/server/db/database.ts'
import { serverStart } from '@orrery/server/main.ts'
import type { RunningServer, ServerOptions } from '@orrery/server/options.ts'
import { databaseUrl, schemaCreate, schemaDrop } from './schema.ts'

export type TestServer = {
  url: string
  /** an admin's */
  token: string
  listeners: RunningServer['listeners']
  /** the native API as an admin */
  api: Client
  /** the secret of a new principal's token with this role */
  tokenFor(role: Role, expiresInSeconds?: number): Promise<string>
  /** into the server's schema */
  pool: pg.Pool
  /** what the log holds at `error` and above */
  errorsLogged(): string[]
  close(): Promise<void>
}

let principals = 0

export async function testServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const schema = await schemaCreate()
  const folder = mkdtempSync(join(tmpdir(), 'orrery-log-'))
  const running = await serverStart({
    demo: false,
    facades: [],
    dataDir: null,
    databaseUrl: databaseUrl(),
    port: 0,
    listen: '127.0.0.1',
    publicUrl: null,
    trustProxy: [],
    tls: null,
    facadeAddresses: {},
    facadeModes: {},
    logDir: folder,
    logLevel: { level: 'warn', components: {} },
    speed: null,
    seed: null,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    schema,
    ...options,
  })
  const pool = new pg.Pool({ ...connectionConfig({ connectionString: databaseUrl(), schema }), max: 4 })
  const api = client({ baseUrl: running.url, token: running.localToken })
  return {
    url: running.url,
    token: running.localToken,
    listeners: running.listeners,
    api,
    pool,
    async tokenFor(role, expiresInSeconds) {
      principals += 1
      const name = `${role}-${principals}`
      await api.call('principalCreate', { body: { name, role, kind: 'service' } })
      const body = { name, principal: name, ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }) }
      return (await api.call('tokenCreate', { body })).secret
    },
    errorsLogged: () => errorLines(folder),
    async close() {
      await pool.end()
      await running.close()
      await schemaDrop(schema)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Pino's levels: 50 is `error`. */
function errorLines(folder: string): string[] {
  return readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map(
      (line) =>
        JSON.parse(line) as {
          level: number
          msg: string
          url?: string
          err?: { message: string; stack: string }
        },
    )
    .filter((line) => line.level >= 50)
    .map((line) =>
      `${line.url ?? ''} ${line.msg} ${line.err?.message ?? ''}\n${line.err?.stack ?? ''}`.trim(),
    )
}
