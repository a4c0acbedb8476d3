import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { secretNew } from './db/token.ts'
import { type LogOptions, logsOpen, secretsScrub } from './log.ts'

async function opened(options: Partial<LogOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'orrery-log-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const logs = await logsOpen({ directory, level: 'info', components: {}, ...options })
  const text = () =>
    readdirSync(directory)
      .map((name) => readFileSync(join(directory, name), 'utf8'))
      .join('')
  return { directory, logs, text }
}

test('secrets reach no log, by their name or in the middle of a text', async () => {
  const { logs, text } = await opened()
  const log = logs.component('http')
  const token = secretNew()
  const cause = new Error(`connect failed for postgres://orrery:hunter2@db:5432/orrery?password=hunter2`)
  log.error(
    { err: new Error(`bad ${token}`, { cause }), url: `/sign-in?code=${token}&x=1` },
    `token ${token}`,
  )
  log.warn(
    {
      token,
      password: 'hunter2',
      nested: { secret: 'hunter2', deeper: { authorization: 'Basic aHVudGVyMg==' } },
    },
    'x',
  )
  log.info(
    { headers: { cookie: 'orrery_session=hunter2', authorization: 'hunter2' }, csrf: 'hunter2' },
    `Bearer ${token}`,
  )
  log.info(
    { dsn: "host=db password='hunter2' user=x", connectionString: 'hunter2' },
    'Authorization: Basic aHVudGVyMjpodW50ZXIy',
  )
  await logs.close()
  const written = text()
  expect(written.match(/\n/g)).toHaveLength(4)
  for (const line of written.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ component: 'http' })
  expect(written).not.toContain('hunter2')
  expect(written).not.toContain(token)
  expect(written).not.toMatch(/aHVudGVy/)
})

test.each([
  ['postgres://u:p%40ss@host/db', 'postgres://u:[redacted]@host/db'],
  ['http://host:8080/a?code=abc&b=c', 'http://host:8080/a?code=[redacted]&b=c'],
  ['http://host:8080/a@b', 'http://host:8080/a@b'],
  ['nothing secret: 12:30 a@b', 'nothing secret: 12:30 a@b'],
  ['orrery_session is a cookie', 'orrery_session is a cookie'],
])('%s is written as %s', (given, written) => {
  expect(secretsScrub(given)).toBe(written)
})

test('a file where the folder should be is refused in words', async () => {
  const { directory, logs } = await opened()
  const file = join(directory, 'file')
  writeFileSync(file, 'kept')
  for (const wrong of [file, join(file, 'below')])
    await expect(logsOpen({ directory: wrong, level: 'info', components: {} })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/^The log cannot be written to .*file.*--log-file\.$/),
    })
  expect(readFileSync(file, 'utf8')).toBe('kept')
  await logs.close()
})

test('each component has its own level', async () => {
  const { logs, text } = await opened({ level: 'warn', components: { feed: 'debug', http: 'silent' } })
  for (const name of ['feed', 'http', 'loops']) {
    logs.component(name).debug({}, `${name} debug`)
    logs.component(name).error({}, `${name} error`)
  }
  await logs.close()
  const messages = text()
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg)
  expect(messages).toEqual(['feed debug', 'feed error', 'loops error'])
})

test('files are rotated, kept to a number, and read by their owner only', { timeout: 60_000 }, async () => {
  const { directory, logs } = await opened()
  const log = logs.component('server')
  const text = 'x'.repeat(1_000_000)
  for (let index = 0; index < 45; index += 1) log.info({ text }, 'large')
  // It turns to another file when the disk has taken the first.
  await expect.poll(() => readdirSync(directory).length, { timeout: 50_000 }).toBeGreaterThan(1)
  await logs.close()
  const sizes = readdirSync(directory).map((name) => statSync(join(directory, name)))
  expect(sizes.length).toBeGreaterThan(1)
  for (const { mode } of sizes) expect(mode & 0o077).toBe(0)
  log.error({}, 'a last word after closing goes to standard error')
})
