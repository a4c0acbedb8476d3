import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sessionRead, sessionWrite } from '../session.ts'
import { type Answer, type Asked, type Listener, json, listener, problem } from '../testing/listener.ts'
import { type Terminal, terminal } from '../testing/terminal.ts'
import { linkParse } from './login.ts'

const principal = { id: 'ada-id', name: 'ada', role: 'admin' }
const me = { principal, role: 'admin', csrfToken: null, expiresAt: null }

/** Knows the code `good`, the token `token-1` it gives for it, and revokes. */
function signInServer(): (asked: Asked) => Answer {
  return ({ method, path, headers, body }) => {
    switch (`${method} ${path}`) {
      case 'POST /api/v1/session':
        if (JSON.parse(body).code !== 'good')
          return problem(401, 'unauthorized', 'that sign-in link was used or has expired')
        return {
          ...json({ ...me, csrfToken: 'csrf' }, 201),
          headers: { 'set-cookie': ['orrery=cookie; HttpOnly; Path=/'] },
        }
      case 'POST /api/v1/tokens':
        if (headers.cookie !== 'orrery=cookie' || headers['x-orrery-csrf'] !== 'csrf')
          return problem(401, 'unauthorized', 'no session')
        return json({ token: { id: 'token-id' }, secret: 'token-1' }, 201)
      case 'DELETE /api/v1/session':
      case 'DELETE /api/v1/tokens/token-id':
        return { status: 204 }
      case 'GET /api/v1/session':
        return headers.authorization === 'Bearer token-1'
          ? json(me)
          : problem(401, 'unauthorized', 'that token is not valid')
      case 'POST /api/v1/principals/ada-id/invite':
        return json(
          { url: 'http://127.0.0.1/sign-in#new', code: 'new', expiresAt: '2026-02-01T00:00:00Z' },
          201,
        )
      default:
        return problem(404, 'not_found', `no ${path}`)
    }
  }
}

let server: Listener
let user: Terminal
beforeEach(async () => {
  server = await listener(signInServer())
  user = terminal()
})
afterEach(async () => {
  user.close()
  await server.close()
})

describe('orrery login', () => {
  test('a code buys a token of its own, which is kept', async () => {
    const { code, err } = await user.run(`login --url ${server.url} --code good`)
    expect({ code, err }).toMatchObject({ code: 0 })
    expect(err).toContain(`Signed in to ${server.url} as ada (admin)`)
    expect(err).not.toContain('token-1')
    expect(await sessionRead(user.env)).toEqual({
      url: server.url,
      token: 'token-1',
      tokenId: 'token-id',
      facades: {},
    })
    expect((await user.run('whoami -q')).out).toBe('ada\n')
  })

  test('a whole link will do, and knows its server', async () => {
    await user.run(`login --code ${server.url}/sign-in#code=good`)
    expect((await sessionRead(user.env))?.url).toBe(server.url)
  })

  test('a token is tried before it is kept', async () => {
    expect((await user.run(`login --url ${server.url} --token wrong`)).code).toBe(3)
    expect(await sessionRead(user.env)).toBeNull()
    expect((await user.run(`login --url ${server.url} --token -`, { input: 'token-1\n' })).code).toBe(0)
    expect(await sessionRead(user.env)).toMatchObject({ token: 'token-1', tokenId: null })
  })

  test('a person is asked; a script is told what is missing', async () => {
    const asked = await user.run(`login --url ${server.url}`, {
      tty: true,
      input: `${server.url}/sign-in?code=good`,
    })
    expect(asked.code).toBe(0)
    const script = await user.run(`login --url ${server.url}`)
    expect(script).toMatchObject({ code: 1 })
    expect(script.err).toContain('--code or --token is needed where nobody can be asked')
  })

  test('a used code changes nothing', async () => {
    await sessionWrite(user.env, {
      url: server.url,
      token: 'token-1',
      tokenId: null,
      facades: { oaas: 'http://x' },
    })
    expect((await user.run('login --code used')).code).toBe(3)
    expect((await sessionRead(user.env))?.token).toBe('token-1')
    await user.run('login --code good')
    expect((await sessionRead(user.env))?.facades).toEqual({ oaas: 'http://x' })
  })

  test('where a session cannot be kept, the code is not spent on it', async () => {
    const file = join(user.configDir, 'file')
    writeFileSync(file, '')
    const ran = await user.run(`login --url ${server.url} --code good`, { env: { XDG_CONFIG_HOME: file } })
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toMatch(/^orrery: the session cannot be kept in .*file\/orrery\/session\.json .*\n$/)
    expect(server.asked).toEqual([])
  })

  test('--link prints a new sign-in link for oneself', async () => {
    await user.run(`login --url ${server.url} --code good`)
    expect(await user.run('login --link')).toMatchObject({ code: 0, out: 'http://127.0.0.1/sign-in#new\n' })
  })
})

test('logout revokes the token that was made for it, and forgets it even when the server is away', async () => {
  await user.run(`login --url ${server.url} --code good`)
  expect((await user.run('logout')).code).toBe(0)
  expect(server.asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/v1/tokens/token-id' })
  expect(await sessionRead(user.env)).toBeNull()

  await sessionWrite(user.env, { url: 'http://127.0.0.1:1', token: 't', tokenId: 'i', facades: {} })
  const away = await user.run('logout')
  expect(away.code).toBe(0)
  expect(away.err).toContain('could not be revoked')
  expect(await sessionRead(user.env)).toBeNull()
})

test.each([
  ['K7', 'K7'],
  ['http://h:1/sign-in#K7', 'K7'],
  ['http://h:1/sign-in#code=K7', 'K7'],
  ['http://h:1/sign-in?code=K7', 'K7'],
  ['http://h:1/sign-in/K7', 'K7'],
])('the code in %s', (link, code) => {
  expect(linkParse(link).code).toBe(code)
})
