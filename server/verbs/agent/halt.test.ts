import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { nodeCreate } from '../node/create.ts'
import { planList } from '../plan/list.ts'
import { siteCreate } from '../site/create.ts'
import { workloadCreate } from '../workload/create.ts'
import { agentAct } from './act.ts'
import { agentAsk } from './ask.ts'
import { agentCreate } from './create.ts'
import { agentHalt } from './fence.ts'
import { agentView } from './list.ts'
import { agentUpdate } from './update.ts'

let ctx: TestCtx
beforeEach(async () => {
  ctx = await testCtx()
  await siteCreate(ctx, { name: 'edge', kind: 'edge' })
  await nodeCreate(ctx, { name: 'far', site: 'edge', capacity: { cpuCores: 4, memoryBytes: 1024 } })
  await workloadCreate(ctx, { name: 'web', demand: { cpuCores: 1, memoryBytes: 1 } })
})
afterEach(() => ctx.close())

async function planned(mode: 'approve' | 'act'): Promise<string | null> {
  await agentCreate(ctx, { name: 'otto', mode })
  const { turn } = await agentAsk(ctx, 'otto')
  if (turn === null) throw new Error('there was nothing to decide')
  return (await agentAct(ctx, 'otto', { turn: turn.id, node: 'far' })).planId
}

test('the kill switch ends what an agent wanted under an earlier name', async () => {
  const planId = await planned('approve')
  await agentUpdate(ctx, 'otto', { name: 'anna' })
  await agentHalt(ctx, {})
  expect((await planList(ctx, {})).items).toMatchObject([{ id: planId, state: 'refused' }])
})

test('the kill switch does not fail over a plan that is begun at that moment', async () => {
  const planId = await planned('act')
  const begun = Promise.withResolvers<void>()
  const halting = Promise.withResolvers<void>()
  const begin = ctx.database.db.transaction().execute(async (tx) => {
    await sql`update plan set state = 'applying' where id = ${planId}::uuid`.execute(tx)
    begun.resolve()
    await halting.promise
  })
  await begun.promise
  const halt = agentHalt(ctx, {})
  await waitingForLock()
  halting.resolve()
  await begin
  await halt
  expect(await agentView(ctx, 'otto')).toMatchObject({ enabled: false })
  expect((await planList(ctx, {})).items).toMatchObject([{ id: planId, state: 'applying' }])
})

/** Until a transaction waits for a lock of another. */
async function waitingForLock(): Promise<void> {
  for (;;) {
    const { rows } = await sql`select 1 from pg_locks l join pg_stat_activity a using (pid)
      where not l.granted and a.datname = current_database()`.execute(ctx.database.db)
    if (rows.length > 0) return
  }
}
