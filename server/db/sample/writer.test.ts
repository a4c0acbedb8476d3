/** Group commit of samples: everything or nothing of a call, whatever happens to the connection. */
import { randomUUID } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import pg from 'pg'
import { connectionsBreak, databaseOfOwn } from '../../../test/setup/schema.ts'
import { type Database, databaseOpen } from '../database.ts'
import { migrate } from '../migrate.ts'
import { blockWriter } from './block.ts'
import { sampleWriterOpen } from './writer.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function world(): Promise<{ url: string; database: Database }> {
  const own = await databaseOfOwn()
  closers.push(() => own.drop())
  const database = databaseOpen({ connectionString: own.url }, () => undefined)
  closers.push(() => database.close())
  await migrate(database.db, 'public')
  return { url: own.url, database }
}

function block(subject: string, count: number, cpu = 1): Buffer {
  const rows = blockWriter(1)
  for (let index = 0; index < count; index += 1)
    rows.add(subject, 1_700_000_000_000_000n + BigInt(index), [cpu, undefined, index])
  return rows.finish()
}
async function counts(database: Database): Promise<Map<string, number>> {
  const { rows } = await database.pool.query<{ id: string; count: number }>(
    'select subject_id as id, count(*)::int as count from sample group by 1',
  )
  return new Map(rows.map((row) => [row.id, row.count]))
}

test('calls of all sizes at once are each stored whole, and all that was accepted is there after closing', async () => {
  const { database } = await world()
  const writer = sampleWriterOpen(database)
  const calls = Array.from({ length: 60 }, (_, index) => ({
    id: randomUUID(),
    count: index % 7 === 0 ? 5000 : index + 1,
  }))
  const writing = calls.map(({ id, count }) => writer.write(block(id, count), count))
  await writer.close()
  await Promise.all(writing)
  expect(await counts(database)).toEqual(new Map(calls.map(({ id, count }) => [id, count])))
  await expect(writer.write(block(randomUUID(), 1), 1)).rejects.toMatchObject({ code: 'unavailable' })
})

test('of a call that the database refuses nothing is stored, and the next one is', async () => {
  const { database } = await world()
  const writer = sampleWriterOpen(database)
  closers.push(() => writer.close())
  await database.pool.query('alter table sample add constraint no_two check (cpu <> 2)')
  const [bad, good] = [randomUUID(), randomUUID()]
  const mixed = Buffer.concat([block(bad, 3000), block(bad, 1, 2), block(bad, 3000)])
  await expect(writer.write(mixed, 6001)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('none of this call were') as string,
  })
  await expect(writer.write(Buffer.from('nonsense'), 1)).rejects.toMatchObject({ code: 'unavailable' })
  await writer.write(block(good, 2), 2)
  expect(await counts(database)).toEqual(new Map([[good, 2]]))
})

test('connections that break, idle or at work, cost at most the calls that were under way', async () => {
  const { url, database } = await world()
  const writer = sampleWriterOpen(database)
  closers.push(() => writer.close())
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()]
  await writer.write(block(first, 1), 1)
  await connectionsBreak(url)
  await expect
    .poll(
      () =>
        writer.write(block(second, 1), 1).then(
          () => 'stored',
          () => 'refused',
        ),
      { timeout: 5000 },
    )
    .toBe('stored')
  // A COPY that waits for a lock is broken off in the middle.
  const locker = new pg.Client({ connectionString: url })
  locker.on('error', () => undefined)
  await locker.connect()
  await locker.query('begin; lock table sample in access exclusive mode')
  const waiting = writer.write(block(third, 5), 5).then(
    () => 'stored',
    (error: Error) => error.message,
  )
  // That one alone: were the lock's holder gone first, the COPY would still be stored.
  await expect
    .poll(
      () =>
        database.pool
          .query(
            `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          )
          .then(({ rowCount }) => rowCount),
      { timeout: 10_000 },
    )
    .toBe(1)
  expect(await waiting).toMatch(/send them again/i)
  await locker.end()
  await expect
    .poll(
      () =>
        writer.write(block(third, 5), 5).then(
          () => 'stored',
          () => 'refused',
        ),
      { timeout: 5000 },
    )
    .toBe('stored')
  const stored = await counts(database)
  expect([stored.get(first), stored.get(third)]).toEqual([1, 5])
})

test('what waits has a bound: beyond it callers are told to slow down, and nothing that waits is lost', async () => {
  const { url, database } = await world()
  const writer = sampleWriterOpen(database)
  const locker = new pg.Client({ connectionString: url })
  await locker.connect()
  await locker.query('begin; lock table sample in access exclusive mode')
  const id = randomUUID()
  const piece = block(id, 80_000)
  const outcomes: Promise<string>[] = []
  for (let index = 0; index < 24; index += 1)
    outcomes.push(
      writer.write(piece, 80_000).then(
        () => 'stored',
        (error: { code: string }) => error.code,
      ),
    )
  await locker.query('delete from sample where false; commit')
  await locker.end()
  await writer.close()
  const told = await Promise.all(outcomes)
  expect(told).toContain('limit')
  const stored = told.filter((outcome) => outcome === 'stored').length
  expect(stored + told.filter((outcome) => outcome === 'limit').length).toBe(24)
  expect((await counts(database)).get(id)).toBe(stored * 80_000)
})
