/** Who a caller is: tokens that end, sessions and their cookies, what a stranger may not try. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { client } from '@orrery/api/client.ts'
import type { OrreryError } from '@orrery/api/errors.ts'
import type { Role, Session } from '@orrery/api/principal.ts'
import { type TestServer, testServer } from '../../test/setup/running.ts'
import { type Answer, ask } from '../../test/setup/wire.ts'
import { addressKey, isLoopback } from './address.ts'
import { failuresCount } from './failures.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ publicUrl: 'https://orrery.example', trustProxy: ['127.0.0.1'] })
})
afterAll(async () => {
  expect(server.errorsLogged()).toEqual([])
  await server.close()
})

let count = 0
/** A principal of its own and a way to call as it. */
async function person(role: Role) {
  const name = `${role}-${(count += 1)}`
  const principal = await server.api.call('principalCreate', { body: { name, role } })
  const made = await server.api.call('tokenCreate', { body: { name, principal: name } })
  return { ...principal, ...made, api: client({ baseUrl: server.url, token: made.secret }) }
}
const view = (token: string, headers: Record<string, string> = {}) =>
  ask(server.url, 'GET', '/api/v1/sites', { headers: { authorization: `Bearer ${token}`, ...headers } })
const code = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: OrreryError) => error.code,
  )
const json = (answer: Answer) => JSON.parse(answer.body) as Record<string, unknown>

function signIn(secret: string, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(server.url, 'POST', '/api/v1/session', {
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ code: secret }),
  })
}
const invite = async (ref: string) => (await server.api.call('principalInvite', { ref, body: {} })).code

describe('a token', () => {
  test('ends at once when it is revoked, its principal disabled, or deleted', async () => {
    for (const end of ['token', 'disable', 'delete'] as const) {
      const { id, token, secret } = await person('viewer')
      expect((await view(secret)).status).toBe(200)
      if (end === 'token') await server.api.call('tokenDelete', { ref: token.id })
      if (end === 'disable') await server.api.call('principalUpdate', { ref: id, body: { disabled: true } })
      if (end === 'delete') await server.api.call('principalDelete', { ref: id })
      expect((await view(secret)).status).toBe(401)
    }
  })

  test('is forgotten while lookups of it are under way', async () => {
    const { token, secret } = await person('viewer')
    const looking = Promise.all(Array.from({ length: 20 }, () => view(secret)))
    await server.api.call('tokenDelete', { ref: token.id })
    await looking
    expect((await view(secret)).status).toBe(401)
  })

  test('never does more than its principal, and one made for less stays so', async () => {
    const admin = await person('admin')
    const small = await admin.api.call('tokenCreate', { body: { name: 'small', role: 'viewer' } })
    const roleOf = async (secret: string) =>
      (await client({ baseUrl: server.url, token: secret }).call('sessionView', {})).role
    await server.api.call('principalUpdate', { ref: admin.id, body: { role: 'operator' } })
    expect([await roleOf(admin.secret), await roleOf(small.secret)]).toEqual(['operator', 'viewer'])
    await server.api.call('principalUpdate', { ref: admin.id, body: { role: 'device' } })
    expect([await roleOf(admin.secret), await roleOf(small.secret)]).toEqual(['device', 'device'])
    await server.api.call('principalUpdate', { ref: admin.id, body: { role: 'admin' } })
    expect([await roleOf(admin.secret), await roleOf(small.secret)]).toEqual(['device', 'device'])
  })

  test('is made for more, for another or for a part of the program by nobody who may not', async () => {
    const viewer = await person('viewer')
    expect(await code(viewer.api.call('tokenCreate', { body: { name: 'x', role: 'operator' } }))).toBe(
      'forbidden',
    )
    expect(await code(viewer.api.call('tokenCreate', { body: { name: 'x', principal: 'admin' } }))).toBe(
      'forbidden',
    )
    expect(await code(server.api.call('tokenCreate', { body: { name: 'x', principal: 'orrery' } }))).toBe(
      'conflict',
    )
    const other = await person('viewer')
    expect(await code(viewer.api.call('tokenDelete', { ref: other.token.id }))).toBe('not_found')
    expect((await viewer.api.call('tokenList', {})).items.map((each) => each.principalName)).toEqual([
      viewer.name,
    ])
  })

  test('is made once by a key, and its secret is in the first answer only', async () => {
    const options = { idempotencyKey: 'one-token' }
    const made = await server.api.call('tokenCreate', { body: { name: 'once' } }, options)
    await expect(server.api.call('tokenCreate', { body: { name: 'once' } }, options)).rejects.toThrow(
      /never stored/,
    )
    const named = await server.api.call('tokenList', { query: { filter: 'name:once' } })
    expect(named.items.map((each) => each.id)).toEqual([made.token.id])
    const { rows } = await server.pool.query<{ text: string }>(
      `select coalesce(string_agg(i::text, ''), '') || coalesce((select string_agg(e::text, '') from event e), '') as text from idempotency i`,
    )
    expect(rows[0]?.text).not.toContain(made.secret)
  })

  test.each(['Bearer', 'bearer  T', 'Basic T', 'Bearer a b', 'Token T', '', 'BearerT'])(
    'in the header %j is refused or read as one',
    async (header) => {
      const { secret } = await person('viewer')
      const authorization = header.replace('T', secret)
      const answer = await ask(server.url, 'GET', '/api/v1/sites', { headers: { authorization } })
      expect(answer.status).toBe(header === 'bearer  T' ? 200 : 401)
    },
  )
})

