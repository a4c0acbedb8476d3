/**
 * An HTTP server that answers around its routes as Go's net/http with the gin router and its default CORS does: unknown
 * paths, trailing slashes, preflights, malformed requests. Facades of systems that were built on gin stand on it. Raw
 * `node:http`, because these servers' clients send one measurement per request.
 */
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES, createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Actor } from '../verbs/actor.ts'
import { type Admission, admitOpen } from './admission.ts'
import type { FacadeOptions, FacadeRunning } from './facade.ts'
import { crossOrigin, replyPreflight } from './go-cors.ts'
import { malformed, protocolRefused, replyBadRequest } from './go-protocol.ts'
import { reply, replyText } from './go-reply.ts'
import { pathEscape, targetParse } from './go-url.ts'

export type GoCall = {
  actor: Actor
  /** decoded path parameters, by position */
  params: readonly string[]
  rawQuery: string | null
  request: IncomingMessage
  response: ServerResponse
}
export type GoHandler = (call: GoCall) => void | Promise<void>

/** What stands at a path: a handler, the path to go to instead, or nothing. */
export type GoMatch = { handler: GoHandler; params: readonly string[] } | { redirect: string } | null
export type GoRouter = (method: string, path: string) => GoMatch

export type GoServerOptions = Pick<FacadeOptions, 'listen' | 'tls' | 'mode' | 'authenticate' | 'log'> & {
  facade: Actor
  router: GoRouter
  /** answers what a handler threw */
  refuse(call: GoCall, error: unknown): void
  /** answers a caller that is not let in; in plain text where this is left out */
  turnAway?(response: ServerResponse, status: number, text: string): void
}

const settings = {
  // Node would answer without a word; go-protocol.ts does it in Go's.
  requireHostHeader: false,
  // As much as Go's server reads, so that ids of the length that it took still fit.
  maxHeaderSize: 1024 * 1024,
  // Longer than Go's clients keep idle connections (90 s): they must not send on one that is just being closed.
  keepAliveTimeout: 120_000,
  headersTimeout: 60_000,
  requestTimeout: 120_000,
}
const connectionsMax = 10_000
const closeMsMax = 5000

export async function goServerOpen(options: GoServerOptions): Promise<FacadeRunning> {
  const admit = admitOpen(options, options.facade)
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await answer(options, admit, request, response)
    } catch (error) {
      options.log.error({ err: error, facade: options.facade.name }, 'a call failed')
      reply(response, 500)
    }
  }
  const server: Server =
    options.tls === undefined
      ? createServer(settings, listener)
      : createTlsServer({ ...settings, ...options.tls }, listener)
  server.maxConnections = connectionsMax
  server.on('clientError', malformed)
  // Not all of Node's 417s are Go's: an empty `Expect` is none to it.
  server.on('checkExpectation', listener)
  await listen(server, options)
  const { port } = server.address() as AddressInfo // a listening TCP server has one
  const host = options.listen.host.includes(':') ? `[${options.listen.host}]` : options.listen.host
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    close: () => close(server),
  }
}

async function answer(
  options: GoServerOptions,
  admit: ReturnType<typeof admitOpen>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = targetParse(request.url ?? '/')
  if (target === null) {
    replyBadRequest(response)
    return
  }
  if (protocolRefused(request, response)) return
  const method = request.method ?? 'GET'
  const match = options.router(method, target.path)
  if (match !== null && 'redirect' in match) {
    redirect(response, method, match.redirect, target.rawQuery)
    return
  }
  const admitted = admit(request)
  const admission = admitted instanceof Promise ? await admitted : admitted
  // Nothing that a page could show would let it in: then no header, and no preflight, says that it may call.
  if ('refusal' in admission && admission.status === 403) {
    turnAway(options, response, admission)
    return
  }
  if (crossOrigin(request)) {
    response.setHeader('Access-Control-Allow-Origin', '*')
    // A preflight carries no token; whether the call's own is good is seen when it comes.
    if (method === 'OPTIONS') {
      replyPreflight(response)
      return
    }
  }
  if ('refusal' in admission) {
    turnAway(options, response, admission)
    return
  }
  if (match === null) {
    reply(response, 404, '404 page not found', 'text/plain')
    return
  }
  const { rawQuery } = target
  const call: GoCall = { actor: admission.actor, params: match.params, rawQuery, request, response }
  try {
    await match.handler(call)
  } catch (error) {
    options.refuse(call, error)
  }
}

function turnAway(
  { turnAway: say = replyText }: GoServerOptions,
  response: ServerResponse,
  { status, refusal, challenge }: Extract<Admission, { refusal: string }>,
): void {
  if (challenge !== undefined) response.setHeader('WWW-Authenticate', challenge)
  say(response, status, refusal)
}

function redirect(response: ServerResponse, method: string, path: string, rawQuery: string | null): void {
  const location = `${pathEscape(path)}${rawQuery === null ? '' : `?${rawQuery}`}`
  response.setHeader('Location', location)
  if (method !== 'GET') {
    reply(response, 307)
    return
  }
  const href = location.replace(/[&<>"']/g, (character) => htmlEscapes[character] ?? character)
  reply(response, 301, `<a href="${href}">${STATUS_CODES[301]}</a>.\n\n`, 'text/html; charset=utf-8')
}
const htmlEscapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

function listen(server: Server, { listen: { host, port } }: GoServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), closeMsMax)
  await closed
  clearTimeout(timer)
}
