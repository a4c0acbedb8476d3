import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { nodeCreate } from '../node/create.ts'
import { policySeed } from '../policy/seed.ts'
import { siteCreate } from '../site/create.ts'
import { workloadBind } from '../workload/bind.ts'
import { workloadCreate } from '../workload/create.ts'
import { workloadDelete } from '../workload/delete.ts'
import { workloadUpdate } from '../workload/update.ts'
import { runCreate } from './create.ts'
import { runResult } from './view.ts'
import { runWhy } from './why.ts'

let ctx: TestCtx
const gib = 1024 ** 3
const names = Array.from({ length: 8 }, (_, at) => `work-${at}`)

beforeAll(async () => {
  ctx = await testCtx()
  await policySeed(ctx)
  await siteCreate(ctx, { name: 'edge', kind: 'edge' })
  for (const name of ['a', 'b', 'c'])
    await nodeCreate(ctx, { name, site: 'edge', capacity: { cpuCores: 32, memoryBytes: 64 * gib } })
  for (const [at, name] of names.entries()) {
    await workloadCreate(ctx, { name, demand: { cpuCores: 1 + (at % 4), memoryBytes: gib } })
    await workloadBind(ctx, name, { node: 'a' })
  }
})
afterAll(() => ctx.close())

test('a run that placed all anew can be asked why, whatever became of its workloads since', async () => {
  const policies = ['worst-fit']
  const run = await runCreate(ctx, { policies, anew: true })
  await ctx.operations.idle()
  const before = await runResult(ctx, run.id, {})
  expect(before.changes.length).toBeGreaterThan(2)

  // Their rows are others now, in another order; two are in the history alone.
  for (const name of names.toReversed()) await workloadUpdate(ctx, name, { labels: { seen: 'yes' } })
  for (const name of names.slice(2, 4)) await workloadDelete(ctx, name)

  for (const change of before.changes) {
    const why = await runWhy(ctx, run.id, { workload: change.workloadId })
    expect(why.chosen?.nodeName).toBe(change.nodeName)
  }
})
