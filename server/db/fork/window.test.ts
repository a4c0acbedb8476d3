import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { workloadCreate } from '../../verbs/workload/create.ts'
import { workloadDelete } from '../../verbs/workload/delete.ts'
import { connectionConfig } from '../database.ts'
import { type UsageColumn, usageIn } from './usage.ts'
import { uuidText } from './uuid-index.ts'
import { windowRead } from './window.ts'

let ctx: TestCtx
let client: pg.Client

beforeAll(async () => {
  ctx = await testCtx()
  client = new pg.Client(connectionConfig(ctx.database))
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await ctx.close()
})

const now = async () =>
  (await sql<{ at: string }>`select clock_timestamp() as at`.execute(ctx.database.db)).rows[0]?.at ?? ''

test('a window with more comers and leavers than a run can take in is refused, with the longest that it can', async () => {
  const demand = { cpuCores: 1, memoryBytes: 1 }
  await workloadCreate(ctx, { name: 'old', demand })
  const since = await now()
  await workloadCreate(ctx, { name: 'a', demand })
  await workloadDelete(ctx, 'old')
  await workloadCreate(ctx, { name: 'b', demand })
  const until = await now()
  const read = async (end: string, most: number) =>
    (await windowRead(client, { since, until: end }, most)).map(({ name }) => name)
  expect(await read(until, 3)).toEqual(['old', 'a', 'b'])
  const refused = await read(until, 2).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'limit' })
  const [, longest = ''] = /before (\S+)\.$/.exec((refused as Error).message) ?? []
  const justBefore = new Date(Date.parse(longest) - 1).toISOString()
  expect((await read(justBefore, 2)).length).toBeLessThanOrEqual(2)
})

test('usage is read no further than the run goes, in as many steps as were asked for', async () => {
  const id = '01a1feba-62e6-738f-bb5d-000000000001'
  await sql`insert into sample (subject_id, ts, cpu, memory)
    select ${id}::uuid, timestamptz '2026-01-01T00:00:00Z' + n * interval '1 minute', n, 100 * n from generate_series(0, 1000) n`.execute(
    ctx.database.db,
  )
  const read = async (column: UsageColumn) => {
    const rows: [string, number, number][] = []
    await usageIn(
      client,
      column,
      {
        since: '2026-01-01T00:00:00.000000Z',
        until: '2026-01-02T00:00:00.000000Z',
        horizonSeconds: 239,
        stepSeconds: 120,
      },
      (bytes, at, step, used) => rows.push([uuidText(bytes, at), step, used]),
    )
    return rows
  }
  expect(await read('cpu')).toEqual([
    [id, 0, 0.5],
    [id, 1, 2.5],
  ])
  expect(await read('memory')).toEqual([
    [id, 0, 50],
    [id, 1, 250],
  ])
})
