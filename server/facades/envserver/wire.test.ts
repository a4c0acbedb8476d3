/** What stands around the routes: unknown paths, slashes, CORS, malformed requests, callers. */
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PrincipalId } from '@orrery/api/id.ts'
import { type TestFacade, testFacade } from '../../../test/setup/facade.ts'
import { envserver } from './envserver.ts'

let facade: TestFacade
beforeAll(async () => {
  facade = await testFacade(envserver)
})
afterAll(() => facade.close())

const notFound = { status: 404, type: 'text/plain', body: '404 page not found' }

describe('an unknown path', () => {
  it.for<[string, string]>([
    ['GET', '/'],
    ['GET', '/nope'],
    ['GET', '/openapi.json'],
    ['PATCH', '/hosts'],
    ['PUT', '/hosts'],
    ['DELETE', '/hosts'],
    ['POST', '/vms/x'],
    ['TRACE', '/hosts'],
    ['OPTIONS', '/hosts'],
    ['GET', '/hosts/a%2Fb'],
  ])('%s %s is a 404 in plain text', async ([method, path]) => {
    expect(await facade.see(method, path)).toEqual(notFound)
  })
  it('is a 404 without a body for HEAD', async () => {
    const answer = await facade.ask('HEAD', '/hosts')
    expect(answer).toMatchObject({
      status: 404,
      body: '',
      headers: { 'content-length': '18', 'content-type': 'text/plain' },
    })
  })
})

describe('a slash too many', () => {
  it('sends a GET to the path without it, with a page that says so', async () => {
    const answer = await facade.ask('GET', '/hosts/a%C3%A9<b/?q=1&r=2')
    expect(answer).toMatchObject({
      status: 301,
      headers: { location: '/hosts/a%C3%A9%3Cb?q=1&r=2', 'content-type': 'text/html; charset=utf-8' },
      body: '<a href="/hosts/a%C3%A9%3Cb?q=1&amp;r=2">Moved Permanently</a>.\n\n',
    })
  })
  it.for<[string, string, string]>([
    ['POST', '/hosts/', '/hosts'],
    ['DELETE', '/vms/X/', '/vms/X'],
    ['PUT', '/vms/X/', '/vms/X'],
  ])('sends a %s %s on with its method', async ([method, path, location]) => {
    const answer = await facade.ask(method, path, { body: '{}' })
    expect(answer).toMatchObject({ status: 307, body: '', headers: { location } })
    expect(answer.headers['content-type']).toBeUndefined()
  })
  it('carries no CORS headers', async () => {
    const { headers } = await facade.ask('GET', '/hosts/', { headers: { Origin: 'http://page.example' } })
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })
})

