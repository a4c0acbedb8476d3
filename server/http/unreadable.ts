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
