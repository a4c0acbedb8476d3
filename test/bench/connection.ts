/**
 * One keep-alive HTTP/1.1 connection that sends buffers made beforehand, one at a time. It shares the machine with the
 * server it measures, so it does the least: it looks for the status, and for where the answer ends.
 */
import { type Socket, connect } from 'node:net'

/** The body lies in the connection's own memory until its next request is sent. */
export type Answer = { status: number; body: Buffer }
export type Connection = {
  /** Sends a whole request; one at a time. Rejects when the connection breaks. */
  send(request: Buffer): Promise<Answer>
  /**
   * Sends what `next` gives, with the answer to the request before (null at first), until it gives null. Rejects when
   * `next` throws or the connection breaks.
   */
  sendEach(next: (answer: Answer | null) => Buffer | null): Promise<void>
  close(): void
}
type Waiting = { resolve: (answer: Answer) => void; reject: (error: unknown) => void }

export async function connectionOpen(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url)
  let waiting: Waiting | null = null
  // One piece of memory for every answer: buffers of their own would have this process collect its garbage while it measures.
  let held = Buffer.allocUnsafeSlow(2 * readBytes)
  let heldBytes = 0

  function fail(error: Error): void {
    waiting?.reject(error)
    waiting = null
    heldBytes = 0
  }
  function hold(chunk: Buffer): Buffer {
    if (heldBytes + chunk.length > held.length) {
      const larger = Buffer.allocUnsafeSlow(2 * (heldBytes + chunk.length))
      held.copy(larger, 0, 0, heldBytes)
      held = larger
    }
    heldBytes += chunk.copy(held, heldBytes)
    return held.subarray(0, heldBytes)
  }
  function received(bytes: number, into: Uint8Array): boolean {
    const chunk = Buffer.from(into.buffer, into.byteOffset, bytes)
    const isAlone = heldBytes === 0
    let answer = isAlone ? answerKnown(chunk) : null
    if (answer === null) {
      answer = answerRead(hold(chunk))
      if (answer === null) return true
      if (isAlone) answerRemember(chunk)
      heldBytes = 0
    }
    const { resolve } = waiting ?? {}
    waiting = null
    resolve?.(answer)
    return true
  }

  const socket: Socket = connect({
    host: hostname,
    port: Number(port),
    noDelay: true,
    onread: { buffer: Buffer.allocUnsafeSlow(readBytes), callback: received },
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))
  function write(request: Buffer, then: Waiting): void {
    if (waiting !== null) throw new Error('one request at a time')
    if (socket.destroyed) throw new Error('the connection is closed')
    waiting = then
    socket.write(request)
  }
  return {
    send: (request) => new Promise((resolve, reject) => write(request, { resolve, reject })),
    sendEach: (next) =>
      new Promise((resolve, reject) => {
        const answered = (answer: Answer | null): void => {
          try {
            const request = next(answer)
            if (request === null) resolve()
            else write(request, turn)
          } catch (error) {
            reject(error)
          }
        }
        const turn: Waiting = { resolve: answered, reject }
        answered(null)
      }),
    close: () => socket.destroy(),
  }
}

const readBytes = 64 * 1024

/** The last small answer of any connection: the same bytes again are the same answer, and are not looked through. */
let known: { bytes: Buffer; answer: Answer } | null = null
const knownBytesMax = 1024

function answerKnown(bytes: Buffer): Answer | null {
  return known?.bytes.equals(bytes) === true ? known.answer : null
}

function answerRemember(chunk: Buffer): void {
  if (chunk.length > knownBytesMax) return
  const bytes = Buffer.from(chunk)
  const answer = answerRead(bytes)
  if (answer !== null) known = { bytes, answer }
}

const lengthHeader = /\r\ncontent-length: *(\d+)/i
const lastChunk = Buffer.from('\r\n0\r\n\r\n')

/** The answer when all of it is there, else null. Chunked bodies are recognised by their end and given as they came. */
function answerRead(bytes: Buffer): Answer | null {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return null
  const head = bytes.toString('latin1', 0, headEnd)
  const status = Number(head.slice(9, 12))
  const body = bytes.subarray(headEnd + 4)
  const length = lengthHeader.exec(head)?.[1]
  const isWhole =
    length !== undefined ? body.length >= Number(length) : status === 204 || endsWithLastChunk(body)
  return isWhole ? { status, body } : null
}

function endsWithLastChunk(body: Buffer): boolean {
  return body.length >= lastChunk.length && body.subarray(-lastChunk.length).equals(lastChunk)
}

/** A request as it goes over the wire. */
export function requestBuffer(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string | Buffer = '',
): Buffer {
  const { pathname, search, host } = new URL(url)
  const content = typeof body === 'string' ? Buffer.from(body) : body
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = method === 'GET' ? '' : `content-length: ${content.length}\r\n`
  return Buffer.concat([
    Buffer.from(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}${length}\r\n`),
    content,
  ])
}