describe('a page of another origin', () => {
  const Origin = 'http://page.example'
  const corsHeaders = (headers: Record<string, unknown>) =>
    Object.keys(headers).filter((name) => name.startsWith('access-control-'))
  let guarded: TestFacade
  beforeAll(async () => {
    const reader = { id: 'r' as PrincipalId, name: 'reader', role: 'viewer' } as const
    const authenticate = async (secret: string) => (secret === 'good' ? reader : null)
    guarded = await testFacade(envserver, { mode: 'token', authenticate }, facade.ctx)
  })
  afterAll(() => guarded.close())

  it('may read every answer where callers show a token', async () => {
    const Authorization = 'Bearer good'
    for (const [path, headers, status] of [
      ['/hosts', { Origin, Authorization }, 200],
      ['/nope', { Origin, Authorization }, 404],
      ['/metrics', { Origin, Authorization }, 400],
      ['/hosts', { Origin }, 401],
    ] as const) {
      const answer = await guarded.ask('GET', path, { headers })
      expect([path, answer.status]).toEqual([path, status])
      expect(answer.headers['access-control-allow-origin']).toBe('*')
    }
  })
  it('gets its preflight there without one, known path or not', async () => {
    for (const path of ['/hosts', '/nope']) {
      expect(await guarded.ask('OPTIONS', path, { headers: { Origin } })).toMatchObject({
        status: 204,
        body: '',
        headers: {
          'access-control-allow-origin': '*',
          'access-control-allow-methods': 'GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS',
          'access-control-allow-headers': 'Origin,Content-Length,Content-Type',
          'access-control-max-age': '43200',
        },
      })
    }
  })
  it('may read every answer, and ask whether it may, where callers show none', async () => {
    for (const [method, path, status] of [
      ['GET', '/hosts', 200],
      ['GET', '/nope', 404],
      ['HEAD', '/hosts', 404],
      ['OPTIONS', '/hosts', 204],
      ['OPTIONS', '/nope', 204],
    ] as const) {
      const answer = await facade.ask(method, path, { headers: { Origin } })
      expect([method, path, answer.status]).toEqual([method, path, status])
      expect(answer.headers['access-control-allow-origin']).toBe('*')
    }
  })
  it.for<[string, Record<string, string>]>([
    ['POST', {}],
    ['PUT', {}],
    ['DELETE', {}],
    ['OPTIONS', { 'Access-Control-Request-Method': 'DELETE' }],
  ])('is refused a %s there, with nothing that promises otherwise', async ([method, headers]) => {
    for (const path of ['/hosts', '/nope']) {
      const answer = await facade.ask(method, path, { headers: { Origin, ...headers } })
      expect(answer).toMatchObject({
        status: 403,
        body: 'Web pages of other sites may read here, and change nothing.',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      })
      expect(corsHeaders(answer.headers)).toEqual([])
    }
  })
  it('is told apart from a page of the server’s own', async () => {
    const { status, headers } = await facade.ask('GET', '/hosts', { headers: { Origin: facade.url } })
    expect(status).toBe(200)
    expect(corsHeaders(headers)).toEqual([])
  })
})

/** Sends bytes as they are and gives back all that is answered until the server hangs up. */
function raw(bytes: string): Promise<string> {
  const { hostname, port } = new URL(facade.url)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.setTimeout(10_000, () => socket.destroy(new Error('the server did not hang up')))
    socket.on('data', (piece) => (answer += piece.toString('latin1')))
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })
}

