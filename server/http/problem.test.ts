/** What cannot be served is answered in our own words, on the bare wire too. */
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorOf } from './problem.ts'
import { type TestServer, testServer } from '../../test/setup/running.ts'
import { type Answer, type Ask, ask } from '../../test/setup/wire.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(async () => {
  expect(server.errorsLogged()).toEqual([])
  await server.close()
})

const headers = () => ({ authorization: `Bearer ${server.token}` })
const call = (method: string, path: string, more: Ask = {}) =>
  ask(server.url, method, path, { ...more, headers: { ...headers(), ...more.headers } })
const post = (body: string | Buffer, type = 'application/json') =>
  call('POST', '/api/v1/sites', { body, headers: { 'content-type': type } })

function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  const problem = JSON.parse(answer.body) as { detail: string }
  expect(problem).toMatchObject({ status, code })
  expect(answer.status).toBe(status)
  expect(answer.body).not.toMatch(/FST_|HPE_|Ajv|fastify|\.ts:|node_modules|at Object/i)
}

const short = (text: string) => (text.length > 60 ? `${text.slice(0, 57)}…` : JSON.stringify(text))

/** Sends bytes as they are and gives back what comes until the server hangs up. */
function raw(text: string, { hangUp = true } = {}): Promise<string> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let got = ''
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no end to the answer: ${got}`)))
    socket.on('data', (piece) => {
      got += piece.toString('latin1')
    })
    socket.on('error', (error: Error & { code?: string }) =>
      error.code === 'ECONNRESET' ? resolve(got) : reject(error),
    )
    socket.on('close', () => resolve(got))
    socket.write(text, 'latin1')
    if (hangUp) socket.end()
  })
}

describe('a body', () => {
  const bodies: [string, number, RegExp][] = [
    ['', 400, /empty/],
    ['{', 400, /not valid JSON/],
    ['nope', 400, /not valid JSON/],
    ['{"name":"a","kind":"edge","__proto__":{"x":1}}', 400, /__proto__/],
    ['{"name":"a","kind":"edge","constructor":{"prototype":{}}}', 400, /constructor/],
    ['{"name":"a","kind":"edge","constructor":1}', 400, /no field `constructor`/],
    ['null', 400, /must be an object/],
    ['[]', 400, /must be an object/],
    ['{"name":"a","kind":"edge","carbonGramsPerKwh":1e999}', 400, /must be a number|Infinity/],
    ['{"name":"a","kind":"edge","carbonGramsPerKwh":NaN}', 400, /not valid JSON/],
    ['{"name":"a","kind":"edge","carbonGramsPerKwh":"1"}', 400, /must be a number, not '1'/],
    [`{"name":"${'x'.repeat(10_000)}","kind":"edge"}`, 400, /at most 200 characters/],
    [`{"name":"${'x'.repeat(1_100_000)}","kind":"edge"}`, 413, /larger than this call takes/],
  ]
  test.each(bodies.map((each) => [short(each[0]), ...each] as const))(
    '%s is refused',
    async (_, body, status, said) => {
      const answer = await post(body)
      expectProblem(answer, status, 'invalid')
      expect((JSON.parse(answer.body) as { detail: string }).detail).toMatch(said)
    },
  )

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/vnd.orrery.samples',
    'nonsense',
    '',
  ])('of type %j is refused as one', async (type) => {
    expectProblem(await post('{"name":"a","kind":"edge"}', type), 415, 'invalid')
  })

  test('is refused where none is taken, and none is needed where every field may be left out', async () => {
    expectProblem(
      await call('DELETE', '/api/v1/sites/x', {
        body: '{}',
        headers: { 'content-type': 'application/json' },
      }),
      400,
      'invalid',
    )
    expectProblem(await call('POST', '/api/v1/nodes/x/drain'), 404, 'not_found')
  })

  test('of a stranger is not read', async () => {
    const body = Buffer.alloc(900_000, 'x')
    const answer = await ask(server.url, 'POST', '/api/v1/sites', {
      body,
      headers: { 'content-type': 'application/json' },
    })
    expectProblem(answer, 401, 'unauthorized')
  })
})

describe('an address', () => {
  const asked: [string, string, number, string][] = [
    ['GET', '/api/v1/nothing', 404, 'not_found'],
    ['GET', '/api/v1', 404, 'not_found'],
    ['GET', '/api/v1/sites/', 404, 'not_found'],
    ['GET', '/api/v1/sites/%', 400, 'invalid'],
    ['GET', '/api/v1/sites/%zz', 400, 'invalid'],
    ['GET', '/api/v1/sites/%C3', 400, 'invalid'],
    ['GET', '/api/v1/sites/%00', 400, 'invalid'],
    ['GET', `/api/v1/sites/${'x'.repeat(3000)}`, 414, 'invalid'],
    ['GET', `/api/v1/sites?filter=${'x'.repeat(9000)}`, 414, 'invalid'],
    ['GET', '/api/v1/sites?limit=1&limit=2', 400, 'invalid'],
    ['GET', '/api/v1/sites?limit=many', 400, 'invalid'],
    ['GET', '/api/v1/sites?limit=0', 400, 'invalid'],
    ['GET', '/api/v1/sites?limit=1001', 400, 'invalid'],
    ['GET', '/api/v1/sites?__proto__=x', 400, 'invalid'],
    ['GET', '/api/v1/sites?unknown=x', 400, 'invalid'],
    ['GET', '/api/v1/sites?sort=constructor', 400, 'invalid'],
    ['PUT', '/api/v1/sites', 405, 'invalid'],
    ['OPTIONS', '/api/v1/sites/x', 405, 'invalid'],
    ['DELETE', '/api/v1/inventory', 405, 'invalid'],
    ['PATCH', '/nothing', 404, 'not_found'],
    ['GET', '/../../etc/passwd', 404, 'not_found'],
    ['GET', '/%2e%2e/%2e%2e/etc/passwd', 404, 'not_found'],
    ['GET', '/assets/..%2f..%2fpackage.json', 404, 'not_found'],
    ['GET', '/.env', 404, 'not_found'],
  ]
  test.each(asked.map((each) => [short(each[1]), ...each] as const))(
    '%s by %s is refused',
    async (_, method, path, status, code) => {
      expectProblem(await call(method, path), status, code)
    },
  )

  test('tells what it can be asked for', async () => {
    expect((await call('PUT', '/api/v1/sites')).headers['allow']).toBe('GET, POST')
    expect((await call('POST', '/api/v1/sites/x?a=b')).headers['allow']).toBe('GET, PATCH, DELETE')
  })

  test('answers HEAD as GET without a body, and opens no stream for it', async () => {
    const accept = { accept: 'text/event-stream' }
    for (const path of ['/api/v1/sites', '/api/v1/events']) {
      const answer = await call('HEAD', path, { headers: accept })
      expect([answer.status, answer.body]).toEqual([200, ''])
      expect(answer.headers['content-type']).toMatch(/^application\/json/)
    }
    expect((await ask(server.url, 'HEAD', '/api/v1/sites')).status).toBe(401)
  })
})

describe('bytes that are no request', () => {
  const start = 'HTTP/1.1\r\nhost: x\r\n'
  const begin = () =>
    `POST /api/v1/sites ${start}authorization: Bearer ${server.token}\r\ncontent-type: application/json\r\n`
  test('are answered once, and the line is cut', async () => {
    for (const [text, status] of [
      ['nonsense\r\n\r\n', 400],
      ['GET / HTTP/9.9\r\n\r\n', 400],
      [`GET /${'x'.repeat(20_000)} ${start}\r\n`, 431],
      [`GET / ${start}a: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
      [`GET / ${start}content-length: 1\r\ncontent-length: 2\r\n\r\n`, 400],
      [`GET / HTTP/1.1\r\n\r\n`, 400],
    ] as const) {
      const answer = await raw(text, { hangUp: false })
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
      expect(answer).not.toMatch(/HPE_|FST_/)
    }
  })

  test('a missing host and an expectation that nobody can meet are refused in our own words', async () => {
    for (const [text, status, words] of [
      [`GET / HTTP/1.1\r\n\r\n`, 400, 'in a `Host` header'],
      [`GET / ${start}expect: coffee\r\n\r\n`, 417, 'only `100-continue`'],
    ] as const) {
      const answer = await raw(text, { hangUp: false })
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(answer).toContain('application/problem+json')
      expect(answer).toContain(words)
    }
    expect(await raw('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /)
  })

  test('in the middle of a body end only their own call', async () => {
    expect(
      await raw(`${begin()}transfer-encoding: chunked\r\n\r\n5\r\n{"nam\r\nzz\r\n`, { hangUp: false }),
    ).toMatch(/^HTTP\/1.1 400 /)
    await raw(`${begin()}content-length: 100\r\n\r\n{"name"`)
    await raw(`${begin()}transfer-encoding: chunked\r\n\r\n5\r\n{"nam`)
    expect((await call('GET', '/api/v1/sites')).status).toBe(200)
    // It is the caller's connection that broke, not the database's.
    const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 })
    expect(errorOf(aborted).code).toBe('invalid')
    expect(errorOf(Object.assign(new Error('gone'), { code: 'ECONNRESET' })).code).toBe('unavailable')
  })
})

