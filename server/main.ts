import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { sql } from 'kysely'
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Status } from '@orrery/api/inventory.ts'
import { localAdmin, manualProviderEnsure, systemActor } from './bootstrap.ts'
import { type Closer, closeAll } from './close-all.ts'
import { dataDirDefault } from './data-dir.ts'
import { databaseStart } from './database-start.ts'
import { migrationNewest } from './db/migrate.ts'
import { sealerOpen } from './db/seal.ts'
import { consoleDir } from './entry.ts'
import { authenticatorOpen } from './http/auth.ts'
import { httpOpen } from './http/server.ts'
import { eventStreamOpen } from './http/stream.ts'
import { logsOpen } from './log.ts'
import { arrivalsLoop } from './demo/arrivals.ts'
import { demoSeed } from './demo/seed.ts'
import { facadesOpen } from './facades-open.ts'
import { envserver } from './facades/envserver/envserver.ts'
import { externalScheduler } from './facades/external-scheduler/external-scheduler.ts'
import { applyLoop } from './loops/apply.ts'
import { executeLoop } from './loops/execute/execute.ts'
import { healthLoop } from './loops/health.ts'
import type { Loop } from './loops/loop.ts'
import { observeLoop } from './loops/observe/observe.ts'
import { operationsLoop } from './loops/operations.ts'
import { agentsLoop } from './loops/agents.ts'
import { planLoop } from './loops/plan.ts'
import { retainLoop } from './loops/retain.ts'
import { runnerCreate, type Runner } from './loops/runner.ts'
import type { RunningServer, ServerOptions } from './options.ts'
import { portError } from './port-error.ts'
import { connectionsOpen } from './providers/connections.ts'
import type { Connections } from './providers/provider.ts'
import { providerKinds } from './providers/registry.ts'
import { providerKindsMap } from './provider-kinds.ts'
import { secretKeyFile } from './secret-key.ts'
import { servicesOpen } from './services.ts'
import { policySeed } from './verbs/policy/seed.ts'
import { configOpener } from './verbs/provider/secrets.ts'
import { version } from './version.ts'

/** Every facade there is, in the order they are announced. */
const facadesKnown = [envserver, externalScheduler]

const ratePerMinute = 1_200_000

/** Starts a server: database, services, loops, listeners. What was opened is closed again, in reverse, when a step fails. */
export async function serverStart(options: ServerOptions): Promise<RunningServer> {
  const closers: Closer[] = []
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const { promise: closed, resolve: finish } = Promise.withResolvers<{ lost: string | null }>()
  let lost: string | null = null
  let closing: Promise<void> | null = null
  const close = (): Promise<void> => {
    stop.abort(new OrreryError('unavailable', lost ?? 'The server was told to close before it had started.'))
    closing ??= closeAll(closers)
      .catch((error: unknown) => {
        // Without its database hardly a part can close cleanly, which is no news: what was lost has been said.
        if (lost === null) throw error
      })
      .finally(() => finish({ lost }))
    return closing
  }
  const onLost = (reason: string) => {
    lost = reason
    return close()
  }
  try {
    return await start({ ...options, signal }, closers, { close, closed, onLost })
  } catch (error) {
    try {
      await close()
      // Closed from elsewhere meanwhile: what was opened since is closed as well.
      await closeAll(closers)
    } catch (failure) {
      options.onProgress(String(failure))
    }
    throw error
  }
}

