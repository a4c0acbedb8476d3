/**
 * An HTTP server that answers around its routes as Go's net/http with the gin router and its default CORS does: unknown
 * paths, trailing slashes, preflights, malformed requests. Facades of systems that were built on gin stand on it. Raw
 * `node:http`, because these servers' clients send one measurement per request.
 */
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES, createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Actor } from '../verbs/actor.ts'
import { type Admission, admitOpen } from './admission.ts'
import type { FacadeOptions, FacadeRunning } from './facade.ts'
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
}

const limits = {
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
      ? createServer(limits, listener)
      : createTlsServer({ ...limits, ...options.tls }, listener)
  server.maxConnections = connectionsMax
  server.on('clientError', malformed)
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
    response.setHeader('Connection', 'close')
    replyText(response, 400, '400 Bad Request')
    return
  }
  const method = request.method ?? 'GET'
  const match = options.router(method, target.path)
  if (match !== null && 'redirect' in match) {
    redirect(response, method, match.redirect, target.rawQuery)
    return
  }
  if (crossOrigin(request)) {
    response.setHeader('Access-Control-Allow-Origin', '*')
    if (method === 'OPTIONS') {
      response.setHeader('Access-Control-Allow-Headers', 'Origin,Content-Length,Content-Type')
      response.setHeader('Access-Control-Allow-Methods', 'GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS')
      response.setHeader('Access-Control-Max-Age', '43200')
      response.writeHead(204).end()
      return
    }
  }
  const admitted = admit(request)
  const admission = admitted instanceof Promise ? await admitted : admitted
  if ('refusal' in admission) {
    refuse(response, admission)
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

function refuse(response: ServerResponse, admission: Extract<Admission, { refusal: string }>): void {
  if (admission.challenge !== undefined) response.setHeader('WWW-Authenticate', admission.challenge)
  replyText(response, admission.status, admission.refusal)
}

/** Gin's default CORS lets a page of the server's own host pass without headers. */
function crossOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  if (origin === undefined || origin === '') return false
  return origin !== `http://${host}` && origin !== `https://${host}`
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

/** A request that is no HTTP, in the words of Go's server. */
function malformed(error: Error & { code?: string }, socket: Duplex): void {
  // Each piece that still comes is reported again.
  if (socket.writableEnded) return
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  const line = `${status} ${STATUS_CODES[status]}`
  socket.end(
    `HTTP/1.1 ${line}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${line}`,
  )
  // What still comes is read and dropped for a moment: a socket closed on unread bytes takes its answer with it.
  socket.resume()
  setTimeout(() => socket.destroy(), lingerMs).unref()
}
const lingerMs = 500

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
