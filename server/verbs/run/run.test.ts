import { OrreryError } from '@orrery/api/errors.ts'
import type { Run, RunCreate } from '@orrery/api/run.ts'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { nodeCreate } from '../node/create.ts'
import { nodeView } from '../node/view.ts'
import { operationCancel } from '../operation/cancel.ts'
import { operationView } from '../operation/view.ts'
import { planApply } from '../plan/apply.ts'
import { planApprove } from '../plan/approve.ts'
import { planRollback } from '../plan/rollback.ts'
import { policyList } from '../policy/list.ts'
import { policySeed } from '../policy/seed.ts'
import { siteCreate } from '../site/create.ts'
import { workloadBind } from '../workload/bind.ts'
import { workloadCreate } from '../workload/create.ts'
import { workloadDelete } from '../workload/delete.ts'
import { workloadView } from '../workload/view.ts'
import { runCreate } from './create.ts'
import { runDelete } from './delete.ts'
import { runList } from './list.ts'
import { runPlan } from './plan.ts'
import { runResult, runView } from './view.ts'
import { runWhy } from './why.ts'

let ctx: TestCtx
const gib = 1024 ** 3

/** Two nodes, the small one half full; two workloads wait, one of them only for the small node. */
beforeAll(async () => {
  ctx = await testCtx()
  await policySeed(ctx)
  await siteCreate(ctx, { name: 'edge', kind: 'edge' })
  await node('big', 16)
  await node('small', 8, 2)
  await workload('standing', 4, { count: 1, milli: 500, models: [] })
  await workloadBind(ctx, 'standing', { node: 'small' })
  await workload('share', 1, { count: 1, milli: 500, models: [] })
  await workload('plain', 2)
})
afterAll(() => ctx.close())

const node = (name: string, cpuCores: number, gpuCount = 0) =>
  nodeCreate(ctx, {
    name,
    site: 'edge',
    capacity: {
      cpuCores,
      memoryBytes: 64 * gib,
      gpus: Array.from({ length: gpuCount }, () => ({ model: 'T4', milli: 1000 })),
    },
  })
const workload = (
  name: string,
  cpuCores: number,
  gpu: { count: number; milli: number; models: string[] } = { count: 0, milli: 0, models: [] },
) => workloadCreate(ctx, { name, demand: { cpuCores, memoryBytes: gib, gpu } })

async function ended(run: Run): Promise<Run> {
  await ctx.operations.idle()
  return runView(ctx, run.id)
}

async function everything(): Promise<unknown> {
  const { rows } = await sql`select w.id, w.node_id, w.state, w.version, w.gpu_indexes from workload w
    union all select node_id, null, workloads::text, 0, gpu from node_allocation order by 1`.execute(
    ctx.database.db,
  )
  return rows
}

async function apply(planId: string): Promise<void> {
  await planApprove(ctx, planId)
  await planApply(ctx, planId, { fence: 1n, check: async () => undefined }, AbortSignal.timeout(10_000))
}

test('policies are compared on a fork of the present, and nothing live is touched', async () => {
  const before = await everything()
  const asked = await runCreate(ctx, {
    name: 'side by side',
    policies: ['best-fit', 'worst-fit'],
    seeds: [1, 2],
  })
  expect(asked).toMatchObject({ state: 'queued', policies: ['best-fit', 'worst-fit'], results: [] })
  const run = await ended(asked)
  expect(run).toMatchObject({
    state: 'succeeded',
    error: null,
    nodeCount: 2,
    workloadCount: 3,
    horizonSeconds: 3600,
  })
  expect(
    run.results.map(({ policy, seed, changeCount, waitingCount }) => [
      policy,
      seed,
      changeCount,
      waitingCount,
    ]),
  ).toEqual([
    ['best-fit', 1, 2, 0],
    ['worst-fit', 1, 2, 0],
    ['best-fit', 2, 2, 0],
    ['worst-fit', 2, 2, 0],
  ])
  expect(run.measures.find(({ name }) => name === 'placed')).toMatchObject({
    values: [
      { policy: 'best-fit', mean: 2, isBest: false },
      { policy: 'worst-fit', mean: 2, isBest: false },
    ],
  })
  const packed = await runResult(ctx, run.name, { policy: 'best-fit' })
  expect(
    packed.changes.map(({ workloadName, nodeName, gpuIndexes }) => [workloadName, nodeName, gpuIndexes]),
  ).toEqual([
    ['share', 'small', [0]],
    ['plain', 'small', []],
  ])
  const spread = await runResult(ctx, run.name, { policy: 'worst-fit', seed: 2 })
  expect(spread.changes.map(({ workloadName, nodeName }) => [workloadName, nodeName])).toEqual([
    ['share', 'small'],
    ['plain', 'big'],
  ])
  expect(packed.nodes).toEqual([
    expect.objectContaining({ name: 'big', site: 'edge', cpu: 0, gpu: null }),
    expect.objectContaining({ name: 'small', site: 'edge', cpu: 0.875, gpu: 0.5 }),
  ])
  expect(packed.curve['gpu']?.at(-1)).toBe(0.5)
  // Four bytes per node: CPU, memory, GPU and what is fragmented, from before anything happened to the horizon.
  expect(packed.frames.seconds).toEqual(Array.from({ length: 25 }, (_, at) => at * 150))
  const frame = (at: number) => [...Buffer.from(packed.frames.frames.at(at) ?? '', 'base64')]
  expect(frame(0)).toEqual([0, 0, 255, 255, 127, 4, 64, expect.any(Number)])
  expect(frame(-1)).toEqual([0, 0, 255, 255, 222, 12, 127, expect.any(Number)])
  expect(await everything()).toEqual(before)
  expect((await operationView(ctx, run.operationId)).state).toBe('succeeded')
})