test('pages of other sites, frames and types are kept out by every answer', async () => {
  for (const path of ['/api/v1/sites', '/healthz', '/nothing', '/api/v1/openapi.json']) {
    const { headers: got } = await call('GET', path)
    expect(got).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    })
    expect(got['access-control-allow-origin']).toBeUndefined()
  }
})

test('health, readiness and the description of the API need nobody', async () => {
  const open = (path: string) => ask(server.url, 'GET', path)
  expect((await open('/healthz')).body).toBe('{"status":"ok"}')
  expect((await open('/readyz')).body).toBe('{"status":"ready"}')
  const docs = await open('/docs/')
  expect([docs.status, docs.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(docs.body).toContain('/api/v1/openapi.json')
  const script = /src="([^"]+)"/.exec(docs.body)?.[1] ?? ''
  expect(script).not.toMatch(/^https?:/)
})

test('the time of every operation is measured by its outcome', async () => {
  await call('GET', '/api/v1/sites')
  await call('GET', '/api/v1/sites/nobody')
  const { body } = await call('GET', '/metrics')
  expect(body).toMatch(/orrery_http_operation_seconds_count\{operation="siteList",status="200"\} \d/)
  expect(body).toMatch(/orrery_http_operation_seconds_count\{operation="siteView",status="404"\} \d/)
})
