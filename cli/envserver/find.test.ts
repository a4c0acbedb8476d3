import { afterEach, expect, test } from 'vitest'
import { sessionWrite } from '../session.ts'
import { type Answer, type Asked, type Listener, json, listener } from '../testing/listener.ts'
import { type Terminal, terminal } from '../testing/terminal.ts'

const open: { close(): Promise<void> | void }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})
async function server(respond: (asked: Asked) => Answer): Promise<Listener> {
  const made = await listener(respond)
  open.push(made)
  return made
}
function person(env: Record<string, string> = {}): Terminal {
  const made = terminal(env)
  open.push(made)
  return made
}

test('a server elsewhere is asked where its facade is; one that listens everywhere is where the server was reached', async () => {
  const facade = await server(() => json([{ hostid: 'h' }]))
  const api = await server(({ path }) =>
    path === '/api/v1/status'
      ? json({
          listeners: [
            { name: 'envserver', url: `http://0.0.0.0:${facade.port}`, state: 'open', reason: null },
          ],
        })
      : null,
  )
  const user = person({ ORRERY_URL: api.url, ORRERY_TOKEN: 't' })
  expect(await user.run('hosts ls -q')).toEqual({ code: 0, out: 'h\n', err: '' })
  expect(facade.asked[0]?.headers.authorization).toBe('Bearer t')
})

test('facades in the session file are not those of another server', async () => {
  const facade = await server(() => json(null))
  const api = await server(() => json({ listeners: [] }))
  const user = person()
  await sessionWrite(user.env, {
    url: 'http://127.0.0.1:1',
    token: 't',
    tokenId: null,
    facades: { envserver: facade.url },
  })
  const ran = await user.run('hosts ls', { env: { ORRERY_URL: api.url, ORRERY_TOKEN: 'other' } })
  expect(ran).toMatchObject({ code: 4 })
  expect(ran.err).toContain('has no envserver facade open')
  expect(facade.asked).toEqual([])
})

test('a facade that wants a name and a password gets the name of the principal and its token', async () => {
  const facade = await server(({ headers }) =>
    headers.authorization === `Basic ${Buffer.from('ada:t').toString('base64')}`
      ? json([{ hostid: 'h' }])
      : { status: 401, headers: { 'www-authenticate': 'Basic realm="orrery"' }, body: 'no' },
  )
  const api = await server(() =>
    json({ principal: { id: 'i', name: 'ada', role: 'operator' }, role: 'operator' }),
  )
  const user = person()
  await sessionWrite(user.env, {
    url: api.url,
    token: 't',
    tokenId: null,
    facades: { envserver: facade.url },
  })
  expect((await user.run('hosts ls -q')).out).toBe('h\n')
})

test.each([
  [{ ENVSERVER_TLS: 'true' }, 'https://127.0.0.1:1'],
  [{ ENVSERVER_TLS: 'false' }, 'http://127.0.0.1:1'],
  [{}, 'http://127.0.0.1:1'],
  [{ ENVSERVER_HOST: '' }, 'http://localhost:1'],
  [{ ENVSERVER_HOST: '::1' }, 'http://[::1]:1'],
  [{ ENVSERVER_PORT: '' }, 'http://127.0.0.1:50080'],
])('with %j the envserver is at %s', async (env, url) => {
  const { envserverFind } = await import('./find.ts')
  const all = { ENVSERVER_HOST: '127.0.0.1', ENVSERVER_PORT: '1', ...env }
  const cli = { io: { env: all }, insecure: false } as unknown as Parameters<typeof envserverFind>[0]
  expect((await envserverFind(cli)).url).toBe(url)
})

test('a host elsewhere is reached by https, unless told otherwise', async () => {
  const { envserverFind } = await import('./find.ts')
  const env = { ENVSERVER_HOST: 'env.example.org', ENVSERVER_PORT: '50080' }
  const at = (insecure: boolean, more: object): Promise<{ url: string }> =>
    envserverFind({ io: { env: { ...env, ...more } }, insecure } as unknown as Parameters<
      typeof envserverFind
    >[0])
  expect((await at(false, {})).url).toBe('https://env.example.org:50080')
  expect((await at(true, {})).url).toBe('http://env.example.org:50080')
  expect((await at(true, { ENVSERVER_TLS: 'true' })).url).toBe('https://env.example.org:50080')
})

test.each(['many', '0', '99999'])('a port that is none (%s) is refused', async (port) => {
  const { code, err } = await person({ ENVSERVER_PORT: port }).run('hosts ls')
  expect({ code, err }).toEqual({
    code: 2,
    err: `orrery: ENVSERVER_PORT must be a port number, 1 to 65535; got '${port}'\n`,
  })
})

test('a host name that is none is refused', async () => {
  expect((await person({ ENVSERVER_HOST: 'a b' }).run('hosts ls')).err).toContain('ENVSERVER_HOST must be')
})
