import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import scalar from '@scalar/fastify-api-reference'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { Histogram, type Registry } from 'prom-client'
import { OrreryError } from '@orrery/api/errors.ts'
import { operations } from '@orrery/api/operations.ts'
import { samplesMediaType } from '../verbs/sample/ingest-binary.ts'
import { requireRole } from '../verbs/actor.ts'
import { addressKey, isLoopback } from './address.ts'
import { expectationAnswer, hostNamed, unreadableAnswer } from './unreadable.ts'
import { consoleServe, securityHeaders } from './console.ts'
import { openapiDocument } from './openapi.ts'
import { errorLog, errorOf, problemSend } from './problem.ts'
import { type RoutesOptions, callerOf, routesRegister } from './routes.ts'
import { sessionRoutes } from './session.ts'

export type HttpOptions = Omit<RoutesOptions, 'durations' | 'callers'> & {
  host: string
  port: number
  version: string
  consoleDirectory: string
  metrics: Registry
  ready: () => Promise<void>
  trustProxy: string[] | false
  tls: { certFile: string; keyFile: string } | null
  /** calls per minute and caller */
  ratePerMinute: number
}

export type HttpServer = { app: FastifyInstance; url: string; consoleBuilt: boolean; close(): Promise<void> }

const bodyLimitDefault = 1024 * 1024
const addressMax = 8192
/** Calls under way may end within this time once the server is told to close. */
const closeWithinMs = 10_000

