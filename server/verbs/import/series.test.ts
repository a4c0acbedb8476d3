import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operationWatch } from '../../../test/setup/import-watch.ts'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { datasetDelete } from '../dataset/delete.ts'
import { datasetList } from '../dataset/list.ts'
import { workloadCreate } from '../workload/create.ts'
import { workloadView } from '../workload/view.ts'
import { importCheck } from './check.ts'
import { importCreate } from './create.ts'

const gib = 1024 ** 3
const ec2 = (count: number) =>
  [
    'timestamp,value',
    ...Array.from(
      { length: count },
      (_, index) => `2014-02-14 14:${String(index).padStart(2, '0')}:00,${index}`,
    ),
  ].join('\n')

let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
  await workloadCreate(ctx, { name: 'web', demand: { cpuCores: 4, memoryBytes: gib } })
})
afterAll(() => ctx.close())

test('a series becomes a dataset that its workload follows, in the units of the workload', async () => {
  const started = await importCreate(ctx, {
    kind: 'series',
    files: { series: ec2(50) },
    fileNames: { series: 'runs/ec2_cpu_utilization_x.csv' },
    workload: 'web',
  })
  expect(started).toMatchObject({ accepted: 50, badRows: [] })
  expect(await operationWatch(ctx, started.operationId, 5, async () => undefined)).toMatchObject({
    state: 'succeeded',
    subjectKind: 'workload',
    done: 50,
    output: { rows: 50, workload: 'web' },
  })
  const [dataset] = (await datasetList(ctx, {})).items
  expect(dataset).toMatchObject({
    name: 'ec2_cpu_utilization_x.csv',
    layout: 'ec2',
    rowCount: 50,
    fields: ['cpuCores'],
    startAt: '2014-02-14T14:00:00.000000Z',
    endAt: '2014-02-14T14:49:00.000000Z',
  })
  expect((await workloadView(ctx, 'web')).datasetId).toBe(dataset?.id)
  // 25 % of four cores.
  const { rows } = await sql<{
    cpu: number
  }>`select cpu from dataset_sample where dataset_id = ${dataset?.id}::uuid
    and ts = '2014-02-14 14:25:00Z'`.execute(ctx.database.db)
  expect(rows[0]?.cpu).toBe(1)
})

test('the same file again is a dataset of its own, also when both come at once', async () => {
  const input = {
    kind: 'series',
    files: { series: ec2(5) },
    fileNames: { series: 'network_in.csv' },
  } as const
  const started = await Promise.all([importCreate(ctx, input), importCreate(ctx, input)])
  for (const { operationId } of started) {
    expect((await operationWatch(ctx, operationId, 5, async () => undefined)).state).toBe('succeeded')
  }
  expect((await datasetList(ctx, { filter: 'network_in' })).items.map(({ name }) => name)).toEqual([
    'network_in.csv',
    'network_in.csv-2',
  ])
})

test('a workload that is not there, a field that is not there and an unknown layout are refused before anything is stored', async () => {
  const files = { series: ec2(5) }
  await expect(
    importCreate(ctx, { kind: 'series', files, workload: 'nobody', field: 'cpu_utilization' }),
  ).rejects.toMatchObject({ code: 'not_found' })
  await expect(importCheck(ctx, { kind: 'series', files, field: 'nonsense' })).rejects.toMatchObject({
    code: 'invalid',
  })
  await expect(importCheck(ctx, { kind: 'series', files: { series: 'a;b\n1;2' } })).rejects.toThrow(
    'neither that of Bitbrains',
  )
  await expect(
    importCreate(ctx, {
      kind: 'series',
      files: { series: `${ec2(3)}\n2014-02-30 00:00:00,1` },
      field: 'network_in',
      strict: true,
    }),
  ).rejects.toThrow('line 5')
})

test('a dataset can be deleted; who followed it follows nothing', async () => {
  await datasetDelete(ctx, 'ec2_cpu_utilization_x.csv')
  expect((await workloadView(ctx, 'web')).datasetId).toBeNull()
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from dataset_sample s where not exists (select 1 from dataset d where d.id = s.dataset_id)`.execute(
    ctx.database.db,
  )
  expect(rows[0]?.n).toBe(0)
  await expect(datasetDelete(ctx, 'ec2_cpu_utilization_x.csv')).rejects.toMatchObject({ code: 'not_found' })
})
