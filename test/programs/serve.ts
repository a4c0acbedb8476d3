/**
 * A server in a process of its own, for tests that kill it and for benchmarks that must not share its event loop.
 *
 * `node serve.ts '{"databaseUrl":…}'`: options that are left out have the values of a quiet server on a free port. It
 * says `{"url":…,"token":…,"listeners":…}` on one line when it serves, and closes on SIGTERM or when its standard input
 * ends, so that it does not outlive the test that started it.
 */
import { join } from 'node:path'
import { serverStart } from '@orrery/server/main.ts'
import type { ServerOptions } from '@orrery/server/options.ts'

const given = JSON.parse(process.argv[2] ?? '{}') as Partial<ServerOptions>
const stop = new AbortController()
const server = await serverStart({
  demo: false,
  facades: [],
  dataDir: null,
  databaseUrl: null,
  port: 0,
  listen: '127.0.0.1',
  publicUrl: null,
  trustProxy: [],
  tls: null,
  facadeAddresses: {},
  facadeModes: {},
  logDir: given.dataDir == null ? null : join(given.dataDir, 'log'),
  logLevel: { level: 'warn', components: {} },
  speed: null,
  seed: null,
  ...given,
  onProgress: () => undefined,
  signal: stop.signal,
})
process.stdout.write(
  `${JSON.stringify({ url: server.url, token: server.localToken, listeners: server.listeners })}\n`,
)

const close = () => void server.close().catch(failed)
process.once('SIGTERM', close)
process.stdin.on('end', close).on('error', close).resume()
server.closed.then(() => process.exit(0), failed)

function failed(error: unknown): never {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
}
