import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../test/setup/server.ts'
import type { Job } from './job.ts'
import { type TwinPool, twinPoolOpen } from './pool.ts'

let ctx: TestCtx
let pool: TwinPool

beforeEach(async () => {
  ctx = await testCtx()
  const { connectionString, schema } = ctx.database
  pool = twinPoolOpen({ connectionString, schema }, 1)
})
afterEach(async () => {
  await pool.close()
  await ctx.close()
})

const job: Job = {
  kind: 'fork',
  setting: { source: { kind: 'live' }, horizonSeconds: null, unplaced: 'wait', anew: false, optimise: null },
  policy: { name: 'random', algorithm: 'random', weights: {} },
}
const run = (options: { signal?: AbortSignal; timeoutMs?: number; queueMs?: number } = {}) =>
  pool.run(job, { onAnswer: () => undefined, ...options })
/** The only thread is taken until `end`. */
function taken(): { end(): void; over: Promise<unknown> } {
  const controller = new AbortController()
  const over = pool.run(job, {
    signal: controller.signal,
    onAnswer: () => undefined,
  })
  return { end: () => controller.abort(), over: over.catch(() => undefined) }
}

test('who is stopped while it waits for a thread hears of it at once, and holds up nobody behind it', async () => {
  const first = taken()
  const stop = new AbortController()
  const order: string[] = []
  const second = run({ signal: stop.signal }).catch((error: unknown) => {
    order.push('second')
    return error
  })
  const third = run().then(() => order.push('third'))
  stop.abort('cancelled')
  expect(await Promise.race([second, first.over.then(() => 'the first was over before')])).toMatchObject({
    code: 'conflict',
  })
  first.end()
  await third
  expect(order).toEqual(['second', 'third'])
})

test('who may not wait for long is told that all threads are busy', async () => {
  const first = taken()
  const late = run({ queueMs: 1 })
  await expect(late).rejects.toMatchObject({ code: 'limit' })
  first.end()
  await first.over
  await run()
})

test('no more than a bounded number wait', async () => {
  const first = taken()
  const line = Array.from({ length: 200 }, () =>
    run().catch((error: unknown) => (error as { code: string }).code),
  )
  first.end()
  const codes = await Promise.all(line)
  expect(codes.filter((code) => code === 'limit')).toHaveLength(100)
  expect(codes.filter((code) => code === undefined)).toHaveLength(100)
})

test('a thread that has no memory left fails its job with words, and the next one runs', async () => {
  const { connectionString, schema } = ctx.database
  const small = twinPoolOpen({ connectionString, schema }, 1, 64)
  try {
    await sql`insert into workload (id, name, kind, state, cpu_cores, memory_bytes, disk_bytes)
      select gen_random_uuid(), 'a workload with a long name, which waits ' || n, 'vm', 'pending', 1, 1, 0
      from generate_series(1, 200000) n`.execute(ctx.database.db)
    await expect(small.run(job, { onAnswer: () => undefined })).rejects.toMatchObject({
      code: 'limit',
      message: expect.stringContaining('64 MiB') as string,
    })
    await sql`truncate workload cascade`.execute(ctx.database.db)
    await small.run(job, { onAnswer: () => undefined })
  } finally {
    await small.close()
  }
})

test('what waits when the pool closes is told so', async () => {
  const first = taken()
  const second = run()
  const refused = expect(second).rejects.toMatchObject({ code: 'unavailable' })
  await pool.close()
  await refused
  await first.over
})

test('what asks for more memory than its thread may have is told so, and the next one gets a fresh thread', async () => {
  const { connectionString, schema } = ctx.database
  const small = twinPoolOpen({ connectionString, schema }, 1, 64)
  const check = (text: string) =>
    small.run({ kind: 'check', scenario: { text } }, { onAnswer: () => undefined })
  const head = 'name: x\nhorizon: 1h\nnodes: [{ name: n, cpuCores: 4, memory: 8 GiB }]\n'
  await expect(
    check(`${head}arrivals: [{ task: t, count: 900000, cpuCores: 1, memory: 1 }]\n`),
  ).rejects.toMatchObject({ code: 'limit', message: expect.stringContaining('memory') as string })
  await check(head)
  await small.close()
})
