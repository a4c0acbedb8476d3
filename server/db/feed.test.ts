/** The feed and the mirror while transactions commit out of order and connections break. */
import { afterEach, expect, onTestFinished, test } from 'vitest'
import pg from 'pg'
import { connectionsBreak, databaseOfOwn } from '../../test/setup/schema.ts'
import { type Database, connectionConfig, databaseOpen } from './database.ts'
import { type EventRow, cursorFormat, cursorParse, eventCursorNow, eventInsert } from './event.ts'
import { type Feed, feedOpen } from './feed.ts'
import { migrate } from './migrate.ts'

type World = { database: Database; feed: Feed; errors: string[]; events: EventRow[] }
const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function world(): Promise<World & { url: string }> {
  const own = await databaseOfOwn()
  closers.push(() => own.drop())
  const errors: string[] = []
  const database = databaseOpen({ connectionString: own.url }, (error) => errors.push(error.message))
  closers.push(() => database.close())
  await migrate(database.db, 'public')
  return { url: own.url, database, errors, ...(await following(database, errors)) }
}

async function following(database: Database, errors: string[]): Promise<Pick<World, 'feed' | 'events'>> {
  const feed = await feedOpen(database, (error, message) => errors.push(`${message}: ${String(error)}`))
  closers.push(() => feed.close())
  const events: EventRow[] = []
  feed.subscribe((batch) => events.push(...batch))
  return { feed, events }
}

const event = (verb: string) => ({
  actorId: null,
  actorName: null,
  verb,
  subjectKind: 'test',
  subjectId: null,
  subjectName: null,
})
const verbs = (events: EventRow[]) => events.map((each) => each.verb)

/** A connection of its own with a transaction that has written an event and waits. */
async function held(database: Database, verb: string): Promise<{ commit(): Promise<void> }> {
  const client = new pg.Client(connectionConfig(database))
  await client.connect()
  let open = true
  onTestFinished(async () => {
    if (open) await client.end()
  })
  await client.query('begin')
  await client.query(`insert into event (verb, subject_kind) values ($1, 'test')`, [verb])
  return {
    async commit() {
      await client.query('commit')
      await client.end()
      open = false
    },
  }
}

test('an event that committed before an older one is told after it, once that one ends', async () => {
  const { database, feed, events, errors } = await world()
  for (let round = 0; round < 2; round += 1) {
    events.length = 0
    const older = await held(database, 'older')
    await eventInsert(database.db, [event('younger')])
    feed.nudge()
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(events).toEqual([])
    await older.commit()
    await expect.poll(() => verbs(events), { interval: 5, timeout: 10_000 }).toEqual(['older', 'younger'])
  }
  expect(errors).toEqual([])
})

test('every event of many writers comes once, in the order of its cursor, to every follower', async () => {
  const { database, events, errors } = await world()
  const other = await following(database, errors)
  const count = 300
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let index = 0; index < count / 8; index += 1) {
        await database.db.transaction().execute(async (tx) => {
          await eventInsert(tx, [event(`${writer}.${index}`)])
          if (index % 5 === 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
        })
        if (index % 3 === 0) other.feed.nudge()
      }
    }),
  )
  const total = 8 * Math.ceil(count / 8)
  for (const each of [events, other.events]) {
    await expect.poll(() => each.length, { timeout: 10_000 }).toBe(total)
    expect(new Set(verbs(each)).size).toBe(total)
    const order = each.map((row) => [BigInt(row.xid), row.id] as const)
    expect(order).toEqual(order.toSorted(([a, b], [c, d]) => (a < c ? -1 : a > c ? 1 : b - d)))
  }
  expect(errors).toEqual([])
})

test('a follower whose connections all break misses nothing and listens again', async () => {
  const { url, database, feed, events, errors } = await world()
  for (let round = 0; round < 2; round += 1) {
    await connectionsBreak(url)
    const written = () =>
      eventInsert(database.db, [event(`round ${round}`)]).then(
        () => true,
        () => false,
      )
    await expect.poll(written, { timeout: 5000 }).toBe(true)
    feed.nudge()
    await expect.poll(() => verbs(events), { timeout: 5000 }).toContain(`round ${round}`)
  }
  const listening = async () => {
    const { rows } = await database.pool.query<{
      count: number
    }>(`select count(*)::int as count from pg_stat_activity
      where datname = current_database() and application_name = 'orrery feed' and query like 'listen%'`)
    return rows[0]?.count
  }
  await expect.poll(listening, { timeout: 8000 }).toBe(1)
  expect(verbs(events)).toEqual(['round 0', 'round 1'])
  expect(errors.length).toBeGreaterThan(0)
})

test('a listener that fails does not keep the others from their events', async () => {
  const { database, feed, errors } = await world()
  feed.subscribe(() => {
    throw new Error('broken listener')
  })
  const after: string[] = []
  feed.subscribe((batch) => after.push(...verbs(batch)))
  await eventInsert(database.db, [event('one')])
  feed.nudge()
  await expect.poll(() => after).toEqual(['one'])
  expect(errors).toEqual(['a listener of the event feed failed: Error: broken listener'])
})

test('closing ends the feed while it listens, reads and notifies', async () => {
  const { feed, errors } = await world()
  feed.nudge()
  await feed.close()
  feed.nudge()
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(errors).toEqual([])
})

test('a cursor reads back as it was written, also the one of now', async () => {
  const { database } = await world()
  const now = await eventCursorNow(database.db)
  expect(cursorParse(cursorFormat(now))).toEqual(now)
  for (const text of [
    '',
    '1',
    '1-',
    '-1',
    '1-2-3',
    '1-9007199254740993',
    `1${'0'.repeat(19)}-1`,
    'a-1',
    '1-1 ',
  ])
    expect(cursorParse(text)).toBeNull()
})
