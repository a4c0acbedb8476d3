/** Every operation of the native API refuses who may not call it, before it looks at anything else of the request. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OperationName, type OperationSpec, operations } from '@orrery/api/operations.ts'
import { type RequiredRole, type Role, roleGrants, roles } from '@orrery/api/principal.ts'
import { testServer, type TestServer } from '../setup/running.ts'
import { ask } from '../setup/wire.ts'

const entries = Object.entries(operations) as [OperationName, OperationSpec][]
const guarded = entries.filter(([, spec]) => spec.role !== null)
/** Whoever has a token may ask who it is, and give it back. */
const ownBusiness: readonly OperationName[] = ['sessionView', 'sessionDelete']
/** Operations that this file saw refuse a call without identity, and one with too small a role. */
const seen = { anonymous: new Set<string>(), smallRole: new Set<string>() }

let server: TestServer
const tokens = {} as Record<Role, string>
beforeAll(async () => {
  server = await testServer()
  for (const role of roles) tokens[role] = await server.tokenFor(role)
})
afterAll(() => server.close())

/** A call that would fail in many other ways, were it let in: there is no such thing, and the body is no JSON. */
function call(spec: OperationSpec, headers: Record<string, string>) {
  const path = `/api/v1${spec.path.replace('{ref}', 'there-is-no-such-thing')}?surely=unknown`
  if (spec.method === 'GET' || spec.method === 'DELETE')
    return ask(server.url, spec.method, path, { headers })
  return ask(server.url, spec.method, path, {
    headers: { 'content-type': 'application/json', ...headers },
    body: '{ not json',
  })
}

async function expectProblem(answer: Awaited<ReturnType<typeof call>>, status: number, code: string) {
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(JSON.parse(answer.body)).toMatchObject({ status, code })
  expect(answer.status).toBe(status)
}

describe.each(guarded)('%s', (name, spec) => {
  test('refuses a call without a token, with a made-up one, and with a cookie that is no session', async () => {
    const presented: Record<string, string>[] = [
      {},
      { authorization: 'Bearer orrery_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
      { authorization: `Bearer ${'x'.repeat(5000)}` },
      { authorization: `Basic ${Buffer.from(`admin:${server.token}`).toString('base64')}` },
      { authorization: '' },
      { cookie: 'orrery_session=made-up' },
      { cookie: `orrery_session=${server.token}` },
    ]
    for (const headers of presented) {
      const answer = await call(spec, headers)
      await expectProblem(answer, 401, 'unauthorized')
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="orrery"')
    }
    seen.anonymous.add(name)
  })

  test('refuses every role that is not granted it', async () => {
    if (!ownBusiness.includes(name)) {
      for (const role of roles) {
        if (spec.role === null || roleGrants[spec.role].includes(role)) continue
        await expectProblem(await call(spec, { authorization: `Bearer ${tokens[role]}` }), 403, 'forbidden')
      }
    }
    seen.smallRole.add(name)
  })
})

test('a token is refused when it has expired, was revoked, is another server’s, or its principal is disabled', async () => {
  const view = (token: string) =>
    ask(server.url, 'GET', '/api/v1/sites', { headers: { authorization: `Bearer ${token}` } })

  const short = await server.tokenFor('viewer', 1)
  expect((await view(short)).status).toBe(200)
  await new Promise((resolve) => setTimeout(resolve, 1100))
  await expectProblem(await view(short), 401, 'unauthorized')

  const own = await server.api.call('tokenCreate', { body: { name: 'to be revoked' } })
  expect((await view(own.secret)).status).toBe(200)
  await server.api.call('tokenDelete', { ref: own.token.id })
  await expectProblem(await view(own.secret), 401, 'unauthorized')

  const other = await testServer()
  await expectProblem(await view(other.token), 401, 'unauthorized')
  await other.close()

  await server.api.call('principalCreate', { body: { name: 'leaver', role: 'operator' } })
  const leaver = await server.api.call('tokenCreate', { body: { name: 'leaver', principal: 'leaver' } })
  expect((await view(leaver.secret)).status).toBe(200)
  await server.api.call('principalUpdate', { ref: 'leaver', body: { disabled: true } })
  await expectProblem(await view(leaver.secret), 401, 'unauthorized')
})

test('nobody gives out more than they have', async () => {
  const operator = { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' }
  for (const body of [
    { name: 'up', role: 'admin' },
    { name: 'for another', principal: 'admin' },
  ]) {
    const answer = await ask(server.url, 'POST', '/api/v1/tokens', {
      headers: operator,
      body: JSON.stringify(body),
    })
    await expectProblem(answer, 403, 'forbidden')
  }
})

test('a role is granted what the roles below it are', () => {
  const order: RequiredRole[] = ['admin', 'operator', 'viewer']
  for (const [index, role] of order.entries())
    for (const below of order.slice(index)) expect(roleGrants[below]).toContain(role)
})

test('the list of operations without an authorisation test is empty', () => {
  const open = entries.filter(([, spec]) => spec.role === null).map(([name]) => name)
  expect(open).toEqual(['sessionCreate'])
  const committed = readFileSync(
    join(import.meta.dirname, 'operations-without-authorisation-test.txt'),
    'utf8',
  )
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const uncovered = guarded
    .map(([name]) => name)
    .filter((name) => !seen.anonymous.has(name) || !seen.smallRole.has(name))
  expect(uncovered).toEqual(committed)
  expect(committed).toEqual([])
})
