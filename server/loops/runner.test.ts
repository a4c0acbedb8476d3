import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../test/setup/server.ts'
import { fenced } from './fenced.ts'
import type { Loop, LoopWork } from './loop.ts'
import { type Runner, runnerCreate } from './runner.ts'

let ctx: TestCtx
const runners: Runner[] = []

beforeAll(async () => {
  ctx = await testCtx()
})
afterAll(async () => {
  await Promise.all(runners.map((runner) => runner.stop(0)))
  await ctx.close()
})

function runner(
  loops: Loop[],
  options: { instanceId?: string; leaseMs?: number; registry?: Registry } = {},
): Runner {
  const made = runnerCreate({
    loops,
    ctx: { ...ctx, instanceId: options.instanceId ?? randomUUID() },
    registry: options.registry ?? new Registry(),
    leaseMs: options.leaseMs ?? 600,
  })
  runners.push(made)
  return made
}

function loop(name: string, run: Loop['run'], changes: Partial<Loop> = {}): Loop {
  return { name, everyMs: 60_000, timeoutMs: 5000, leased: true, run, ...changes }
}

async function until(what: () => boolean, limitMs = 15_000): Promise<void> {
  const end = performance.now() + limitMs
  while (!what()) {
    if (performance.now() > end) throw new Error(`it did not come to be within ${limitMs} ms: ${what}`)
    await sleep(10)
  }
}

test('a loop runs on its timer and on a nudge, and never twice at once', async () => {
  let runs = 0
  let under = 0
  let most = 0
  const run = async () => {
    runs += 1
    under += 1
    most = Math.max(most, under)
    await sleep(20)
    under -= 1
  }
  const made = runner([loop('timed', run, { everyMs: 50 }), loop('nudged', async () => undefined)])
  await made.start()
  // Each gets its lease at its own time: the other one may begin later.
  await until(() => runs >= 3 && made.status()[1]?.runs !== 0)
  const status = made.status()
  expect(status[0]).toMatchObject({ name: 'timed', owned: true, failures: 0, lastError: null })
  expect(status[1]?.runs).toBe(1)
  for (let count = 0; count < 50; count += 1) made.nudge('timed')
  made.nudge('nudged')
  made.nudge('no such loop')
  await until(() => made.status()[1]?.runs === 2)
  expect(most).toBe(1)
  await made.stop()
  const after = runs
  made.nudge('timed')
  await sleep(100)
  expect(runs).toBe(after)
})

test('a run over its limit is aborted, counted as failed and said so', async () => {
  const registry = new Registry()
  const run = ({ signal }: LoopWork) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  const made = runner([loop('slow', run, { timeoutMs: 50 })], { registry })
  await made.start()
  await until(() => made.status()[0]?.failures === 1)
  expect(made.status()[0]?.lastError).toContain('50 ms')
  expect(await registry.metrics()).toContain('orrery_loop_runs_total{loop="slow",outcome="failed"} 1')
})

test('failures pause the loop longer and longer, and a nudge does not shorten it', async () => {
  const at: number[] = []
  const made = runner([
    loop(
      'failing',
      async () => {
        at.push(performance.now())
        throw new Error('the sea is rough')
      },
      { everyMs: 10 },
    ),
  ])
  await made.start()
  const nudging = setInterval(() => made.nudge('failing'), 5)
  await until(() => at.length === 3)
  clearInterval(nudging)
  const [first = 0, second = 0, third = 0] = at
  expect(second - first).toBeGreaterThan(450)
  expect(third - second).toBeGreaterThan(900)
  expect(made.status()[0]).toMatchObject({ lastError: 'the sea is rough' })
})

test('of two servers one runs a leased loop, both run their own, and the lease passes on at the stop', async () => {
  const leased = [0, 0]
  const own = [0, 0]
  const [left, right] = [0, 1].map((index) =>
    runner(
      [
        loop('shared', async () => void (leased[index] = (leased[index] ?? 0) + 1), { everyMs: 20 }),
        loop('own', async () => void (own[index] = (own[index] ?? 0) + 1), { everyMs: 20, leased: false }),
      ],
      // The first keeps its lease until it gives it back, however long its renewals take; the second asks often.
      { leaseMs: index === 0 ? 60_000 : 600 },
    ),
  ) as [Runner, Runner]
  await left.start()
  await right.start()
  await until(() => (leased[0] ?? 0) > 3 && (own[0] ?? 0) > 3 && (own[1] ?? 0) > 3)
  expect(leased[1]).toBe(0)
  expect(right.status()[0]?.owned).toBe(false)
  await left.stop()
  await until(() => (leased[1] ?? 0) > 0)
  expect(right.status()[0]?.owned).toBe(true)
})

test('an owner that was cut off cannot mark a step once another has taken over', async () => {
  const { promise: stalled, resolve: release } = Promise.withResolvers<void>()
  let refused: unknown = null
  const cutOff = runner(
    [
      loop('fenced', async (work) => {
        await stalled
        await fenced(work, async () => undefined).catch((error: unknown) => {
          refused = error
        })
      }),
    ],
    { leaseMs: 3_600_000 },
  )
  await cutOff.start()
  await ctx.database.pool.query(
    "update lease set expires_at = clock_timestamp() - interval '1 s' where name = 'loop:fenced'",
  )
  let taken = 0
  const other = runner([loop('fenced', (work) => fenced(work, async () => void (taken += 1)))])
  await other.start()
  await until(() => taken === 1)
  release()
  await until(() => refused !== null)
  expect(refused).toMatchObject({ code: 'conflict' })
})

test('stop waits for what is under way, and aborts it at the deadline', async () => {
  let begun = 0
  let finished = false
  let aborted = false
  const patient = runner([
    loop('patient', async () => {
      begun += 1
      await sleep(200)
      finished = true
    }),
  ])
  await patient.start()
  await until(() => begun === 1)
  await patient.stop(20_000)
  expect(finished).toBe(true)
  const stubborn = runner([
    loop('stubborn', async ({ signal }) => {
      begun += 1
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      aborted = true
    }),
  ])
  await stubborn.start()
  await until(() => begun === 2)
  await stubborn.stop(50)
  expect(aborted).toBe(true)
  const { rows } = await ctx.database.pool.query(
    "select expires_at < now() as free from lease where name = 'loop:stubborn'",
  )
  expect(rows).toEqual([{ free: true }])
})
