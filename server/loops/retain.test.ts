import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../test/setup/server.ts'
import { dayAfter, partitionDays } from '../db/sample/partitions.ts'
import { siteCreate } from '../verbs/site/create.ts'
import { nodeCreate } from '../verbs/node/create.ts'
import { leaseTake } from './lease.ts'
import { type RetainOptions, retainLoop } from './retain.ts'

let ctx: TestCtx
beforeEach(async () => {
  ctx = await testCtx()
})
afterEach(() => ctx.close())

/** The instant at which everything here happens: a day that ends meanwhile changes nothing. */
const beganMs = Date.now()
const today = new Date(beganMs).toISOString().slice(0, 10)
const inDays = (days: number) => dayAfter(today, days)
const nowIn = (days: number) => () => beganMs + days * 86_400_000

async function retain(options: RetainOptions = {}): Promise<void> {
  const lease = await leaseTake(ctx.database.db, 'loop:retain', ctx.instanceId, 60_000)
  await retainLoop({ nowMs: nowIn(0), ...options }).run({
    ctx,
    signal: AbortSignal.timeout(30_000),
    fence: lease?.fence ?? 0n,
    lease: 'loop:retain',
  })
}

/** `arrived`: days ago that it came. */
async function sample(subject: string, at: string, arrived = 0): Promise<void> {
  await sql`insert into sample (subject_id, ts, cpu, arrived_on) values (${subject}::uuid, ${at}::timestamptz, 1, ${today}::date - ${arrived}::int)`.execute(
    ctx.database.db,
  )
}

async function samples(): Promise<string[]> {
  const { rows } = await sql<{
    at: string
  }>`select to_char(ts, 'YYYY-MM-DD') as at from sample order by ts`.execute(ctx.database.db)
  return rows.map((row) => row.at)
}

