/** What is done once is done once, whoever asks how often; and what a call may mean by a name, and by no body. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestServer, testServer } from '../setup/running.ts'
import { ask } from '../setup/wire.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
  await server.api.call('siteCreate', { body: { name: 'here', kind: 'edge' } })
})
afterAll(() => server.close())

const capacity = { cpuCores: 1, memoryBytes: 1024 }
const call = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  ask(server.url, method, `/api/v1${path}`, {
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const idOf = (text: string): string => {
  const made = JSON.parse(text) as { id?: string; token?: { id: string } }
  return made.id ?? made.token?.id ?? ''
}

test.each([
  ['sites', { name: 'gone', kind: 'edge' }],
  ['nodes', { name: 'gone', site: 'here', capacity }],
  ['workloads', { name: 'gone', demand: capacity, autoPlace: false }],
  ['policies', { name: 'gone', algorithm: 'first-fit' }],
  ['providers', { name: 'gone', kind: 'manual' }],
  ['principals', { name: 'gone', role: 'viewer' }],
  ['tokens', { name: 'gone' }],
  ['runs', { name: 'gone', source: { kind: 'live' }, policies: ['first-fit'] }],
])(
  'of %s that are deleted by several at once one call is told so, and one event tells it',
  async (noun, body) => {
    const created = await call('POST', `/${noun}`, body)
    expect(created.status, created.body).toBeLessThan(300)
    const id = idOf(created.body)
    const answers = await Promise.all(Array.from({ length: 6 }, () => call('DELETE', `/${noun}/${id}`)))
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([204, 404, 404, 404, 404, 404])
    const { rows } = await server.pool.query(
      `select verb from event where subject_id = '${id}' and verb like '%.delete'`,
    )
    expect(rows).toHaveLength(1)
  },
)

test('a token is revoked by name only when the name says which: one’s own, and of one only', async () => {
  await call('POST', '/principals', { name: 'other', role: 'viewer' })
  const theirs = await call('POST', '/tokens', { name: 'laptop', principal: 'other' })
  expect((await call('DELETE', '/tokens/laptop')).status).toBe(404)
  await call('POST', '/tokens', { name: 'laptop' })
  const second = await call('POST', '/tokens', { name: 'laptop' })
  const several = await call('DELETE', '/tokens/laptop')
  expect(several.status).toBe(409)
  expect(several.body).toContain('Several of your tokens are called')
  expect((await call('DELETE', `/tokens/${idOf(second.body)}`)).status).toBe(204)
  expect((await call('DELETE', '/tokens/laptop')).status).toBe(204)
  expect((await call('DELETE', `/tokens/${idOf(theirs.body)}`)).status).toBe(204)
})

test('a body that is announced and does not come is no body', async () => {
  await call('POST', '/sites', { name: 'bare', kind: 'edge' })
  const empty = await call('POST', '/sites')
  expect(empty.status).toBe(400)
  expect(empty.body).toContain('a JSON object is needed')
  expect((await call('DELETE', '/sites/bare')).status).toBe(204)
  const unsigned = await call('POST', '/session')
  expect(unsigned.status).toBe(400)
  expect(unsigned.body).toContain('must be an object, not nothing')
})

test('a bind, a move and an unbind with an idempotency key are made once and answer the same again', async () => {
  for (const name of ['n1', 'n2']) await call('POST', '/nodes', { name, site: 'here', capacity })
  await call('POST', '/workloads', { name: 'w', demand: capacity, autoPlace: false })
  for (const [verb, body, nodeName] of [
    ['bind', { node: 'n1' }, 'n1'],
    ['migrate', { node: 'n2' }, 'n2'],
    ['unbind', {}, null],
  ] as const) {
    const key = { 'idempotency-key': `key-${verb}` }
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => call('POST', `/workloads/w/${verb}`, body, key)),
    )
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200])
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1)
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({ nodeName })
    const { rows } = await server.pool.query(
      `select 1 from event where verb = 'workload.${verb}' and subject_name = 'w'`,
    )
    expect(rows).toHaveLength(1)
    const nodes = JSON.parse((await call('GET', '/nodes')).body) as {
      items: { name: string; workloadCount: number }[]
    }
    expect(nodes.items.filter((node) => node.workloadCount > 0).map((node) => node.name)).toEqual(
      nodeName === null ? [] : [nodeName],
    )
  }
  const refused = await call(
    'POST',
    '/workloads/w/bind',
    { node: 'n1' },
    { 'idempotency-key': 'key-migrate' },
  )
  expect(refused.status).toBe(409)
})

test('a name in the shape of an id is refused, since it would be looked up as one', async () => {
  const answer = await call('POST', '/sites', { kind: 'edge', name: '01890000-1111-7000-8000-000000000000' })
  expect(answer.status).toBe(400)
  expect(answer.body).toContain('shape of an id')
})
