import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ImportCreate } from '@orrery/api/dataset.ts'
import { allocationFaults, operationWatch } from '../../../test/setup/import-watch.ts'
import { madeUpNodes, madeUpPods } from '../../../test/setup/made-up-trace.ts'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { eventList } from '../event/list.ts'
import { nodeList } from '../node/list.ts'
import { operationCancel } from '../operation/cancel.ts'
import { operationList } from '../operation/list.ts'
import { planMemoryCreate } from '../plan/memory.ts'
import { planNext } from '../plan/next.ts'
import { policySeed } from '../policy/seed.ts'
import { siteList } from '../site/list.ts'
import { workloadBind } from '../workload/bind.ts'
import { workloadCreate } from '../workload/create.ts'
import { workloadDecisions } from '../workload/decisions.ts'
import { workloadDelete } from '../workload/delete.ts'
import { workloadList } from '../workload/list.ts'
import { importCheck } from './check.ts'
import { importCreate } from './create.ts'

let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
  await policySeed(ctx)
})
afterAll(() => ctx.close())

const openb = (more: Partial<ImportCreate> = {}, pods = madeUpPods(200)): ImportCreate => ({
  kind: 'openb',
  files: { nodes: madeUpNodes, pods },
  fileNames: { nodes: 'nodes.csv', pods: 'pods.csv' },
  ...more,
})
const counted = async (text: ReturnType<typeof sql<{ n: number }>>) =>
  (await text.execute(ctx.database.db)).rows[0]?.n

test('at every instant of a replay what is allocated is the sum of the placed requests, and what does not fit says why', async () => {
  const { operationId, accepted, badRows } = await importCreate(ctx, openb({ site: 'small', speed: 2000 }))
  expect({ accepted, badRows }).toEqual({ accepted: 204, badRows: [] })
  expect((await nodeList(ctx, { filter: 'site:small' })).items).toHaveLength(4)
  let looks = 0
  let busiest = 0
  let explained = 0
  const operation = await operationWatch(ctx, operationId, 5, async () => {
    expect(await allocationFaults(ctx.database)).toBe(0)
    const waiting = (await workloadList(ctx, { filter: 'state:pending' })).items
    for (const workload of waiting) expect(workload.reason).toMatch(/^No node has/)
    explained += waiting.length
    busiest = Math.max(
      busiest,
      Number(await counted(sql`select count(*)::int as n from workload where node_id is not null`)),
    )
    looks += 1
  })
  expect(operation).toMatchObject({
    state: 'succeeded',
    done: 400,
    total: 400,
    output: { arrivals: 200, departures: 200, standing: 0, pending: 0 },
  })
  expect(looks).toBeGreaterThan(10)
  expect(busiest).toBeGreaterThan(10)
  expect(explained).toBeGreaterThan(0)
  const output = operation.output as { placed: number; leftUnplaced: number; speed: number }
  expect(output.placed + output.leftUnplaced).toBe(200)
  expect(output.placed).toBeGreaterThan(100)
  // 1,479 trace seconds at 2,000 a second at most.
  expect(output.speed).toBeLessThanOrEqual(2000)
  expect(await counted(sql`select count(*)::int as n from workload`)).toBe(0)
})

test('events and rows carry the trace’s own time beside the database’s', async () => {
  const of = async (filter: string) =>
    (await eventList(ctx, { filter: `${filter} pod-0`, limit: 10 })).items.filter(
      (event) => event.subjectName === 'pod-0',
    )
  // Anybody's open transaction in the cluster holds events back: the last one shows when all do.
  await expect.poll(() => of('verb:workload.delete')).toHaveLength(1)
  expect((await of('verb:workload.create'))[0]?.traceAt).toBe('2023-01-01T00:00:00.000000Z')
  expect((await of('verb:workload.bind'))[0]?.traceAt).toBe('2023-01-01T00:00:00.000000Z')
  expect((await of('verb:workload.unbind'))[0]?.traceAt).toBe('2023-01-01T00:05:00.000000Z')
  expect((await of('verb:workload.delete'))[0]?.traceAt).toBe('2023-01-01T00:05:00.000000Z')
})

test('what waited gets a place when one that stands leaves, and keeps both decisions', async () => {
  const { rows } = await sql<{
    id: string
  }>`select d.workload_id as id from decision d where d.outcome = 'placed'
    and exists (select 1 from decision e where e.workload_id = d.workload_id and e.outcome = 'pending') limit 1`.execute(
    ctx.database.db,
  )
  const decisions = (await workloadDecisions(ctx, rows[0]?.id ?? '', {})).items
  expect(decisions.map((decision) => decision.outcome)).toEqual(['placed', 'pending'])
  expect(decisions[0]).toMatchObject({ chosen: { nodeName: expect.stringMatching(/^node-/) } })
})

test('the same site again is a clear conflict that stores nothing; another site works, with names of its own', async () => {
  const before = (await operationList(ctx, {})).items.length
  await expect(importCreate(ctx, openb({ site: 'small' }))).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining("site 'small' already"),
  })
  expect((await operationList(ctx, {})).items).toHaveLength(before)
  const { operationId } = await importCreate(ctx, openb({ site: 'twin' }, madeUpPods(20)))
  expect((await operationWatch(ctx, operationId, 10, async () => undefined)).state).toBe('succeeded')
  expect((await nodeList(ctx, { filter: 'site:twin' })).items[0]?.name).toBe('twin-node-0')
})