/** The listener of the native API, the docs, the console, metrics and health. */
export async function httpOpen(options: HttpOptions): Promise<HttpServer> {
  const { log } = options.services
  const callers: RoutesOptions['callers'] = new WeakMap()
  const app = fastify({
    logger: false,
    bodyLimit: bodyLimitDefault,
    trustProxy: options.trustProxy,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    requestTimeout: 120_000,
    http: { requireHostHeader: false },
    routerOptions: { maxParamLength: 2048, ignoreTrailingSlash: false },
    frameworkErrors: (error, request, reply) =>
      void problemSend(reply, errorOf(error), request.url.slice(0, 200)),
    clientErrorHandler: unreadableAnswer,
    ...(options.tls === null
      ? {}
      : {
          https: {
            cert: readFileSync(options.tls.certFile),
            key: readFileSync(options.tls.keyFile),
            requireHostHeader: false,
          } as never,
        }),
  }) as unknown as FastifyInstance<Server> as FastifyInstance

  app.setErrorHandler((thrown, request, reply) => {
    const error = errorOf(thrown)
    errorLog(log, error, request)
    return problemSend(reply, error, request.url.slice(0, 200))
  })
  app.setNotFoundHandler(async (request, reply) => {
    if (
      options.consoleDirectory !== '' &&
      built &&
      request.method === 'GET' &&
      (request.headers.accept ?? '').includes('text/html') &&
      !request.url.startsWith('/api/')
    ) {
      return reply.sendFile('index.html')
    }
    const methods = methodsAt(request.url)
    // The router passes a part that is too long by.
    if (methods.includes(request.method)) {
      const tooLong = new OrreryError('invalid', 'A part of the URL is too long.', { status: 414 })
      return problemSend(reply, tooLong, request.url.slice(0, 200))
    }
    if (methods.length > 0) void reply.header('allow', methods.join(', '))
    const error =
      methods.length > 0
        ? new OrreryError('invalid', `${request.method} is not possible here; ${methods.join(', ')} is.`, {
            status: 405,
          })
        : new OrreryError('not_found', 'There is nothing at this address. The API is described at /docs.')
    return problemSend(reply, error, request.url.slice(0, 200))
  })
  app.server.on('checkExpectation', expectationAnswer)
  app.addHook('onRequest', async (request, reply) => {
    if (!hostNamed(request.raw)) {
      void reply.header('connection', 'close')
      throw new OrreryError('invalid', 'A request must name its host in a `Host` header.')
    }
    if (request.url.length > addressMax)
      throw new OrreryError('invalid', `A URL has at most ${addressMax} characters.`, { status: 414 })
  })
  app.addContentTypeParser(samplesMediaType, { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  app.removeContentTypeParser('text/plain')
  // Many clients name the type of a body that they do not send: no bytes are no body, as without the header.
  const json = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null)
    else void json(request, body.toString(), done)
  })

  await app.register(cookie)
  await app.register(rateLimit, {
    max: options.ratePerMinute,
    timeWindow: 60_000,
    cache: 50_000,
    // Counted after the caller is known: per principal, however many tokens it has; strangers per address.
    keyGenerator: (request) => callers.get(request)?.credential.principalId ?? addressKey(request.ip),
    errorResponseBuilder: (_request, context) =>
      new OrreryError(
        'limit',
        `At most ${context.max} calls a minute. Try again in ${Math.ceil(context.ttl / 1000)} s.`,
      ),
  })
  securityHeaders(app)
  const durations = new Histogram({
    name: 'orrery_http_operation_seconds',
    help: 'Time of API operations by name and status',
    labelNames: ['operation', 'status'],
    registers: [options.metrics],
  })
  const routes: RoutesOptions = { ...options, durations, callers }
  // Behind a proxy that speaks TLS the browser's address is what counts.
  const secure = options.tls !== null || options.services.publicUrl.startsWith('https:')
  sessionRoutes(app, { ...routes, secure })
  routesRegister(app, routes)

  const document = openapiDocument(options.version, options.services.publicUrl)
  app.get('/api/v1/openapi.json', async () => document)
  await app.register(scalar, { routePrefix: '/docs', configuration: { url: '/api/v1/openapi.json' } })
  app.get('/healthz', { config: { rateLimit: false } }, async () => ({ status: 'ok' }))
  app.get('/readyz', { config: { rateLimit: false } }, async () => {
    await options.ready()
    return { status: 'ready' }
  })
  app.get('/metrics', { config: { rateLimit: false } }, async (request, reply) => {
    // Scrapers on this machine need no token; from elsewhere, one with the role viewer.
    if (!isLocal(request)) requireRole(await callerOf(options.authenticator, request), 'viewer')
    return reply.header('content-type', options.metrics.contentType).send(await options.metrics.metrics())
  })

  const built = await consoleServe(app, options.consoleDirectory)
  try {
    await app.listen({ host: options.host, port: options.port })
  } catch (error) {
    await app.close()
    throw error
  }
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  return {
    app,
    url: `${options.tls === null ? 'http' : 'https'}://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    consoleBuilt: built,
    async close() {
      options.stream.close()
      // A connection that is kept alive becomes idle only when its call has been answered.
      const idle = setInterval(() => app.server.closeIdleConnections(), 50)
      const late = setTimeout(() => app.server.closeAllConnections(), closeWithinMs)
      try {
        await app.close()
      } finally {
        clearInterval(idle)
        clearTimeout(late)
      }
    },
  }
}

/**
 * Whether a call was made on this machine, by a program here: not through a proxy that nobody told us of, and not by a page
 * of another site whose name was pointed at this machine.
 */
function isLocal(request: FastifyRequest): boolean {
  const forwarded = request.headers['x-forwarded-for'] ?? request.headers['forwarded']
  const named = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(request.headers.host ?? '')
  return isLoopback(request.ip) && forwarded === undefined && named
}

const operationPaths = Object.values(operations).map((spec) => ({
  method: spec.method,
  pattern: new RegExp(`^/api/v1${RegExp.escape(spec.path).replaceAll(RegExp.escape('{ref}'), '[^/]+')}$`),
}))

/** What an operation's address can be asked for; nothing where there is no operation. */
function methodsAt(url: string): string[] {
  const path = url.split('?')[0] ?? ''
  return [...new Set(operationPaths.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))]
}
