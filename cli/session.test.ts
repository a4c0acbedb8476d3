import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Session, sessionPath, sessionRead, sessionRemove, sessionWrite } from './session.ts'
import { json, listener } from './testing/listener.ts'
import { type Terminal, terminal } from './testing/terminal.ts'

let user: Terminal
beforeEach(() => (user = terminal()))
afterEach(() => user.close())

const session: Session = {
  url: 'http://127.0.0.1:8080',
  token: 'secret',
  tokenId: null,
  facades: { envserver: 'http://127.0.0.1:50080' },
}

test('the file is readable by its user only, under any umask, and replaced in one step', async () => {
  const before = process.umask(0)
  try {
    const path = await sessionWrite(user.env, session)
    expect(path).toBe(join(user.configDir, 'orrery', 'session.json'))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
    process.umask(0o777)
    await sessionWrite(user.env, { ...session, token: 'other' })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(path))).toEqual(['session.json'])
  } finally {
    process.umask(before)
  }
  expect(await sessionRead(user.env)).toEqual({ ...session, token: 'other' })
})

test('without XDG_CONFIG_HOME it is below the home folder; a relative one is not believed', () => {
  expect(sessionPath({ HOME: '/srv/ada' })).toBe('/srv/ada/.config/orrery/session.json')
  expect(sessionPath({ HOME: '/srv/ada', XDG_CONFIG_HOME: 'etc' })).toBe(
    '/srv/ada/.config/orrery/session.json',
  )
})

test('nobody signed in is null, and signing out twice is fine', async () => {
  expect(await sessionRead(user.env)).toBeNull()
  await sessionRemove(user.env)
})

test.each(['', 'null', '{}', '{"url":1}', '[', '"x"'])(
  'a broken file (%s) is said to be one',
  async (text) => {
    const path = sessionPath(user.env)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    const { code, err } = await user.run('node list')
    expect(code).toBe(2)
    expect(err).toContain(`${path} is not a session file`)
  },
)

test('a saved token goes to the server it was saved for and to no other', async () => {
  const own = await listener(() => json({ items: [], next: null }))
  const other = await listener(() => json({ items: [], next: null }))
  await sessionWrite(user.env, { ...session, url: own.url })
  await user.run('node list')
  await user.run(`node list --url ${own.url}/`)
  await user.run(`node list --url ${other.url}`)
  await user.run('node list', { env: { ORRERY_URL: other.url } })
  await user.run('node list', { env: { ORRERY_URL: other.url, ORRERY_TOKEN: 'given' } })
  expect(own.asked.map((asked) => asked.headers.authorization)).toEqual(['Bearer secret', 'Bearer secret'])
  expect(other.asked.map((asked) => asked.headers.authorization)).toEqual([
    undefined,
    undefined,
    'Bearer given',
  ])
  await own.close()
  await other.close()
})

test('what is kept is plain JSON', async () => {
  expect(JSON.parse(readFileSync(await sessionWrite(user.env, session), 'utf8'))).toEqual(session)
})
