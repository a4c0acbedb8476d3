import type { Run } from '@orrery/api/run.ts'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { runFind, runListSpec, runPolicyFind } from '../../db/run.ts'
import { runCreate } from './create.ts'
import { runDelete } from './delete.ts'
import { runView } from './view.ts'

let ctx: TestCtx
beforeEach(async () => {
  ctx = await testCtx()
})
afterEach(() => ctx.close())

async function ended(name: string): Promise<Run> {
  const run = await runCreate(ctx, { name, policies: ['random'], horizonSeconds: 60 })
  await ctx.operations.idle()
  return runView(ctx, run.id)
}

test('a run whose work is just writing can be deleted, and its work does not wait for that', async () => {
  const run = await ended('deleted')
  // As if it went on: its work holds the operation and writes a result of the run.
  await sql`update operation set state = 'running', ended_at = null where id = ${run.operationId}::uuid`.execute(
    ctx.database.db,
  )
  let deleted: Promise<null> | undefined
  await ctx.database.db.transaction().execute(async (tx) => {
    await sql`select 1 from operation where id = ${run.operationId}::uuid for update`.execute(tx)
    deleted = runDelete(ctx, run.id)
    for (let waiting = 0; waiting === 0;) {
      const { rows } = await sql`select 1 from pg_locks l join pg_stat_activity a using (pid)
        where not l.granted and a.datname = current_database()`.execute(ctx.database.db)
      waiting = rows.length
    }
    await sql`select 1 from run where id = ${run.id}::uuid for key share nowait`.execute(tx)
  })
  await deleted
  const { rows } = await sql`select cancel_asked from operation where id = ${run.operationId}::uuid`.execute(
    ctx.database.db,
  )
  expect(rows).toEqual([{ cancel_asked: true }])
})

test('the networks of learned policies are not read where only the names are shown', async () => {
  const run = await ended('heavy')
  await sql`update run set policies = jsonb_set(policies, '{0,network}', '{"layers": "large"}') where id = ${run.id}::uuid`.execute(
    ctx.database.db,
  )
  const rows = [
    await runFind(ctx.database.db, 'heavy'),
    ...(await sql`select * from (${runListSpec().base}) t`.execute(ctx.database.db)).rows,
  ]
  expect(JSON.stringify(rows)).not.toContain('large')
  expect((await runView(ctx, 'heavy')).policies).toEqual(['random'])
  expect(await runPolicyFind(ctx.database.db, run.id, 'random')).toMatchObject({
    algorithm: 'random',
    network: { layers: 'large' },
  })
})