test('why a workload went where it did can be asked', async () => {
  const why = await runWhy(ctx, 'side by side', { policy: 'worst-fit', workload: 'plain' })
  expect(why).toMatchObject({
    policyName: 'worst-fit',
    outcome: 'placed',
    considered: 2,
    feasible: 2,
    chosen: { nodeName: 'big' },
    runnerUp: { nodeName: 'small' },
    atSeconds: 0,
  })
  const refused = (query: Parameters<typeof runWhy>[2]) =>
    runWhy(ctx, 'side by side', query).catch((error: unknown) => error)
  expect(await refused({ workload: 'standing' })).toMatchObject({ code: 'conflict' })
  expect(await refused({ workload: 'nobody' })).toMatchObject({ code: 'not_found' })
  expect(await refused({ policy: 'fgd', workload: 'plain' })).toMatchObject({
    code: 'not_found',
    message: expect.stringContaining(
      'It has the policies best-fit, worst-fit under the seeds 1, 2',
    ) as string,
  })
})

test('the end of a run becomes a plan, and is put back exactly', async () => {
  const before = await everything()
  const plan = await runPlan(ctx, 'side by side', { policy: 'worst-fit' })
  expect(plan).toMatchObject({ state: 'proposed', origin: 'run side by side', stepCount: 2 })
  expect(plan.reason).toContain('2 placed, 0 moved')
  expect(await runPlan(ctx, 'side by side', {}).catch((error: unknown) => error)).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('another plan has it') as string,
  })
  await apply(plan.id)
  expect(await workloadView(ctx, 'plain')).toMatchObject({ nodeName: 'big' })
  expect(await workloadView(ctx, 'share')).toMatchObject({ nodeName: 'small' })

  const several = await Promise.allSettled(Array.from({ length: 4 }, () => planRollback(ctx, plan.id, {})))
  const made = several.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const refused = several.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []))
  expect([made.length, refused.length]).toEqual([1, 3])
  for (const sentence of refused) expect(sentence).toContain('puts it back already')
  const [back] = made
  if (back === undefined) throw new Error('nobody made the plan that puts it back')
  expect(back.steps.map(({ kind, workloadName }) => [kind, workloadName])).toEqual([
    ['unbind', 'plain'],
    ['hold', 'plain'],
    ['unbind', 'share'],
    ['hold', 'share'],
  ])
  expect(await planRollback(ctx, plan.id, {}).catch((error: unknown) => error)).toMatchObject({
    code: 'conflict',
  })
  // The room that one step leaves is what another waits for; nothing else.
  expect(back.steps.map(({ ordinal, after }) => [ordinal, after])).toEqual([
    [1, []],
    [2, [1]],
    [3, []],
    [4, [3]],
  ])
  await apply(back.id)
  const placement = (rows: unknown) =>
    (rows as Record<string, unknown>[]).map(({ version: _, ...row }) => row)
  expect(placement(await everything())).toEqual(placement(before))
})