test('days have their partition before they begin, and rows that were there before move into it', async () => {
  const subject = randomUUID()
  await sample(subject, `${today}T00:00:00Z`)
  await sample(subject, `${inDays(1)}T12:00:00Z`)
  await sample(subject, '2005-05-05T00:00:00Z')
  await retain()
  await retain()
  expect(await partitionDays(ctx.database.db)).toEqual([0, 1, 2, 3, 4].map(inDays))
  expect(await samples()).toEqual(['2005-05-05', today, inDays(1)])
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from sample_default`.execute(
    ctx.database.db,
  )
  expect(rows).toEqual([{ count: 1 }])
})

test('samples go when they came longer ago than the retention, whatever instant they are of', async () => {
  const subject = randomUUID()
  await retain()
  await sample(subject, `${today}T01:00:00Z`, 0)
  await sample(subject, '2005-05-05T00:00:00Z', 0)
  await sample(subject, '2005-05-06T00:00:00Z', 40)
  await retain({ days: 30 })
  expect(await samples()).toEqual(['2005-05-05', today])
  await retain({ days: 30, nowMs: nowIn(20) })
  expect(await samples()).toEqual(['2005-05-05', today])
  await retain({ days: 30, nowMs: nowIn(31) })
  expect(await samples()).toEqual([])
  expect(await partitionDays(ctx.database.db)).not.toContain(today)
})

test('a day whose rows were sent in late stays until those are old too', async () => {
  const subject = randomUUID()
  await retain()
  await sample(subject, `${inDays(1)}T01:00:00Z`, -20)
  await retain({ days: 30, nowMs: nowIn(40) })
  expect(await samples()).toEqual([inDays(1)])
  await retain({ days: 30, nowMs: nowIn(60) })
  expect(await samples()).toEqual([])
})

test('with retention off nothing goes, and a series that is labelled so outlives its day', async () => {
  await siteCreate(ctx, { name: 'here', kind: 'edge' })
  const capacity = { cpuCores: 1, memoryBytes: 1 }
  const kept = await nodeCreate(ctx, { name: 'kept', site: 'here', capacity, labels: { retention: 'off' } })
  const other = await nodeCreate(ctx, { name: 'other', site: 'here', capacity })
  await retain()
  await sample(kept.id, `${today}T01:00:00Z`)
  await sample(other.id, `${today}T01:00:00Z`)
  await retain({ days: null, nowMs: nowIn(400) })
  expect(await samples()).toEqual([today, today])
  await retain({ days: 30, nowMs: nowIn(31) })
  const { rows } = await sql<{ subject_id: string }>`select subject_id from sample`.execute(ctx.database.db)
  expect(rows).toEqual([{ subject_id: kept.id }])
})

test('used keys, ended tokens, latest values of nothing, old decisions and plans go; what is needed stays', async () => {
  const { db } = ctx.database
  const workload = randomUUID()
  const old = sql<string>`now() - interval '40 days'`
  await sql`insert into workload (id, name, kind, state, cpu_cores, memory_bytes, disk_bytes) values (${workload}::uuid, 'w', 'vm', 'running', 1, 1, 1)`.execute(
    db,
  )
  await sql`insert into usage_latest (subject_id, ts, received_at) values (${randomUUID()}::uuid, now(), ${old}), (${workload}::uuid, now(), ${old})`.execute(
    db,
  )
  await sql`insert into idempotency (principal_id, key, operation, request_hash, created_at)
    values (${ctx.actor.id}::uuid, 'old', 'x', '\\x00', ${old}), (${ctx.actor.id}::uuid, 'new', 'x', '\\x00', now())`.execute(
    db,
  )
  await sql`insert into token (id, principal_id, name, kind, role, hash, expires_at)
    values (${randomUUID()}::uuid, ${ctx.actor.id}::uuid, 'old', 'api', 'admin', '\\x01', ${old}), (${randomUUID()}::uuid, ${ctx.actor.id}::uuid, 'new', 'api', 'admin', '\\x02', null)`.execute(
    db,
  )
  const decision = (id: string, of: string) =>
    sql`insert into decision (id, at, workload_id, policy_name, algorithm, outcome, message, considered, feasible, filters)
    values (${id}::uuid, ${old}, ${of}::uuid, 'p', 'a', 'placed', 'm', 1, 1, '[]')`.execute(db)
  const [first, last] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002']
  await decision(first, workload)
  await decision(last, workload)
  await decision(randomUUID(), randomUUID())
  await sql`insert into plan (id, state, origin, ended_at) values (${randomUUID()}::uuid, 'applied', 'old', ${old}), (${randomUUID()}::uuid, 'proposed', 'open', null)`.execute(
    db,
  )
  await retain({ days: 30 })
  const column = async (text: string) =>
    (await ctx.database.pool.query({ text, rowMode: 'array' })).rows.flat()
  expect(await column('select subject_id from usage_latest')).toEqual([workload])
  expect(await column('select key from idempotency')).toEqual(['new'])
  expect(await column('select name from token')).toEqual(['new'])
  expect(await column('select id from decision')).toEqual([last])
  expect(await column('select origin from plan')).toEqual(['open'])
})

test('the answered questions of agents go in time, but not what a plan that is open hangs on', async () => {
  const { db, pool } = ctx.database
  const agent = randomUUID()
  await sql`insert into agent (id, name, mode, rails) values (${agent}::uuid, 'otto', 'approve', '{}')`.execute(
    db,
  )
  const [proposed, applied] = [randomUUID(), randomUUID()]
  await sql`insert into plan (id, state, origin) values (${proposed}::uuid, 'proposed', 'agent otto'), (${applied}::uuid, 'applied', 'agent otto')`.execute(
    db,
  )
  const turn = (name: string, days: number, outcome: string, plan: string | null = null) =>
    sql`insert into agent_turn (id, agent_id, at, due_at, mode, workload_id, workload_name, outcome, plan_id)
      values (${randomUUID()}, ${agent}, now() - ${days}::int * interval '1 day', now(), 'approve', ${randomUUID()}, ${name}, ${outcome}, ${plan})`.execute(
      db,
    )
  await turn('old', 40, 'waited')
  await turn('asked', 40, 'open')
  await turn('old plan', 40, 'proposed', applied)
  await turn('open plan', 40, 'proposed', proposed)
  await turn('new', 10, 'expired')
  await retain({ days: 30 })
  const { rows } = await pool.query<{ name: string }>(
    'select workload_name as name from agent_turn order by workload_name',
  )
  expect(rows.map(({ name }) => name)).toEqual(['asked', 'new', 'open plan'])
})
