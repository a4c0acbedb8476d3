/** What Go's server says to a request that breaks the rules of HTTP, before anything of ours looks at it. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { reply, replyText } from './go-reply.ts'

export function replyBadRequest(response: ServerResponse, why?: string): void {
  const reason = why === undefined ? 'Bad Request' : `Bad Request: ${why}`
  response.statusMessage = reason
  response.setHeader('Connection', 'close')
  replyText(response, 400, `400 ${reason}`)
}

/**
 * Answers a request without a Host header, or with an expectation that nobody knows, in Go's order; false for any other.
 * Node's own answers to the two say nothing, so it is told to leave them to us.
 * Source: `readRequest` and `serve` in https://go.dev/src/net/http/server.go.
 */
export function protocolRefused(request: IncomingMessage, response: ServerResponse): boolean {
  const { host, expect } = request.headers
  if (host === undefined && request.httpVersion === '1.1') {
    replyBadRequest(response, 'missing required Host header')
    return true
  }
  if (expect === undefined || expect === '' || /(^|[ ,\t])100-continue($|[ ,\t])/i.test(expect)) return false
  response.setHeader('Connection', 'close')
  reply(response, 417)
  return true
}

/** A request that is no HTTP, in the words of Go's server. */
export function malformed(error: Error & { code?: string }, socket: Duplex): void {
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
