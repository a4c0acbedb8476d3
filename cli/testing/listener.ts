/** A small HTTP server on loopback that answers as a test tells it to, and keeps what it was asked. */
import { type IncomingHttpHeaders, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Asked = {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
}
export type Answer = {
  status?: number
  type?: string
  headers?: Record<string, string | string[]>
  body?: string
} | null
export type Listener = { url: string; port: number; asked: Asked[]; close(): Promise<void> }

/** An answer of null means that `respond` wrote to the response itself. */
export async function listener(
  respond: (asked: Asked, response: ServerResponse) => Answer | Promise<Answer>,
): Promise<Listener> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1')
      const one: Asked = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      }
      asked.push(one)
      void Promise.resolve(respond(one, response)).then((answer) => {
        if (answer === null) return
        response.writeHead(answer.status ?? 200, {
          'content-type': answer.type ?? 'application/json',
          ...answer.headers,
        })
        response.end(answer.body ?? '')
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function json(value: unknown, status = 200): Answer {
  return { status, body: JSON.stringify(value) }
}

export function problem(status: number, code: string, detail: string, pointer?: string): Answer {
  return {
    status,
    type: 'application/problem+json',
    body: JSON.stringify({ status, code, detail, ...(pointer === undefined ? {} : { pointer }) }),
  }
}