async function start(
  options: ServerOptions,
  closers: Closer[],
  {
    close,
    closed,
    onLost,
  }: Pick<RunningServer, 'close' | 'closed'> & { onLost(reason: string): Promise<void> },
): Promise<RunningServer> {
  const startedAt = new Date().toISOString()
  const instanceId = randomUUID()
  const logs = await logsOpen({
    directory: logDirectory(options),
    level: options.logLevel.level,
    components: options.logLevel.components,
  })
  closers.push(() => logs.close())
  const log = logs.component('server')
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })

  const started = await databaseStart({
    ...options,
    log: logs.component('database'),
    onLost(reason) {
      log.error({ reason }, 'the database is no longer ours; the server stops')
      void onLost(reason)
    },
  })
  closers.push(() => started.close())
  const { database } = started
  options.onProgress(`Database ready (PostgreSQL ${started.version}, ${started.kind}).`)
  options.signal.throwIfAborted()
  await manualProviderEnsure(database)
  const actor = await systemActor(database)

  const sealer = sealerOpen(
    secretKeyFile(options.secretKeyFile ?? join(options.dataDir ?? dataDirDefault(), 'secret.key')),
  )
  let runner: Runner | null = null
  const services = await servicesOpen({
    database,
    instanceId,
    providerKinds: providerKindsMap(providerKinds),
    sealer,
    nudge: (loop) => runner?.nudge(loop),
    log: logs.component('verbs'),
  })
  closers.push(() => services.close())
  options.signal.throwIfAborted()
  gauges(metrics, services)

  const stream = eventStreamOpen(database, services.feed, (error, message) =>
    log.warn({ err: error }, message),
  )
  closers.push(() => stream.close())
  const authenticator = authenticatorOpen(database, services.feed, (error, message) =>
    log.warn({ err: error }, message),
  )
  closers.push(() => authenticator.close())

  const connections = connectionsOpen(providerKinds, { database, nowMs: Date.now }, configOpener(sealer))
  closers.push(() => connections.close())
  const system = { ...services, actor, log: logs.component('loops') }
  await policySeed(system)
  if (options.demo) await demoSeed(system, { speed: options.speed, seed: options.seed })
  const loops = [
    ...loopsOf(connections, options),
    ...(options.demo && options.demoArrivals !== false ? [arrivalsLoop()] : []),
  ]
  const running = runnerCreate({ loops, ctx: system, registry: metrics })
  runner = running
  closers.push(() => running.stop())
  options.signal.throwIfAborted()
  await running.start()

  const facades = await facadesOpen({
    facades: facadesKnown,
    options,
    services,
    authenticator,
    log: (component) => logs.component(component),
  })
  closers.push(() => facades.close())
  options.signal.throwIfAborted()
  const listeners = [...facades.listeners]
  const scheme = options.tls === null ? 'http' : 'https'
  const address = (port: number) => options.publicUrl ?? `${scheme}://${hostShown(options.listen)}:${port}`
  const shared = {
    ...services,
    log: logs.component('http'),
    publicUrl: address(options.port),
    cursorNow: () => services.feed.cursor(),
    status: () => status(),
  }
  const status = async (): Promise<Status> => ({
    version,
    startedAt,
    now: new Date().toISOString(),
    instanceId,
    database: {
      kind: started.kind,
      version: started.version,
      timescale: started.timescale,
      migration: migrationNewest,
    },
    listeners,
    loops: (runner?.status() ?? []).map(({ name, owned, runs, failures, lastMs, lastError, lastAt }) => ({
      name,
      owned,
      runs,
      failures,
      lastMs,
      lastError,
      lastAt,
    })),
    demo: options.demo,
  })
  const http = await httpOpen({
    host: options.listen,
    port: options.port,
    version,
    consoleDirectory: consoleDir,
    metrics,
    authenticator,
    stream,
    services: shared,
    ready: async () => {
      await sql`select 1`.execute(database.db)
    },
    trustProxy: options.trustProxy.length === 0 ? false : [...options.trustProxy],
    tls: options.tls,
    ratePerMinute,
  }).catch((error: unknown) => {
    throw portError(error, options.port, '--port')
  })
  closers.push(() => http.close())
  listeners.unshift({ name: 'api', url: http.url, state: 'open', reason: null })
  // Any free port was asked for: links carry the one there is.
  if (options.port === 0) shared.publicUrl = address(Number(new URL(http.url).port))

  const local = await localAdmin(database, shared.publicUrl)
  closers.push(() => local.revoke())
  options.signal.throwIfAborted()
  log.info({ url: http.url, instanceId }, 'the server is up')
  return { url: http.url, signInLink: local.signInLink, localToken: local.token, listeners, close, closed }
}

/** The demo's terminal is for people: its logs go to files. */
function logDirectory(options: ServerOptions): string | null {
  return options.logDir ?? (options.demo ? join(options.dataDir ?? dataDirDefault(), 'logs') : null)
}

function loopsOf(connections: Connections, { retentionDays }: ServerOptions): Loop[] {
  return [
    observeLoop({ connections }),
    agentsLoop(),
    planLoop(),
    applyLoop(),
    executeLoop({ connections }),
    healthLoop(),
    retainLoop(retentionDays === undefined ? {} : { days: retentionDays }),
    operationsLoop(),
  ]
}

function hostShown(address: string): string {
  if (address === '0.0.0.0' || address === '::') return 'localhost'
  return address.includes(':') ? `[${address}]` : address
}

function gauges(
  registry: Registry,
  services: {
    mirror: { nodes: ReadonlyMap<string, unknown>; workloads: ReadonlyMap<string, { state: string }> }
  },
): void {
  const { mirror } = services
  new Gauge({
    name: 'orrery_nodes',
    help: 'Nodes of the inventory',
    registers: [registry],
    collect() {
      this.set(mirror.nodes.size)
    },
  })
  new Gauge({
    name: 'orrery_workloads',
    help: 'Workloads of the inventory by state',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.reset()
      for (const workload of mirror.workloads.values()) this.inc({ state: workload.state })
    },
  })
}
