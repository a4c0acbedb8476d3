import { setTimeout as sleep } from 'node:timers/promises'
import { OrreryError } from '@orrery/api/errors.ts'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { transaction } from '../transaction.ts'
import { operationCancel, operationCancelIn } from './cancel.ts'
import { operationsInterrupt } from './interrupt.ts'
import { operationList } from './list.ts'
import type { OperationWork } from './run.ts'
import { operationCreateIn } from './state.ts'
import { operationView } from './view.ts'

let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
})
afterAll(() => ctx.close())

const create = (owner: string | null = ctx.instanceId) =>
  transaction(ctx, (tx) => operationCreateIn(tx, ctx, { kind: 'test', subject: null, owner }))
async function run(work: (work: OperationWork) => Promise<unknown>): Promise<string> {
  const id = await create()
  ctx.operations.run(ctx, id, work)
  return id
}
async function until(id: string, state: string): Promise<void> {
  for (let tries = 0; (await operationView(ctx, id)).state !== state; tries += 1) {
    if (tries > 500) throw new Error(`operation ${id} did not become ${state}`)
    await sleep(10)
  }
}
const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

test('work runs as an operation whose progress, output and states can be seen', async () => {
  let go: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    go = resolve
  })
  const id = await run(async (work) => {
    work.progress({ done: 3, total: 10, note: 'half way' })
    await gate
    work.progress({ done: 10 })
    return { answer: 42 }
  })
  await until(id, 'running')
  for (let tries = 0; (await operationView(ctx, id)).done !== 3; tries += 1) {
    expect(tries).toBeLessThan(200)
    await sleep(10)
  }
  expect(await operationView(ctx, id)).toMatchObject({ total: 10, note: 'half way', endedAt: null })
  go()
  await until(id, 'succeeded')
  expect(await operationView(ctx, id)).toMatchObject({ done: 10, output: { answer: 42 }, error: null })
  const { rows } = await sql<{
    verb: string
    state: string | null
  }>`select verb, after->>'state' as state from event
    where subject_id = ${id} order by xid, id`.execute(ctx.database.db)
  expect(rows).toEqual([
    { verb: 'operation.create', state: 'queued' },
    { verb: 'operation.start', state: 'running' },
    { verb: 'operation.end', state: 'succeeded' },
  ])
  expect((await operationList(ctx, { filter: 'state:succeeded' })).items.map((each) => each.id)).toEqual([id])
})

test('at most four run at once; the others wait their turn', async () => {
  let now = 0
  let most = 0
  let open: () => void = () => undefined
  const four = new Promise<void>((resolve) => {
    open = resolve
  })
  const ids = await Promise.all(
    Array.from({ length: 9 }, () =>
      run(async () => {
        now += 1
        most = Math.max(most, now)
        if (now === 4) open()
        await four
        await sleep(20)
        now -= 1
      }),
    ),
  )
  for (const id of ids) await until(id, 'succeeded')
  expect(most).toBe(4)
})

test('cancelled work stops at its next safe point and keeps what it has to say', async () => {
  const id = await run(async ({ signal }) => {
    await untilAborted(signal)
    return { kept: 7 }
  })
  await until(id, 'running')
  await operationCancel(ctx, id, { reason: 'enough' })
  await until(id, 'cancelled')
  expect(await operationView(ctx, id)).toMatchObject({ output: { kept: 7 } })
  await expect(operationCancel(ctx, id)).rejects.toThrow('it is cancelled')
})

test('work goes on when the transaction that would have cancelled it is not committed', async () => {
  let go: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    go = resolve
  })
  const id = await run(async ({ signal }) => {
    await gate
    return { aborted: signal.aborted }
  })
  await until(id, 'running')
  const broken = transaction(ctx, async (tx) => {
    await operationCancelIn(tx, ctx, id)
    throw new Error('this one is rolled back')
  })
  await expect(broken).rejects.toThrow('rolled back')
  go()
  await until(id, 'succeeded')
  expect(await operationView(ctx, id)).toMatchObject({ output: { aborted: false } })
})

test('what is cancelled while it waits makes room for others at once', async () => {
  const gate = Promise.withResolvers<void>()
  const ids: string[] = []
  for (let at = 0; at < 104; at += 1) ids.push(await run(() => gate.promise))
  expect(() => ctx.operations.assertRoom()).toThrow('100 operations wait already')
  await operationCancel(ctx, ids.at(-1) ?? '')
  expect(() => ctx.operations.assertRoom()).not.toThrow()
  gate.resolve()
  await ctx.operations.idle()
  expect((await operationView(ctx, ids.at(-2) ?? '')).state).toBe('succeeded')
  expect((await operationView(ctx, ids.at(-1) ?? '')).state).toBe('cancelled')
})

test('a wish to cancel that another server wrote is seen', async () => {
  const id = await run(({ signal }) => untilAborted(signal))
  await until(id, 'running')
  await sql`update operation set cancel_asked = true where id = ${id}::uuid`.execute(ctx.database.db)
  await until(id, 'cancelled')
})

test('an end that the database would not take at first is written all the same', async () => {
  await sql`create function refuse_twice() returns trigger language plpgsql as $$ begin
      perform nextval('ends_asked');
      if currval('ends_asked') <= 2 then raise exception 'no room' using errcode = '53100'; end if;
      return new;
    end $$`.execute(ctx.database.db)
  await sql`create sequence ends_asked`.execute(ctx.database.db)
  await sql`create trigger refuse_twice before update on operation for each row
    when (new.state = 'succeeded') execute function refuse_twice()`.execute(ctx.database.db)
  const id = await run(async () => ({ answer: 7 }))
  await ctx.operations.idle()
  expect(await operationView(ctx, id)).toMatchObject({ state: 'succeeded', output: { answer: 7 } })
  await sql`drop trigger refuse_twice on operation`.execute(ctx.database.db)
})

test('failed work says why', async () => {
  const id = await run(async () => {
    throw new OrreryError('conflict', 'the site is gone')
  })
  await until(id, 'failed')
  expect(await operationView(ctx, id)).toMatchObject({ error: 'the site is gone' })
})

test('the operations of a server that is gone are interrupted, and its transactions hold no more', async () => {
  const dead = '00000000-0000-7000-8000-000000000001'
  const id = await create(dead)
  await sql`update operation set state = 'running' where id = ${id}::uuid`.execute(ctx.database.db)
  const mine = await run(async (work) => {
    await untilAborted(work.signal)
    await transaction(ctx, (tx) => work.hold(tx))
  })
  await until(mine, 'running')
  expect(await operationsInterrupt(ctx, async () => undefined)).toBe(1)
  expect(await operationView(ctx, id)).toMatchObject({
    state: 'interrupted',
    error: expect.stringContaining('is gone'),
  })
  expect((await operationView(ctx, mine)).state).toBe('running')
  // Were this server to be stopped for longer than its lease, its work would be ended too.
  await sql`update lease set expires_at = '-infinity' where name like 'operations:%'`.execute(ctx.database.db)
  expect(await operationsInterrupt(ctx, async () => undefined)).toBe(1)
  await ctx.operations.idle()
  expect((await operationView(ctx, mine)).state).toBe('interrupted')
})
