/** What becomes of a change when the database asks to try again, and when it refuses for good. */
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../test/setup/server.ts'
import { attemptsMax } from '../db/passing.ts'
import type { Ctx } from './context.ts'
import { type Tx, record, transaction, translate } from './transaction.ts'

let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
})
afterAll(() => ctx.close())

/** A change that writes an event of this name, and then fails with `code` as often as told. */
function failing(name: string, code: string, times: number) {
  const calls = { count: 0 }
  const change = (here: Ctx) => async (tx: Tx) => {
    calls.count += 1
    await record(tx, here, 'test.change', { subject: { kind: 'test', id: null, name } })
    if (calls.count <= times) {
      await sql`do ${sql.raw(`$$ begin raise exception 'again' using errcode = '${code}'; end $$`)}`.execute(
        tx,
      )
    }
    return { made: name, call: calls.count }
  }
  return { calls, change }
}
const events = async (name: string) =>
  (await ctx.database.pool.query('select 1 from event where subject_name = $1', [name])).rowCount
const withKey = (key: string): Ctx => ({
  ...ctx,
  idempotency: { key, operation: 'test', hash: Buffer.from('same') },
})

test.each(['40001', '40P01'])(
  'what fails in passing (%s) is done again, once in the end, and with its key for good',
  async (code) => {
    const name = randomUUID()
    const { calls, change } = failing(name, code, attemptsMax - 1)
    const here = withKey(name)
    expect(await transaction(here, change(here))).toEqual({ made: name, call: attemptsMax })
    expect(await transaction(here, change(here))).toEqual({ made: name, call: attemptsMax })
    expect(calls.count).toBe(attemptsMax)
    expect(await events(name)).toBe(1)
  },
)

test('what fails each time is refused as what may be sent again, and leaves nothing, not even its key', async () => {
  const name = randomUUID()
  const { change } = failing(name, '40001', attemptsMax)
  const here = withKey(name)
  await expect(transaction(here, change(here))).rejects.toMatchObject({ code: 'unavailable' })
  expect(await events(name)).toBe(0)
  expect(await transaction(here, change(here))).toEqual({ made: name, call: attemptsMax + 1 })
})

test('any other failure is not tried again', async () => {
  const name = randomUUID()
  const { calls, change } = failing(name, '22003', 1)
  await expect(transaction(ctx, change(ctx))).rejects.toMatchObject({ code: 'invalid' })
  expect(calls.count).toBe(1)
  expect(await events(name)).toBe(0)
})

test('of two calls with one key at once one makes the change and both get its answer', async () => {
  const name = randomUUID()
  const { calls, change } = failing(name, '40001', 0)
  const here = withKey(name)
  const answers = await Promise.all(Array.from({ length: 4 }, () => transaction(here, change(here))))
  expect(new Set(answers.map((each) => each.call))).toEqual(new Set([1]))
  expect([calls.count, await events(name)]).toEqual([1, 1])
})

test('who found no free connection in time hears of the crowd', () => {
  const pools = new Error('timeout exceeded when trying to connect')
  expect(translate(pools)).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('Too many calls wait') as string,
  })
  expect(translate(new Error('Connection terminated unexpectedly'))).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('is away') as string,
  })
})
