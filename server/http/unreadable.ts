import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { OrreryError } from '@orrery/api/errors.ts'
import { problemOf } from './problem.ts'

const known: Record<string, { status: number; reason: string; message: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: 'Request Header Fields Too Large',
    message: 'The headers or the URL are too long.',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    reason: 'Content Too Large',
    message: 'The extensions of a chunk are too long.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'Request Timeout',
    message: 'The request did not arrive in time. Send it again.',
  },
}
const other = { status: 400, reason: 'Bad Request', message: 'This is not an HTTP request.' }

/** Answers what could not be read as a request, on the bare socket, and hangs up; an answer that has begun is only cut off. */
export function unreadableAnswer(error: Error & { code?: string }, socket: Socket): void {
  const begun =
    (socket as { _httpMessage?: { headersSent?: boolean } | null })._httpMessage?.headersSent === true
  if (!socket.writable || begun || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const { status, reason, message } = known[error.code ?? ''] ?? other
  const body = JSON.stringify(problemOf(new OrreryError('invalid', message, { status })))
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

/** `Expect` of anything but `100-continue`, which the parser answers by itself. RFC 9110, 10.1.1. */
export function expectationAnswer(request: IncomingMessage, response: ServerResponse): void {
  const error = new OrreryError(
    'invalid',
    'Of `Expect` only `100-continue` can be met. Leave the header out.',
    {
      status: 417,
    },
  )
  response
    .writeHead(error.status, {
      'content-type': 'application/problem+json; charset=utf-8',
      connection: 'close',
    })
    .end(JSON.stringify(problemOf(error, request.url?.slice(0, 200))))
}

/** RFC 9112, 3.2: a request of HTTP/1.1 says which host it is for. */
export function hostNamed(request: IncomingMessage): boolean {
  return request.headers.host !== undefined || request.httpVersionMinor === 0
}
