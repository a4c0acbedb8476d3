import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { testCtx } from '../../../test/setup/server.ts'
import { nodeCreate } from '../node/create.ts'
import { siteCreate } from '../site/create.ts'
import { runCreate } from './create.ts'
import { runView } from './view.ts'

test('a result that cannot be kept fails the run with words, and the thread is told to stop', async () => {
  const ctx = await testCtx()
  onTestFinished(() => ctx.close())
  const { db } = ctx.database
  await siteCreate(ctx, { name: 'edge', kind: 'edge' })
  await nodeCreate(ctx, { name: 'node', site: 'edge', capacity: { cpuCores: 4, memoryBytes: 1024 } })
  await sql`create function no_room() returns trigger language plpgsql as $$ begin
    raise exception 'no space left' using errcode = '53100'; end $$`.execute(db)
  await sql`create trigger no_room before insert on run_result for each row
    when (new.seed = 2) execute function no_room()`.execute(db)
  let signal: AbortSignal | undefined
  const twin: typeof ctx.twin = {
    ...ctx.twin,
    run(job, options) {
      ;({ signal } = options)
      return ctx.twin.run(job, options)
    },
  }
  const seeds = Array.from({ length: 100 }, (_, seed) => seed + 1)
  const asked = await runCreate({ ...ctx, twin }, { policies: ['random', 'fgd', 'best-fit'], seeds })
  await ctx.operations.idle()
  const run = await runView(ctx, asked.id)
  expect(run).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('could not be kept') as string,
  })
  expect(run.error).toContain('seed 2')
  expect(run.results.map(({ seed }) => seed)).toEqual([1, 1, 1])
  expect(signal?.aborted).toBe(true)
})
