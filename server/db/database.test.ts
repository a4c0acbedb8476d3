import { expect, onTestFinished, test } from 'vitest'
import { sql } from 'kysely'
import { databaseUrl } from '../../test/setup/schema.ts'
import { databaseOpen } from './database.ts'

function opened(connectionString: string, applicationName?: string) {
  const database = databaseOpen(
    { connectionString, ...(applicationName === undefined ? {} : { applicationName }) },
    (error) => {
      throw error
    },
  )
  onTestFinished(() => database.close())
  return database
}

test('what DATABASE_URL sets is joined to what the program needs, and does not replace it', async () => {
  const url = new URL(databaseUrl())
  url.searchParams.set('options', '-c work_mem=7MB -c TimeZone=Asia/Tokyo')
  url.searchParams.set('application_name', 'theirs')
  const { db } = opened(url.href, 'orrery feed')
  const { rows } =
    await sql`select current_setting('TimeZone') as zone, current_setting('work_mem') as memory,
    current_setting('application_name') as name, timestamptz '2026-01-31T12:00:00+09' as at`.execute(db)
  expect(rows).toEqual([
    { zone: 'UTC', memory: '7MB', name: 'orrery feed', at: '2026-01-31T03:00:00.000000Z' },
  ])
})

test('an instant that RFC 3339 has no text for is shown as the first or the last that it has', async () => {
  const { db } = opened(databaseUrl())
  const { rows } = await sql<{ at: string }>`select at from unnest(array['0044-03-15 12:00:00+00 BC',
      '0001-01-01 00:00:00+00', '9999-12-31 23:59:59.999999+00', '10000-01-01 00:00:00+00', '294276-12-31 00:00:00+00']::timestamptz[]) at
    order by at`.execute(db)
  const [first, last] = ['0001-01-01T00:00:00.000000Z', '9999-12-31T23:59:59.999999Z']
  expect(rows.map((row) => row.at)).toEqual([first, first, last, last, last])
})

test('instants keep all their digits and their order as text; integers and doubles their value', async () => {
  const { db } = opened(databaseUrl())
  const { rows } = await sql<{
    at: string
    bytes: number
    cores: number
  }>`select at, 9007199254740991::int8 as bytes,
      0.30000000000000004::float8 as cores
    from unnest(array['2026-01-31 12:00:00.5+00', '2026-01-31 12:00:00+00', '2026-01-31 12:00:00.000001+00',
      '0001-01-01 00:00:00+00']::timestamptz[]) at order by at`.execute(db)
  const texts = rows.map((row) => row.at)
  expect(texts).toEqual([
    '0001-01-01T00:00:00.000000Z',
    '2026-01-31T12:00:00.000000Z',
    '2026-01-31T12:00:00.000001Z',
    '2026-01-31T12:00:00.500000Z',
  ])
  expect(texts.toSorted()).toEqual(texts)
  expect(rows[0]).toMatchObject({ bytes: Number.MAX_SAFE_INTEGER, cores: 0.1 + 0.2 })
})

test('a connection that breaks while it is used, and between its statements, ends its user’s work and no more', async () => {
  const [mine, other] = [opened(databaseUrl()), opened(databaseUrl())]
  const work = mine.db.connection().execute(async (connection) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(connection)
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(other.db)
    await new Promise((resolve) => setTimeout(resolve, 100))
    await sql`select 1`.execute(connection)
  })
  await expect(work).rejects.toThrow()
  expect((await sql`select 1 as one`.execute(mine.db)).rows).toEqual([{ one: 1 }])
})