test('bad rows are told by file and line; strict refuses them and stores nothing', async () => {
  const pods = `${madeUpPods(10)}\nbroken,1000,1,two,0,,LS,Running,0,10,0\nlate,1000,1,0,0,,LS,Running,20,10,20`
  const expected = [
    { file: 'pods.csv', line: 12, message: expect.stringContaining('num_gpu') },
    { file: 'pods.csv', line: 13, message: expect.stringContaining('deletion_time') },
  ]
  expect(await importCheck(ctx, openb({ site: 'bad' }, pods))).toMatchObject({
    accepted: 14,
    badRows: expected,
  })
  await expect(importCreate(ctx, openb({ site: 'bad', strict: true }, pods))).rejects.toThrow(
    /pods\.csv, line 12: num_gpu.* 1 more rows? .*Nothing was imported/,
  )
  expect((await siteList(ctx, { filter: 'name:bad' })).items).toEqual([])
  // Without its columns a file is of another kind; the nodes alone would be half an import.
  await expect(importCreate(ctx, openb({ site: 'bad' }, 'name\nx'))).rejects.toThrow(
    /^pods\.csv, line 1: the header lacks .* Nothing was imported\.$/,
  )
  await expect(importCreate(ctx, { kind: 'openb', files: { nodes: 'x', pods: '' } })).rejects.toMatchObject({
    code: 'invalid',
  })
  await expect(importCreate(ctx, { kind: 'openb', files: { nodes: madeUpNodes } })).rejects.toThrow(
    '`nodes` and `pods`',
  )
  await expect(importCreate(ctx, openb({ layout: 'ec2' }))).rejects.toThrow('`layout` is for series')
  await ctx.operations.idle()
})

test('the plan loop leaves the workloads of a running import alone, and takes them over when it is cancelled', async () => {
  const pods = `${madeUpPods(10)}\nimpossible,1000,1024,3,1000,,LS,Running,0,900,0`
  const { operationId } = await importCreate(ctx, openb({ site: 'slow', speed: 1 }, pods))
  const label = `label.orrery/import:${operationId}`
  const listed = async (filter: string) => (await workloadList(ctx, { filter: `${label} ${filter}` })).items
  while ((await listed('state:pending')).length === 0 || (await listed('state:running')).length === 0)
    await sleep(20)
  expect(await planNext(ctx, planMemoryCreate(), async () => undefined, 0)).toMatchObject({
    planned: 0,
    refused: 0,
  })
  await operationCancel(ctx, operationId)
  const operation = await operationWatch(ctx, operationId, 5, async () => undefined)
  expect(operation).toMatchObject({
    state: 'cancelled',
    output: { remove: expect.stringContaining(`orrery/import:${operationId}`) },
  })
  expect(await planNext(ctx, planMemoryCreate(), async () => undefined, 0)).toMatchObject({
    planned: 0,
    refused: 1,
  })
  expect(await allocationFaults(ctx.database)).toBe(0)
  for (const workload of await listed('')) await workloadDelete(ctx, workload.id)
})

test('people may place, delete and fill nodes while a trace is replayed; nothing is over capacity or counted twice', async () => {
  const { operationId } = await importCreate(ctx, openb({ site: 'shared', speed: 1000 }, madeUpPods(150)))
  const nodes = (await nodeList(ctx, { filter: 'site:shared' })).items
  let step = 0
  const operation = await operationWatch(ctx, operationId, 5, async () => {
    step += 1
    expect(await allocationFaults(ctx.database)).toBe(0)
    const own = await workloadCreate(ctx, {
      name: `own-${step}`,
      demand: { cpuCores: 4, memoryBytes: 1 },
      autoPlace: false,
    })
    const node = nodes[step % nodes.length]
    await workloadBind(ctx, own.id, { node: node?.id ?? '' }).catch((error: { code: string }) =>
      expect(error.code).toBe('no_capacity'),
    )
    const [other] = (await workloadList(ctx, { filter: `label.orrery/import:${operationId}`, limit: 1 }))
      .items
    if (other !== undefined && step % 3 === 0)
      await workloadDelete(ctx, other.id).catch((error: { code: string }) =>
        expect(error.code).toBe('not_found'),
      )
    if (step % 2 === 0) await workloadDelete(ctx, own.id)
  })
  expect(operation.state).toBe('succeeded')
  expect(await allocationFaults(ctx.database)).toBe(0)
  expect(
    await counted(
      sql`select count(*)::int as n from workload where labels->>'orrery/import' = ${operationId}`,
    ),
  ).toBe(0)
})

test('what still waits when a trace has ended is the plan loop’s', async () => {
  const stays = 'name,cpu_milli,memory_mib,num_gpu,gpu_milli\nhuge,15000,1024,0,0\nhuger,15000,1024,0,0'
  const nodes = 'sn,cpu_milli,memory_mib,gpu,model\nonly,16000,65536,0,'
  const { operationId } = await importCreate(ctx, {
    kind: 'openb',
    files: { nodes, pods: stays },
    site: 'left',
  })
  const operation = await operationWatch(ctx, operationId, 5, async () => undefined)
  expect(operation).toMatchObject({ state: 'succeeded', output: { placed: 1, pending: 1, standing: 2 } })
  await workloadDelete(ctx, 'huge')
  const round = await planNext(ctx, planMemoryCreate(), async () => undefined, 0)
  expect(round).toMatchObject({ planned: 1 })
})

test('an import that is asked for twice with one idempotency key runs once', async () => {
  const idempotency = { key: 'k1', operation: 'importCreate', hash: Buffer.from('h') }
  const first = await importCreate({ ...ctx, idempotency }, openb({ site: 'once' }, madeUpPods(10)))
  const second = await importCreate({ ...ctx, idempotency }, openb({ site: 'once' }, madeUpPods(10)))
  expect(second).toEqual(first)
  expect((await operationWatch(ctx, first.operationId, 10, async () => undefined)).state).toBe('succeeded')
  expect((await siteList(ctx, { filter: 'name:once' })).items).toHaveLength(1)
})
