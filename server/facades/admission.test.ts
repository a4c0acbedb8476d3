/** Who is let in by each mode, and that a web page open in somebody's browser is not taken for a program. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PrincipalId } from '@orrery/api/id.ts'
import { type TestFacade, testFacade } from '../../test/setup/facade.ts'
import { admitOpen } from './admission.ts'
import { envserver } from './envserver/envserver.ts'
import type { FacadeMode } from './facade.ts'

const fromPages = 'Web pages of other sites may read here, and change nothing.'
const byName = (host: string) =>
  `The Host header says '${host}', a name that a web page could point at this machine. ` +
  'Call localhost, 127.0.0.1 or [::1]; with the mode token or basic every name is taken.'

describe.each<[string, FacadeMode]>([
  ['open', 'open'],
  ['by network', { network: ['127.0.0.0/8'] }],
])('a facade that is %s', (_, mode) => {
  let facade: TestFacade
  beforeAll(async () => {
    facade = await testFacade(envserver, { mode })
  })
  afterAll(() => facade.close())
  const status = async (headers: Record<string, string>, body?: string) => {
    const answer = await facade.ask(body === undefined ? 'GET' : 'POST', '/hosts', {
      headers,
      ...(body === undefined ? {} : { body }),
    })
    return answer.status === 403 ? answer.body : answer.status
  }

  it('serves programs, and pages of its own address', async () => {
    const { host, port } = new URL(facade.url)
    expect(await status({})).toBe(200)
    for (const name of [`127.0.0.1:${port}`, 'localhost', `localhost:${port}`, '[::1]:50080']) {
      expect(await status({ Host: name })).toBe(200)
    }
    expect(await status({ Origin: `http://${host}` })).toBe(200)
    expect(await status({ 'Sec-Fetch-Site': 'same-origin' })).toBe(200)
  })

  it.for<[string, Record<string, string>]>([
    ['another site’s origin', { Origin: 'https://page.example' }],
    ['an origin that is hidden', { Origin: 'null' }],
    ['the same name on another port', { Origin: 'http://127.0.0.1:1' }],
    ['a browser that says the site is another', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('lets %s read, and change nothing', async ([, headers]) => {
    const body = JSON.stringify({ hostid: 'page', total_cpu: 100, total_memory: 1 })
    expect(await status(headers)).toBe(200)
    expect(await status(headers, body)).toBe(fromPages)
    expect((await facade.ask('GET', '/hosts/page')).body).toBe('null')
  })

  it.for(['rebound.example', '127.0.0.1.rebound.example', 'localhost.rebound.example:50080'])(
    'refuses the name %s, which somebody points at this machine, and says which are taken',
    async (host) => {
      const body = JSON.stringify({ hostid: 'page', total_cpu: 100, total_memory: 1 })
      expect(await status({ Host: host })).toBe(byName(host))
      expect(await status({ Host: host }, body)).toBe(byName(host))
      // The page's own origin is the same as the name then.
      expect(await status({ Host: host, Origin: `http://${host}` }, body)).toBe(byName(host))
      expect((await facade.ask('GET', '/hosts/page')).body).toBe('null')
    },
  )

  it('does not repeat a name of any length', async () => {
    expect(await status({ Host: `${'x'.repeat(10_000)}.example` })).toBe(byName(`${'x'.repeat(100)}…`))
  })
})

it.each(['token', 'basic'] as const)('a facade in the mode %s takes every name', async (mode) => {
  const alice = { id: 'a' as PrincipalId, name: 'alice', role: 'viewer' as const }
  const guarded = await testFacade(envserver, { mode, authenticate: async () => alice })
  const Authorization =
    mode === 'token' ? 'Bearer good' : `Basic ${Buffer.from('alice:good').toString('base64')}`
  const headers = { Host: 'proxy.example', Origin: 'https://page.example', Authorization }
  expect(await guarded.ask('GET', '/hosts', { headers })).toMatchObject({ status: 200 })
  await guarded.close()
})

it('a page outside the networks is not promised by a preflight what its call would be refused', async () => {
  const far = await testFacade(envserver, { mode: { network: ['10.0.0.0/8'] } })
  for (const Origin of ['https://page.example', 'null']) {
    const answer = await far.ask('OPTIONS', '/hosts', { headers: { Origin } })
    expect(answer).toMatchObject({ status: 403, body: 'Calls from this address are not allowed.' })
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  }
  await far.close()
})

it('a caller from outside the networks is refused, also where IPv4 comes mapped into IPv6', async () => {
  const inside = await testFacade(envserver, { mode: { network: ['10.0.0.0/8', '::1/128'] } })
  expect(await inside.ask('GET', '/hosts')).toMatchObject({
    status: 403,
    body: 'Calls from this address are not allowed.',
  })
  await inside.close()
})

it.each(['10.0.0.0/33', 'fd00::/129', '10.0.0.0/-1', '10.0.0.0/x', 'example.org', ''])(
  'the network %s is refused at the start',
  (network) => {
    const facade = { id: 'p' as PrincipalId, name: 'facade', role: 'operator' as const }
    expect(() => admitOpen({ mode: { network: [network] }, authenticate: async () => null }, facade)).toThrow(
      /is not a network in CIDR notation/,
    )
  },
)