describe('a malformed request', () => {
  it('is a 400 in the words of Go’s server', async () => {
    const expected =
      'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request'
    expect(await raw('GET /hosts/a b HTTP/1.1\r\nHost: x\r\n\r\n')).toBe(expected)
    expect(await raw('what\r\n\r\n')).toBe(expected)
  })
  it('is a 400 without a Host header in HTTP/1.1, and says what is missing', async () => {
    const missing = /^HTTP\/1\.1 400 Bad Request: missing required Host header\r\n/
    for (const request of ['GET /hosts', 'POST /hosts', 'OPTIONS /hosts', 'GET http://x/hosts']) {
      const answer = await raw(`${request} HTTP/1.1\r\nExpect: foo\r\n\r\n`)
      expect(answer).toMatch(missing)
      expect(answer).toContain('\r\nContent-Type: text/plain; charset=utf-8\r\n')
      expect(answer).toContain('\r\nConnection: close\r\n')
      expect(answer).toMatch(/\r\n\r\n400 Bad Request: missing required Host header$/)
    }
    // An older HTTP has no such header, and an empty one is one.
    expect(await raw('GET /hosts HTTP/1.0\r\n\r\n')).toMatch(/ 200 OK\r\n.*\r\n\r\nnull$/s)
    expect(await raw('GET /hosts HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 200 OK/,
    )
  })
  it('is a 417 without a word when it expects what nobody knows', async () => {
    for (const path of ['/hosts', '/nope', '/hosts/']) {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nExpect: foo\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 417 Expectation Failed\r\n/)
      expect(answer).toContain('\r\nConnection: close\r\n')
      expect(answer).toContain('\r\nContent-Length: 0\r\n')
      expect(answer).not.toMatch(/content-type|transfer-encoding/i)
      expect(answer).toMatch(/\r\n\r\n$/)
    }
    const withExpect = (expected: string) =>
      raw(
        `POST /hosts HTTP/1.1\r\nHost: localhost\r\nExpect: ${expected}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]`,
      )
    expect(await withExpect('')).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*core\.Host$/s)
    expect(await withExpect('100-continue')).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 400 Bad Request\r\n.*core\.Host$/s,
    )
  })
  it('is a 431 when its headers are too long', async () => {
    expect(await raw(`GET /hosts/${'x'.repeat(1_200_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    )
  })
  it('is a 400 when an escape in the path is broken', async () => {
    const answer = await facade.ask('GET', '/hosts/%zz')
    expect(answer).toMatchObject({ status: 400, body: '400 Bad Request', headers: { connection: 'close' } })
  })
  it('is a 413 when the body is too long, and says how long one may be', async () => {
    const answer = await facade.see('POST', '/hosts', `{"hostid":"${'x'.repeat(1_100_000)}"}`)
    expect(answer).toEqual({
      status: 413,
      type: 'text/plain; charset=utf-8',
      body: 'The body is larger than 1048576 bytes.',
    })
    expect(await facade.see('GET', '/hosts')).toMatchObject({ body: 'null' })
  })
})

describe('a caller', () => {
  const alice = { id: 'a' as PrincipalId, name: 'alice', role: 'viewer' } as const
  const authenticate = async (secret: string) => (secret === 'good' ? alice : null)
  const basic = (user: string, password: string) => ({
    Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  })

  it('needs a token in the mode token, and acts with its role', async () => {
    const guarded = await testFacade(envserver, { mode: 'token', authenticate }, facade.ctx)
    try {
      expect(await guarded.ask('GET', '/hosts')).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer realm="orrery"' },
      })
      expect(await guarded.ask('GET', '/hosts', { headers: { Authorization: 'Bearer bad' } })).toMatchObject({
        status: 401,
      })
      const headers = { Authorization: 'Bearer good' }
      expect(await guarded.ask('GET', '/hosts', { headers })).toMatchObject({ status: 200, body: 'null' })
      const answer = await guarded.ask('POST', '/hosts', { headers, body: '{"hostid":"h"}' })
      expect(answer).toMatchObject({ status: 403, headers: { 'content-type': 'text/plain; charset=utf-8' } })
      expect(answer.body).toContain('needs the role operator')
    } finally {
      await guarded.close()
    }
  })
  it('gives its name and a token as password in the mode basic', async () => {
    const guarded = await testFacade(envserver, { mode: 'basic', authenticate }, facade.ctx)
    try {
      expect(await guarded.ask('GET', '/hosts')).toMatchObject({ status: 401 })
      expect(await guarded.ask('GET', '/hosts', { headers: basic('bob', 'good') })).toMatchObject({
        status: 401,
      })
      expect(await guarded.ask('GET', '/hosts', { headers: basic('alice', 'bad') })).toMatchObject({
        status: 401,
      })
      expect(await guarded.ask('GET', '/hosts', { headers: basic('alice', 'good') })).toMatchObject({
        status: 200,
      })
    } finally {
      await guarded.close()
    }
  })
  it('is known by its address in the mode network', async () => {
    const near = await testFacade(envserver, { mode: { network: ['10.0.0.0/8', '127.0.0.0/8'] } }, facade.ctx)
    const far = await testFacade(envserver, { mode: { network: ['10.0.0.0/8', 'fd00::/8'] } }, facade.ctx)
    try {
      expect(await near.see('GET', '/hosts')).toMatchObject({ status: 200 })
      expect(await far.see('GET', '/hosts')).toMatchObject({ status: 403, type: 'text/plain; charset=utf-8' })
    } finally {
      await near.close()
      await far.close()
    }
    await expect(testFacade(envserver, { mode: { network: ['10.0.0.0/99'] } }, facade.ctx)).rejects.toThrow(
      'CIDR',
    )
  })
  it('without a name is the facade’s principal in the audit trail', async () => {
    expect(await facade.see('POST', '/hosts', '{"hostid":"audited"}')).toMatchObject({ status: 200 })
    const { rows } = await facade.ctx.database.pool.query<{ actor_name: string; kind: string }>(
      `select e.actor_name, p.kind from event e join principal p on p.id = e.actor_id where e.subject_name = 'audited'`,
    )
    expect(rows).toEqual([{ actor_name: 'facade:envserver', kind: 'system' }])
    await facade.see('DELETE', '/hosts/audited')
  })
})
