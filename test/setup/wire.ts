/** What a client sees on the wire: status, headers and bytes, without anything in between that follows or normalises. */
import { type Agent, request } from 'node:http'

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

export type Ask = {
  headers?: Record<string, string>
  body?: string | Buffer
  agent?: Agent
}

/** `path` is sent as it stands, percent signs, dots and all. */
export function ask(
  base: string,
  method: string,
  path: string,
  { headers = {}, body, agent }: Ask = {},
): Promise<Answer> {
  const { hostname, port } = new URL(base)
  return new Promise((resolve, reject) => {
    const call = request({
      host: hostname,
      port,
      method,
      path,
      agent: agent ?? false,
      timeout: 20_000,
      headers: body === undefined ? headers : { 'Content-Length': Buffer.byteLength(body), ...headers },
    })
    call.on('error', reject)
    call.on('timeout', () =>
      call.destroy(new Error(`${method} ${path.slice(0, 80)} was not answered in time`)),
    )
    call.on('response', (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(pieces).toString('utf8'),
        }),
      )
    })
    call.end(body)
  })
}

/** Status, content type and body: what contracts fix. */
export function seen(answer: Answer): { status: number; type: string | undefined; body: string } {
  const type = answer.headers['content-type']
  return { status: answer.status, type: typeof type === 'string' ? type : undefined, body: answer.body }
}
