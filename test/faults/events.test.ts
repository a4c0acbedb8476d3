/** Sixteen writers and one reader: every event once, in order, whatever happens to the reader's connection. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseOpen } from '@orrery/server/db/database.ts'
import { type EventRow, eventCursorNow, eventInsert, eventsAfter } from '@orrery/server/db/event.ts'
import { feedOpen } from '@orrery/server/db/feed.ts'
import { eventReader } from '../setup/event-reader.ts'
import { type TestServer, testServer } from '../setup/running.ts'
import { type TestDatabase, databaseUrl, testDatabase } from '../setup/schema.ts'

const writers = 16
const writesEach = 40

let server: TestServer
beforeAll(async () => {
  server = await testServer()
  await server.api.call('siteCreate', { body: { name: 'here', kind: 'edge' } })
})
afterAll(() => server.close())

test('a reader that is cut off and takes up with Last-Event-ID sees every event of 16 writers once, in order', async () => {
  const reader = await eventReader(server.url, server.token)
  let done = false
  let cuts = 0
  const writing = Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      // Until the reader was cut off a few times in the middle, however fast this is.
      for (let index = 0; index < writesEach || cuts <= 2; index += 1) {
        await server.api.call('workloadCreate', {
          body: {
            name: `w-${writer}-${index}`,
            demand: { cpuCores: 1, memoryBytes: 1024 },
            autoPlace: false,
          },
        })
      }
    }),
  ).finally(() => {
    done = true
  })
  while (!done) {
    await sleep(60)
    await reader.cut()
    await sleep(20)
    await reader.resume()
    cuts += 1
  }
  await writing
  expect(cuts).toBeGreaterThan(2)

  const { rows } = await server.pool.query<{ cursor: string }>(
    `select xid::text || '-' || id as cursor from event where verb = 'workload.create' order by xid, id`,
  )
  expect(rows.length).toBeGreaterThanOrEqual(writers * writesEach)
  const seen = () => reader.events.filter((event) => event.verb === 'workload.create')
  await reader.until('all events came', () => seen().length >= rows.length)
  await sleep(700) // one period of the feed: nothing comes a second time
  expect(seen().map((event) => event.cursor)).toEqual(rows.map((row) => row.cursor))
  await reader.cut()
})

test('a reader with a filter hears of what passes it, live and after a cut', async () => {
  const reader = await eventReader(server.url, server.token, 'kind:node verb:*.create "quiet edge"')
  const create = (name: string) =>
    server.api.call('nodeCreate', {
      body: { name, site: 'here', capacity: { cpuCores: 1, memoryBytes: 1024 } },
    })
  await create('loud')
  await create('quiet edge 1')
  await reader.until('the first came', () => reader.events.length > 0)
  await reader.cut()
  await create('quiet edge 2')
  await create('loud again')
  await reader.resume()
  await create('quiet edge 3')
  await reader.until('the last came', () => reader.events.length >= 3)
  expect(reader.events.map((event) => event.subjectName)).toEqual([
    'quiet edge 1',
    'quiet edge 2',
    'quiet edge 3',
  ])
  await reader.cut()
  await expect(eventReader(server.url, server.token, 'colour:red')).rejects.toThrow(/400.*no field 'colour'/)
})

test('a cursor that does not exist yet is answered from now on, and one that is no cursor is refused', async () => {
  const ask = (lastEventId: string) =>
    fetch(`${server.url}/api/v1/events`, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${server.token}`,
        'last-event-id': lastEventId,
      },
      signal: AbortSignal.timeout(5000),
    })
  const refused = await ask('yesterday')
  expect([refused.status, refused.headers.get('content-type')]).toEqual([
    400,
    'application/problem+json; charset=utf-8',
  ])
  const ahead = await ask('999999999999-1')
  expect(ahead.status).toBe(200)
  await ahead.body?.cancel()
})

test('a reader by cursor sees every event once although transactions commit out of order', async () => {
  const database: TestDatabase = await testDatabase()
  const other = databaseOpen(
    { connectionString: databaseUrl(), schema: database.schema, connectionsMax: writers },
    (error) => {
      throw error
    },
  )
  let cursor = await eventCursorNow(database.db)
  const seen: EventRow[] = []
  const total = writers * 30 * 2
  let until = Number.POSITIVE_INFINITY
  const read = (async () => {
    // Anybody's open transaction in the cluster holds events back: nothing new is not yet the end.
    while (seen.length < total && performance.now() < until) {
      const events = await eventsAfter(database.db, cursor, 50)
      seen.push(...events)
      const end = events.at(-1)
      if (end !== undefined) cursor = { xid: end.xid, id: end.id }
    }
    seen.push(...(await eventsAfter(database.db, cursor, 50)))
  })()
  const one = (subjectName: string) => ({
    actorId: null,
    actorName: null,
    verb: 'test.write',
    subjectKind: 'test',
    subjectId: null,
    subjectName,
  })
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let index = 0; index < 30; index += 1) {
        await other.db.transaction().execute(async (tx) => {
          await eventInsert(tx, [one(`${writer}-${index}-a`)])
          // Ids are drawn now, and committed after others that are drawn later.
          await sleep((writer * 7 + index * 3) % 11)
          await eventInsert(tx, [one(`${writer}-${index}-b`)])
        })
      }
    }),
  )
  until = performance.now() + 15_000
  await read
  const names = seen.map((event) => event.subject_name)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toHaveLength(total)
  // In commit order an event's transaction is never below the one before it.
  expect(
    seen.every((event, index) => index === 0 || BigInt(event.xid) >= BigInt(seen[index - 1]?.xid ?? '0')),
  ).toBe(true)
  await other.close()
  await database.drop()
})

test('two feeds on one database both hear of what either committed', async () => {
  const database: TestDatabase = await testDatabase()
  const fail = (error: unknown) => {
    throw error
  }
  const feeds = [await feedOpen(database, fail), await feedOpen(database, fail)]
  const heard: string[][] = [[], []]
  feeds.forEach((feed, index) =>
    feed.subscribe((events) => heard[index]?.push(...events.map((e) => e.subject_name ?? ''))),
  )
  const names = Array.from({ length: 20 }, (_, index) => `e${index}`)
  for (const [index, subjectName] of names.entries()) {
    await eventInsert(database.db, [
      {
        actorId: null,
        actorName: null,
        verb: 'test.write',
        subjectKind: 'test',
        subjectId: null,
        subjectName,
      },
    ])
    feeds[index % 2]?.nudge()
  }
  const deadline = performance.now() + 25_000
  while (heard.some((each) => each.length < names.length) && performance.now() < deadline) await sleep(10)
  expect(heard).toEqual([names, names])
  await Promise.all(feeds.map((feed) => feed.close()))
  await database.drop()
})
