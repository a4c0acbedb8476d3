/**
 * One keep-alive HTTP/1.1 connection that sends buffers made beforehand, one at a time. It shares the machine with the
 * server it measures, so it does the least: it looks for the status, and for where the answer ends.
 */
import { type Socket, connect } from 'node:net'

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
  let chunks: Buffer[] = []

  function fail(error: Error): void {
    waiting?.reject(error)
    waiting = null
    chunks = []
  }
  function received(bytes: number, into: Uint8Array): boolean {
    const chunk = Buffer.from(into.buffer, into.byteOffset, bytes)
    const isAlone = chunks.length === 0
    let answer = isAlone ? answerKnown(chunk) : null
    if (answer === null) {
      // What is read next goes where this was.
      const kept = Buffer.from(chunk)
      chunks.push(kept)
      answer = answerRead(chunks)
      if (answer === null) return true
      if (isAlone) answerRemember(kept, answer)
      chunks = []
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

function answerRemember(bytes: Buffer, answer: Answer): void {
  if (bytes.length <= knownBytesMax) known = { bytes, answer }
}

const lengthHeader = /\r\ncontent-length: *(\d+)/i
const lastChunk = Buffer.from('\r\n0\r\n\r\n')

/** The answer when all of it is there, else null. Chunked bodies are recognised by their end and given as they came. */
function answerRead(chunks: Buffer[]): Answer | null {
  const [first] = chunks
  if (first === undefined) return null
  let headEnd = first.indexOf('\r\n\r\n')
  if (headEnd < 0) {
    if (chunks.length === 1) return null
    const all = Buffer.concat(chunks)
    chunks.splice(0, chunks.length, all)
    headEnd = all.indexOf('\r\n\r\n')
    if (headEnd < 0) return null
  }
  const head = (chunks[0] ?? first).toString('latin1', 0, headEnd)
  const status = Number(head.slice(9, 12))
  const length = lengthHeader.exec(head)?.[1]
  let bytes = -headEnd - 4
  for (const chunk of chunks) bytes += chunk.length
  if (length !== undefined ? bytes < Number(length) : status !== 204 && !endsWithLastChunk(chunks))
    return null
  return { status, body: (chunks.length === 1 ? first : Buffer.concat(chunks)).subarray(headEnd + 4) }
}

function endsWithLastChunk(chunks: Buffer[]): boolean {
  const last = chunks.at(-1)
  if (last === undefined) return false
  const tail = last.length >= lastChunk.length ? last : Buffer.concat(chunks.slice(-3))
  return tail.length >= lastChunk.length && tail.subarray(-lastChunk.length).equals(lastChunk)
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