test('a move and its devices are put back', async () => {
  await node('spare', 16, 2)
  const { id } = await workloadView(ctx, 'standing')
  const where = async () =>
    (
      await sql<{
        node: string
        gpu: number[]
      }>`select n.name as node, w.gpu_indexes as gpu from workload w join node n on n.id = w.node_id
        where w.id = ${id}::uuid`.execute(ctx.database.db)
    ).rows
  // Its own device is the second one, which no rule would choose.
  await sql`update workload set gpu_indexes = '{1}' where id = ${id}::uuid`.execute(ctx.database.db)
  await sql`update node_allocation set gpu = '{0,500}' where node_id = (select node_id from workload where id = ${id}::uuid)`.execute(
    ctx.database.db,
  )
  await ctx.mirror.refresh({ workloads: [id], nodes: Array.from(ctx.mirror.nodes.keys()) })
  expect(await where()).toEqual([{ node: 'small', gpu: [1] }])
  const run = await ended(await runCreate(ctx, { name: 'anew', policies: ['worst-fit'], anew: true }))
  const { changes } = await runResult(ctx, run.id, {})
  expect(changes.map(({ workloadName, nodeName }) => [workloadName, nodeName])).toEqual([
    ['standing', 'spare'],
  ])
  const plan = await runPlan(ctx, run.id, {})
  expect(plan.steps.map(({ kind, workloadName, nodeName }) => [kind, workloadName, nodeName])).toEqual([
    ['migrate', 'standing', 'spare'],
  ])
  await apply(plan.id)
  expect(await where()).toEqual([{ node: 'spare', gpu: [0] }])
  await apply((await planRollback(ctx, plan.id, {})).id)
  expect(await where()).toEqual([{ node: 'small', gpu: [1] }])
})

test('two that stand in each other’s way change places through a third', async () => {
  const sites = await siteCreate(ctx, { name: 'tight', kind: 'edge' })
  const only = { constraints: { siteIds: [sites.id] } }
  for (const name of ['t-left', 't-right', 't-third'])
    await nodeCreate(ctx, {
      name,
      site: 'tight',
      capacity: { cpuCores: name === 't-third' ? 3 : 4, memoryBytes: 64 * gib },
    })
  for (const [name, where] of [
    ['l', 't-left'],
    ['r', 't-right'],
  ] as const) {
    await workloadCreate(ctx, { name, demand: { cpuCores: 3, memoryBytes: gib }, ...only })
    await workloadBind(ctx, name, { node: where })
  }
  const run = await ended(await runCreate(ctx, { name: 'swap', policies: ['first-fit'] }))
  const node = async (name: string) => (await nodeView(ctx, name)).id
  const [left, right] = [await node('t-left'), await node('t-right')]
  const [l, r] = [await workloadView(ctx, 'l'), await workloadView(ctx, 'r')]
  const change = (workload: typeof l, fromNodeId: string, nodeId: string) => ({
    workloadId: workload.id,
    workloadName: workload.name,
    fromNodeId,
    fromNodeName: '',
    nodeId,
    nodeName: '',
    gpuIndexes: [],
  })
  await sql`update run_result set changes = ${JSON.stringify([change(l, left, right), change(r, right, left)])}::jsonb
    where run_id = ${run.id}::uuid`.execute(ctx.database.db)
  const plan = await runPlan(ctx, 'swap', {})
  expect(plan.steps.map(({ workloadName, nodeName, after }) => [workloadName, nodeName, after])).toEqual([
    ['l', 't-third', []],
    ['r', 't-left', [1]],
    ['l', 't-right', [1, 2]],
  ])
  expect(plan.reason).toContain('0 placed, 3 moved: about')
  await apply(plan.id)
  expect([(await workloadView(ctx, 'l')).nodeName, (await workloadView(ctx, 'r')).nodeName]).toEqual([
    't-right',
    't-left',
  ])
})

test('a run may begin with better places for what stands, which become a plan too', async () => {
  const named = (run: string) =>
    runResult(ctx, run, {}).then(({ changes }) =>
      changes.map(({ workloadName, fromNodeName, nodeName }) => [workloadName, fromNodeName, nodeName]),
    )
  const ask = (optimise: RunCreate['optimise']) =>
    runCreate(ctx, {
      policies: ['first-fit'],
      horizonSeconds: 60,
      ...(optimise === undefined ? {} : { optimise }),
    })
  const emptied = await ended(await ask({ aim: 'evacuate', nodes: ['t-right'] }))
  expect(emptied.optimise).toEqual({ aim: 'evacuate', nodes: ['t-right'] })
  expect(await named(emptied.id)).toEqual([['l', 't-right', 't-third']])
  const plan = await runPlan(ctx, emptied.id, {})
  expect(plan.steps.map(({ kind, workloadName, nodeName }) => [kind, workloadName, nodeName])).toEqual([
    ['migrate', 'l', 't-third'],
  ])
  const consolidated = await ended(await ask({ aim: 'consolidate', movesMax: 1 }))
  expect((await named(consolidated.id)).length).toBeLessThanOrEqual(1)
  const again = await ended(await ask({ aim: 'consolidate', movesMax: 1, everySeconds: 60 }))
  expect(again).toMatchObject({
    state: 'succeeded',
    optimise: { everySeconds: 60 },
    results: [{ figures: { migrations: expect.any(Number) as number } }],
  })
  const refused = (optimise: RunCreate['optimise']) => ask(optimise).catch((error: unknown) => error)
  expect(await refused({ aim: 'evacuate' })).toMatchObject({ code: 'invalid' })
  expect(await refused({ aim: 'balance', nodes: ['big'] })).toMatchObject({ code: 'invalid' })
  expect(await refused({ aim: 'evacuate', nodes: ['nowhere'] })).toMatchObject({ code: 'invalid' })
})

