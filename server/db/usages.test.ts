/** The latest values: which one wins, how they reach the database, and what is left of them after a kill. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type TestCtx, testCtx } from '../../test/setup/server.ts'
import { nodeCreate } from '../verbs/node/create.ts'
import { nodeDelete } from '../verbs/node/delete.ts'
import { nodeView } from '../verbs/node/view.ts'
import { sampleIngest } from '../verbs/sample/ingest.ts'
import { samplesSince } from '../verbs/sample/since.ts'
import { siteCreate } from '../verbs/site/create.ts'
import { blockWriter } from './sample/block.ts'
import { instantRead, instantText } from './instant.ts'
import { type Usages, usagesOpen } from './usages.ts'

let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
  await siteCreate(ctx, { name: 'here', kind: 'edge' })
})
afterAll(() => ctx.close())

async function opened(): Promise<Usages> {
  const usages = await usagesOpen(ctx.database, (error) => {
    throw error
  })
  onTestFinished(() => usages.close())
  return usages
}
const nodeNew = async () =>
  (await nodeCreate(ctx, { name: randomUUID(), site: 'here', capacity: { cpuCores: 1, memoryBytes: 1 } })).id
const nowMicros = () => BigInt(Date.now()) * 1000n
/** Stored, and not told to anybody: as by a server that is killed before it has copied its latest values. */
async function sampleStore(subjectId: string, atMicros: bigint, ...values: (number | undefined)[]) {
  const block = blockWriter(1)
  block.add(subjectId, atMicros, values)
  await ctx.samples.write(block.finish(), 1)
}

test('by the newest rule an older sample changes nothing; by arrival the last to come wins', async () => {
  const usages = await opened()
  const id = randomUUID()
  usages.set(id, { atMicros: 10n, values: [1] }, 'newest')
  usages.set(id, { atMicros: 9n, values: [2] }, 'newest')
  expect(usages.get(id)?.values).toEqual([1])
  usages.set(id, { atMicros: 10n, values: [3] }, 'newest')
  expect(usages.get(id)?.values).toEqual([3])
  usages.set(id, { atMicros: 5n, values: [4] }, 'arrival')
  expect(usages.get(id)).toEqual({ atMicros: 5n, values: [4] })
  usages.forget(id)
  expect(usages.get(id)).toBeUndefined()
})

test.each([
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999999Z',
  '2026-11-20T12:00:00.123457Z',
  '9999-12-31T23:59:59.999999Z',
])('the copy and its readers keep %s to the microsecond, and every value to its last bit', async (at) => {
  const id = randomUUID()
  const atMicros = instantRead(at) ?? 0n
  const values = [0.1 + 0.2, Number.MAX_SAFE_INTEGER, 5e-324, undefined, 1e18, 0, 1 / 3, 33.3]
  const first = await opened()
  first.set(id, { atMicros, values }, 'arrival')
  await first.flush()
  const second = await opened()
  expect(second.get(id)).toEqual({ atMicros, values: values.map((value) => value ?? null) })
  await sampleStore(id, atMicros - 1n, 1)
  await sampleStore(id, atMicros, 2)
  const later: unknown[] = []
  for await (const rows of samplesSince(ctx, { subjectIds: [id], sinceMicros: atMicros - 1n, limit: 10 }))
    later.push(...rows)
  expect(later).toMatchObject([{ micros: atMicros.toString(), cpu: 2 }])
})

test('what was stored after the last copy is found again at the next start', async () => {
  const [quiet, killed, fresh] = [await nodeNew(), await nodeNew(), await nodeNew()]
  const before = await opened()
  before.set(quiet, { atMicros: nowMicros(), values: [1, 100] }, 'newest')
  before.set(killed, { atMicros: nowMicros() - 5_000_000n, values: [2] }, 'newest')
  await before.flush()
  await new Promise((resolve) => setTimeout(resolve, 5))
  const last = nowMicros()
  await sampleStore(killed, last - 2n, 3)
  await sampleStore(killed, last - 1n, 4, undefined, undefined, undefined, undefined, undefined, 77)
  await sampleStore(fresh, last - 60_000_000n, 5)
  await sampleStore(fresh, last - 3_600_000_000n, 6)
  const after = await opened()
  expect(after.get(quiet)?.values.slice(0, 2)).toEqual([1, 100])
  expect(after.get(killed)).toEqual({
    atMicros: last - 1n,
    values: [4, null, null, null, null, null, 77, null],
  })
  expect(after.get(fresh)?.values[0]).toBe(5)
})

test('a start does not put a newer sample before the one that arrived last', async () => {
  const id = await nodeNew()
  const start = nowMicros()
  const before = await opened()
  await sampleStore(id, start - 20_000_000n, 1)
  await sampleStore(id, start - 500_000_000n, 2)
  before.set(id, { atMicros: start - 500_000_000n, values: [2] }, 'arrival')
  await before.flush()
  expect((await opened()).get(id)?.values[0]).toBe(2)
})

test('a replica that copies late does not put back what another has measured since', async () => {
  const [slow, quick] = [await opened(), await opened()]
  const [id, told] = [randomUUID(), randomUUID()]
  const start = nowMicros()
  slow.set(id, { atMicros: start, values: [1] }, 'newest')
  slow.set(told, { atMicros: start, values: [1] }, 'arrival')
  for (const each of [id, told]) quick.set(each, { atMicros: start + 1n, values: [2] }, 'newest')
  await quick.flush()
  await slow.flush()
  const after = await opened()
  expect(after.get(id)?.values[0]).toBe(2)
  expect(after.get(told)?.values[0]).toBe(1)
})

test('another replica’s values arrive, also those that became visible out of turn', async () => {
  const [a, b] = [await opened(), await opened()]
  const [first, second] = [randomUUID(), randomUUID()]
  const late = new Date(Date.now() - 900).toISOString()
  await ctx.database.pool.query(`insert into usage_latest (subject_id, ts, cpu) values ($1, now(), 1)`, [
    first,
  ])
  await expect
    .poll(() => [a.get(first)?.values[0], b.get(first)?.values[0]], { timeout: 5000 })
    .toEqual([1, 1])
  await ctx.database.pool.query(
    `insert into usage_latest (subject_id, ts, cpu, received_at) values ($1, now(), 2, $2)`,
    [second, late],
  )
  await expect
    .poll(() => [a.get(second)?.values[0], b.get(second)?.values[0]], { timeout: 5000 })
    .toEqual([2, 2])
})

test('what is deleted while its samples wait keeps no latest value', async () => {
  const id = await nodeNew()
  const samples = [{ subjectId: id, at: instantText(nowMicros()), cpuCores: 1 }]
  await sampleIngest(ctx, { samples })
  expect((await nodeView(ctx, id)).usage?.cpuCores).toBe(1)
  const storing = sampleIngest(
    {
      ...ctx,
      samples: {
        ...ctx.samples,
        write: async (rows, count) => {
          await ctx.samples.write(rows, count)
          await nodeDelete(ctx, id)
        },
      },
    },
    { samples },
  )
  await storing
  expect(ctx.usages.get(id)).toBeUndefined()
  await ctx.usages.flush()
  const { rows } = await ctx.database.pool.query('select 1 from usage_latest where subject_id = $1', [id])
  expect(rows).toEqual([])
})