describe('a session', () => {
  test('is opened by a code once, however many try at the same moment', async () => {
    const { id } = await person('operator')
    const secret = await invite(id)
    const answers = await Promise.all(Array.from({ length: 10 }, () => signIn(secret)))
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, ...Array<number>(9).fill(401)])
    expect((await signIn(secret)).status).toBe(401)
  })

  test('has the role of the moment, and none for whoever was disabled meanwhile', async () => {
    const { id } = await person('admin')
    const secret = await invite(id)
    await server.api.call('principalUpdate', { ref: id, body: { role: 'viewer' } })
    expect(json(await signIn(secret))).toMatchObject({ role: 'viewer' })
    const next = await invite(id)
    const newest = await invite(id)
    expect((await signIn(next)).status).toBe(401)
    await server.api.call('principalUpdate', { ref: id, body: { disabled: true } })
    expect((await signIn(newest)).status).toBe(401)
  })

  test('has a cookie that scripts, other sites and plain http do not get, and changes nothing without its CSRF token', async () => {
    const { id } = await person('operator')
    const answer = await signIn(await invite(id))
    const [cookie = ''] = answer.headers['set-cookie'] ?? []
    for (const flag of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/', 'Max-Age=2592000'])
      expect(cookie).toContain(flag)
    const session = json(answer) as unknown as Session
    const call = (method: string, path: string, headers: Record<string, string> = {}) =>
      ask(server.url, method, path, { headers: { cookie: cookie.split(';')[0] ?? '', ...headers } })
    expect((await call('GET', '/api/v1/session')).status).toBe(200)
    for (const csrf of [undefined, 'wrong', `${session.csrfToken}x`]) {
      const refused = await call(
        'DELETE',
        '/api/v1/sites/x',
        csrf === undefined ? {} : { 'x-orrery-csrf': csrf },
      )
      expect(refused.status).toBe(403)
    }
    const csrf = { 'x-orrery-csrf': session.csrfToken ?? '' }
    expect((await call('DELETE', '/api/v1/sites/x', csrf)).status).toBe(404)
    expect((await call('DELETE', '/api/v1/session', csrf)).status).toBe(204)
    expect((await call('GET', '/api/v1/session')).status).toBe(401)
  })

  test('a session is no token, and a code is neither', async () => {
    const { id } = await person('operator')
    const secret = await invite(id)
    expect((await view(secret)).status).toBe(401)
    const [cookie = ''] = (await signIn(secret)).headers['set-cookie'] ?? []
    const value = cookie.split(';')[0] ?? ''
    expect((await ask(server.url, 'GET', '/api/v1/sites', { headers: { cookie: value } })).status).toBe(200)
  })
})

test('an address with too many wrong tokens waits; whoever was known there and elsewhere does not', async () => {
  const known = await person('viewer')
  const from = (address: string) => ({ 'x-forwarded-for': address })
  expect((await view(known.secret, from('192.0.2.1'))).status).toBe(200)
  const statuses = new Set<number>()
  // They are counted by the minute, and a minute may end in between.
  for (let round = 0; round < 17 || (round < 40 && !statuses.has(429)); round += 1) {
    const wrong = Array.from({ length: 20 }, (_, index) => view(`wrong-${round}-${index}`, from('192.0.2.1')))
    for (const answer of await Promise.all(wrong)) statuses.add(answer.status)
  }
  expect(statuses).toEqual(new Set([401, 429]))
  const refused = await view('wrong', from('192.0.2.1'))
  expect(json(refused)).toMatchObject({ code: 'limit', status: 429, retry: true })
  expect((await view(known.secret, from('192.0.2.1'))).status).toBe(200)
  expect((await view('wrong', from('192.0.2.2'))).status).toBe(401)
})

test('metrics are for this machine’s own programs, and for whoever has a token', async () => {
  const metrics = (headers: Record<string, string>) => ask(server.url, 'GET', '/metrics', { headers })
  expect((await metrics({})).body).toContain('orrery_nodes 0')
  expect((await metrics({ 'x-forwarded-for': '192.0.2.9' })).status).toBe(401)
  expect((await metrics({ host: 'rebound.example:8080' })).status).toBe(401)
  const viewer = await person('viewer')
  const asViewer = { authorization: `Bearer ${viewer.secret}`, host: 'rebound.example' }
  expect((await metrics(asViewer)).status).toBe(200)
  const device = await person('device')
  expect((await metrics({ ...asViewer, authorization: `Bearer ${device.secret}` })).status).toBe(403)
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:0:1::5', '2001:db8:0:1'],
  ['2001:db8:0:1:ffff:ffff:ffff:ffff', '2001:db8:0:1'],
  ['2001:0DB8::1', '2001:db8:0:0'],
  ['2001:db8::', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
])('the address %s counts as %s', (address, key) => {
  expect(addressKey(address)).toBe(key)
})

test('loopback is recognised in both families, and nothing else is', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true)
  expect(['10.0.0.1', '::2', '1270.0.0.1', '::ffff:10.0.0.1', ''].some(isLoopback)).toBe(false)
})

test('failures are counted per minute in bounded memory', () => {
  let nowMs = 0
  const failures = failuresCount(2, () => nowMs)
  failures.note('a')
  expect(failures.tooMany('a')).toBe(false)
  failures.note('a')
  expect(failures.tooMany('a')).toBe(true)
  for (let index = 0; index < 9999; index += 1) failures.note(`other ${index}`)
  expect(failures.tooMany('a')).toBe(true)
  failures.note('one more')
  expect(failures.tooMany('a')).toBe(false)
  failures.note('b')
  failures.note('b')
  nowMs += 60_000
  expect(failures.tooMany('b')).toBe(false)
})