test('a run may start from an instant of the past, or from a window of it', async () => {
  const { rows } = await sql<{ at: string }>`select clock_timestamp() as at`.execute(ctx.database.db)
  const since = rows[0]?.at ?? ''
  await workload('brief', 1)
  await workloadDelete(ctx, 'brief')
  await workload('late', 3)
  const then = await sql<{ at: string }>`select clock_timestamp() as at`.execute(ctx.database.db)
  const until = then.rows[0]?.at ?? ''
  await workloadDelete(ctx, 'late')

  const instant = await ended(
    await runCreate(ctx, { source: { kind: 'instant', at: until }, policies: ['first-fit'] }),
  )
  expect(await runResult(ctx, instant.id, {})).toMatchObject({ changes: [{ workloadName: 'late' }] })

  const window = await ended(
    await runCreate(ctx, { source: { kind: 'window', since, until }, policies: ['first-fit'] }),
  )
  expect(window).toMatchObject({ state: 'succeeded', results: [{ figures: { placed: 2, finished: 1 } }] })
  expect((await runWhy(ctx, window.id, { workload: 'late' })).chosen).not.toBeNull()
})

test('usage that was measured is taken over, and energy estimated', async () => {
  const { id, demand } = await workloadView(ctx, 'standing')
  await sql`insert into usage_latest (subject_id, ts, cpu, memory) values (${id}::uuid, now(), ${demand.cpuCores / 4}, ${demand.memoryBytes / 2})`.execute(
    ctx.database.db,
  )
  const run = await ended(await runCreate(ctx, { policies: ['first-fit'], horizonSeconds: 60 }))
  const { curve, figures } = await runResult(ctx, run.id, {})
  const allocated = curve['cpu']?.[0] ?? 0
  expect(curve['cpuUsed']?.[0]).toBeGreaterThan(0)
  expect(curve['cpuUsed']?.[0]).toBeLessThan(allocated)
  expect(figures['energy']).toBeGreaterThan(0)
  expect(figures['overload']).toBe(0)
  expect(curve['memoryUsed']?.[0]).toBeGreaterThan(0)
  expect(curve['memoryUsed']?.[0]).toBeLessThan(curve['memory']?.[0] ?? 0)
  expect(figures['memoryOverload']).toBe(0)
  expect(run.measures.map(({ name }) => name)).not.toContain('latency')
})

test('what cannot be run is refused with its reason', async () => {
  const refused = (input: Parameters<typeof runCreate>[1]) =>
    runCreate(ctx, input).catch((error: unknown) => error)
  expect(await refused({ policies: ['best-fti'] })).toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('there are random, first-fit') as string,
  })
  expect(
    await refused({ policies: ['random'], source: { kind: 'instant', at: '2999-01-01T00:00:00Z' } }),
  ).toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('in the future') as string,
  })
  const at = '2026-01-01T00:00:00Z'
  expect(
    await refused({ policies: ['random'], source: { kind: 'window', since: at, until: at } }),
  ).toMatchObject({ code: 'invalid' })
  expect(
    await refused({ policies: ['random', 'fgd'], seeds: Array.from({ length: 100 }, (_, seed) => seed) }),
  ).toBeInstanceOf(Object)
  expect(await refused({ name: 'anew', policies: ['random'] })).toMatchObject({ code: 'conflict' })
})

test('a run that is cancelled ends at once, and a deleted one is gone', async () => {
  const long = await runCreate(ctx, {
    name: 'long',
    policies: ['random', 'fgd', 'fill'],
    seeds: Array.from({ length: 100 }, (_, seed) => seed),
  })
  await operationCancel(ctx, long.operationId)
  const run = await ended(long)
  expect(run.state).toBe('cancelled')
  await runDelete(ctx, 'long')
  expect(await runView(ctx, 'long').catch((error: unknown) => error)).toBeInstanceOf(OrreryError)
  expect((await runList(ctx, {})).items.map(({ name }) => name)).not.toContain('long')
})

test('a stored policy that is named twice, by its name and its id, is run once', async () => {
  const [policy] = (await policyList(ctx, {})).items
  const run = await ended(
    await runCreate(ctx, { policies: [policy?.name ?? '', policy?.id ?? ''], horizonSeconds: 60 }),
  )
  expect(run.policies).toEqual([policy?.name])
  expect(run.results).toHaveLength(1)
})
