import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/setup/schema.ts'
import { fenceCheck, leaseRelease, leaseTake } from './lease.ts'

let database: TestDatabase
const [one, two] = [randomUUID(), randomUUID()]

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())

async function expire(name: string): Promise<void> {
  await sql`update lease set expires_at = clock_timestamp() - interval '1 second' where name = ${name}`.execute(
    database.db,
  )
}

function check(lease: { name: string; fence: bigint }): Promise<void> {
  return database.db.transaction().execute((tx) => fenceCheck(tx, { lease: lease.name, fence: lease.fence }))
}

test('a lease has one owner until it expires or is given back', async () => {
  const first = await leaseTake(database.db, 'a', one, 60_000)
  expect(first?.fence).toBe(1n)
  expect(await leaseTake(database.db, 'a', two, 60_000)).toBeNull()
  await leaseRelease(database.db, first ?? expect.fail('the lease was free'))
  expect((await leaseTake(database.db, 'a', two, 60_000))?.fence).toBe(2n)
  expect(await leaseTake(database.db, 'a', one, 60_000)).toBeNull()
})

test('renewing keeps the fence, and a change of owner makes it grow', async () => {
  const first = await leaseTake(database.db, 'b', one, 60_000)
  expect((await leaseTake(database.db, 'b', one, 60_000))?.fence).toBe(first?.fence)
  await expire('b')
  expect((await leaseTake(database.db, 'b', two, 60_000))?.fence).toBe(2n)
  await expire('b')
  expect((await leaseTake(database.db, 'b', one, 60_000))?.fence).toBe(3n)
})

test('a stale fence is refused and leaves nothing behind', async () => {
  const first = (await leaseTake(database.db, 'c', one, 60_000)) ?? expect.fail('the lease was free')
  await check(first)
  await expire('c')
  // Expired, but nobody acted in between: it still holds.
  await check(first)
  await leaseTake(database.db, 'c', two, 60_000)
  await expect(check(first)).rejects.toMatchObject({ code: 'conflict' })
})

test('nobody takes over while a step holds the lease, and a renewal does not wait for it', async () => {
  const first = (await leaseTake(database.db, 'd', one, 60_000)) ?? expect.fail('the lease was free')
  await database.db.transaction().execute(async (tx) => {
    await fenceCheck(tx, { lease: 'd', fence: first.fence })
    expect(await leaseTake(database.db, 'd', one, 60_000)).not.toBeNull()
    await expire('d')
    expect(await leaseTake(database.db, 'd', two, 60_000)).toBeNull()
  })
  expect((await leaseTake(database.db, 'd', two, 60_000))?.fence).toBe(2n)
})

test('of many that reach for a free lease one gets it', async () => {
  const owners = Array.from({ length: 20 }, () => randomUUID())
  const taken = await Promise.all(owners.map((owner) => leaseTake(database.db, 'e', owner, 60_000)))
  expect(taken.filter((lease) => lease !== null)).toHaveLength(1)
})
