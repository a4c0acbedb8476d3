/** Followers of events over real sockets: who may listen, from where, and what becomes of one that does not read. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type TestServer, testServer } from '../../test/setup/running.ts'
import { testCtx } from '../../test/setup/server.ts'
import { ask } from '../../test/setup/wire.ts'
import { eventStreamOpen } from './stream.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.close())

type Reader = { text(): string; ids(): string[]; ended: Promise<void>; pause(): void; resume(): void }

async function reader(token: string, more: Record<string, string> = {}): Promise<Reader> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  let text = ''
  socket.on('data', (piece) => {
    text += piece.toString('utf8')
  })
  socket.on('error', () => socket.destroy())
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const headers = { host: 'here', accept: 'text/event-stream', authorization: `Bearer ${token}`, ...more }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.write(`GET /api/v1/events HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  await expect.poll(() => text, patient).toContain('retry: 1000')
  return {
    text: () => text,
    ids: () => [...text.matchAll(/^id: (\S+)\ndata: .*\n\n/gm)].map((match) => match[1] ?? ''),
    ended,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  }
}

const patient = { timeout: 15_000 }
let count = 0
const siteCreate = () => server.api.call('siteCreate', { body: { name: `s${(count += 1)}`, kind: 'edge' } })
const within = (ended: Promise<void>, ms: number) =>
  Promise.race([
    ended.then(() => 'ended'),
    new Promise((resolve) => setTimeout(() => resolve('goes on'), ms)),
  ])

test.each(['revoked', 'disabled', 'lowered'])('a listener whose token was %s is cut off', async (how) => {
  const token = await server.tokenFor('viewer')
  const [own] = (await server.api.call('tokenList', { query: { limit: 1 } })).items
  const listener = await reader(token)
  const bystander = await reader(server.token)
  await siteCreate()
  await expect.poll(() => listener.ids().length, patient).toBeGreaterThan(0)
  const ref = own?.principalId ?? ''
  if (how === 'revoked') await server.api.call('tokenDelete', { ref: own?.id ?? '' })
  if (how === 'disabled') await server.api.call('principalUpdate', { ref, body: { disabled: true } })
  if (how === 'lowered') await server.api.call('principalUpdate', { ref, body: { role: 'device' } })
  expect(await within(listener.ended, 15_000)).toBe('ended')
  expect(await within(bystander.ended, 200)).toBe('goes on')
})

/** The cursor of the event of a new site, once it shows: anybody's transaction in the cluster holds events back. */
async function siteEvent(): Promise<string> {
  const { id } = await siteCreate()
  const find = async () =>
    (await server.api.call('eventList', { query: { filter: `subject:${id}` } })).items[0]?.cursor ?? ''
  await expect.poll(find, patient).not.toBe('')
  return find()
}

test('a listener takes up after the event it names, and after one from a future that was restored away, now', async () => {
  const newest = await siteEvent()
  const listed = async () => {
    const { items } = await server.api.call('eventList', { query: { order: 'asc', limit: 1000 } })
    return items.map((event) => event.cursor)
  }
  // Anybody's open transaction in the cluster holds events back.
  await expect.poll(async () => (await listed()).at(-1), patient).toBe(newest)
  const cursors = await listed()
  const half = Math.floor(cursors.length / 2)
  const first = await reader(server.token, { 'last-event-id': '0-0' })
  const second = await reader(server.token, { 'last-event-id': cursors[half] ?? '' })
  await expect.poll(() => first.ids(), patient).toEqual(cursors)
  await expect.poll(() => second.ids(), patient).toEqual(cursors.slice(half + 1))
  const ahead = await reader(server.token, { 'last-event-id': '9999999999999-1' })
  const next = await siteEvent()
  for (const listener of [first, second, ahead])
    await expect.poll(() => listener.ids().at(-1), patient).toBe(next)
  expect(ahead.ids()).toEqual([next])
})

test('what is no cursor is refused, as is whoever may not read', async () => {
  const get = (headers: Record<string, string>) =>
    ask(server.url, 'GET', '/api/v1/events', { headers: { accept: 'text/event-stream', ...headers } })
  const authorization = `Bearer ${server.token}`
  for (const id of ['x', '1', '-1-1', "1-1'"])
    expect((await get({ authorization, 'last-event-id': id })).status).toBe(400)
  expect((await get({})).status).toBe(401)
  expect((await get({ authorization: `Bearer ${await server.tokenFor('device')}` })).status).toBe(403)
})

/** Every event after a cursor, once, as a listener gets them that comes back whenever it is cut off. */
async function everything(
  from: string,
  total: number,
  between: (listener: Reader) => void,
): Promise<string[]> {
  const ids: string[] = []
  for (let visit = 0; visit < 30 && ids.length < total; visit += 1) {
    const listener = await reader(server.token, { 'last-event-id': ids.at(-1) ?? from })
    let ended = false
    void listener.ended.then(() => (ended = true))
    while (!ended && ids.length + listener.ids().length < total) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      between(listener)
    }
    ids.push(...listener.ids())
  }
  return ids
}

test(
  'one that does not read is cut off, and then told everything at its own pace',
  { timeout: 60_000 },
  async () => {
    const from = await siteEvent()
    const slow = await reader(server.token)
    slow.pause()
    const total = 150
    for (let index = 0; index < total; index += 10)
      await server.pool.query(
        `insert into event (verb, subject_kind, after) select 'big', 'test', jsonb_build_object('text', repeat('x', 200000)) from generate_series(1, 10)`,
      )
    await siteCreate()
    const brisk = await everything(from, total + 1, () => undefined)
    // It was cut off with events unread: what the network still held is all it gets.
    slow.resume()
    expect(await within(slow.ended, 10_000)).toBe('ended')
    expect(slow.ids().length).toBeLessThan(total)
    const hesitant = await everything(from, total + 1, (listener) => {
      listener.pause()
      setTimeout(() => listener.resume(), 20)
    })
    expect(hesitant).toEqual(brisk)
    expect(server.errorsLogged()).toEqual([])
  },
)

test('what only a list can do is refused, and the one thing that was wrong is named', async () => {
  for (const [query, words] of [
    ['?since=2026-01-01T00:00:00Z', '`since` is for lists'],
    ['?filter=verb:site.create&limit=3', '`limit` is for lists'],
    ['?cursor=x', '`cursor` must be'],
  ]) {
    const answer = await ask(server.url, 'GET', `/api/v1/events${query}`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${server.token}` },
    })
    expect(answer.status).toBe(400)
    expect(answer.body).toContain(words)
  }
})

test('there are a thousand listeners at most', async () => {
  const ctx = await testCtx()
  onTestFinished(() => ctx.close())
  const stream = eventStreamOpen(ctx.database, ctx.services.feed, () => undefined)
  onTestFinished(() => stream.close())
  const serve = () => {
    const raw = Object.assign(new PassThrough(), { writeHead: () => undefined }).resume()
    const reply = { hijack: () => undefined, raw } as unknown as FastifyReply // what the stream uses of it
    const request = { url: '/api/v1/events', query: {}, headers: {} } as unknown as FastifyRequest
    return stream.serve(request, reply, async () => true).then(() => raw)
  }
  const raws = await Promise.all(Array.from({ length: 1000 }, serve))
  expect(stream.listeners()).toBe(1000)
  await expect(serve()).rejects.toThrow(/1000 listeners already/)
  const gone = raws[7]
  gone?.destroy()
  if (gone !== undefined) await once(gone, 'close')
  await serve()
  expect(stream.listeners()).toBe(1000)
})
