import { afterAll, beforeAll, expect, test } from 'vitest'
import { operationWatch } from '../../../test/setup/import-watch.ts'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { importCreate } from '../import/create.ts'
import { nodeCreate } from '../node/create.ts'
import { nodeList } from '../node/list.ts'
import { policySeed } from '../policy/seed.ts'
import { sampleIngest } from '../sample/ingest.ts'
import { sampleList } from '../sample/list.ts'
import { siteCreate } from '../site/create.ts'
import { workloadBind } from '../workload/bind.ts'
import { workloadCreate } from '../workload/create.ts'
import { workloadDelete } from '../workload/delete.ts'
import { workloadList } from '../workload/list.ts'
import { workloadView } from '../workload/view.ts'
import { traceExport } from './export.ts'

const gib = 1024 ** 3
let ctx: TestCtx
let trace = ''
beforeAll(async () => {
  ctx = await testCtx()
  await policySeed(ctx)
  const site = await siteCreate(ctx, { name: 'home', kind: 'edge' })
  const capacity = { cpuCores: 4, memoryBytes: 8 * gib, gpus: [{ model: 'T4', milli: 1000 }] }
  const node = await nodeCreate(ctx, {
    name: 'box',
    site: 'home',
    capacity,
    labels: { rack: 'a' },
    capabilities: ['kvm'],
  })
  const demand = { cpuCores: 1.5, memoryBytes: gib, gpu: { count: 1, milli: 500 } }
  const stays = await workloadCreate(ctx, {
    name: 'stays',
    kind: 'container',
    demand,
    constraints: { siteIds: [site.id], capabilities: ['kvm'] },
    priority: 3,
  })
  await workloadBind(ctx, stays.id, { node: 'box' })
  await workloadCreate(ctx, { name: 'again', demand: { cpuCores: 1, memoryBytes: gib } })
  const at = new Date(Date.now() + 50).toISOString()
  await sampleIngest(ctx, {
    samples: [
      { subjectId: stays.id, at, cpuCores: 0.1 + 0.2 },
      { subjectId: node.id, at, powerWatts: 80 },
    ],
  })
  await workloadDelete(ctx, 'again')
  await workloadCreate(ctx, { name: 'again', demand: { cpuCores: 2, memoryBytes: gib } })
  trace = await exported({ until: new Date(Date.now() + 60_000).toISOString() })
})
afterAll(() => ctx.close())

async function exported(query: Parameters<typeof traceExport>[1]): Promise<string> {
  let text = ''
  for await (const piece of await traceExport(ctx, query)) text += piece
  return text
}

test('what was recorded is a trace: nodes, arrivals, departures and samples in order of time', () => {
  const lines = trace
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const kinds = lines.map((line) =>
    ['orreryTrace', 'node', 'arrival', 'departure', 'sample'].find((key) => key in line),
  )
  expect(kinds.toSorted()).toEqual([
    'arrival',
    'arrival',
    'arrival',
    'departure',
    'node',
    'orreryTrace',
    'sample',
    'sample',
  ])
  expect(kinds[0]).toBe('orreryTrace')
  const times = lines.flatMap((line) => (typeof line['at'] === 'number' ? [line['at']] : []))
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(lines.find((line) => line['arrival'] === 'stays')).toMatchObject({
    kind: 'container',
    priority: 3,
    constraints: { capabilities: ['kvm'] },
  })
  expect(trace).not.toContain('siteIds')
})

test('a range that was before anything holds nothing, and one that ends before it begins is refused', async () => {
  const early = await exported({ since: '2001-01-01T00:00:00Z', until: '2002-01-01T00:00:00Z' })
  expect(early.trimEnd().split('\n')).toHaveLength(1)
  await expect(
    traceExport(ctx, { since: '2020-01-01T00:00:00Z', until: '2019-01-01T00:00:00Z' }),
  ).rejects.toMatchObject({ code: 'invalid' })
})

test('an export imports again: the same nodes, workloads and samples under another site', async () => {
  await expect(importCreate(ctx, { kind: 'trace', files: { trace } })).rejects.toThrow("site 'home' already")
  const { operationId, badRows } = await importCreate(ctx, {
    kind: 'trace',
    files: { trace },
    site: 'copy',
    strict: true,
  })
  expect(badRows).toEqual([])
  const operation = await operationWatch(ctx, operationId, 5, async () => undefined)
  expect(operation).toMatchObject({
    state: 'succeeded',
    output: { arrivals: 3, departures: 1, placed: 3, pending: 0, samples: 2, samplesLeftOut: 0 },
  })
  const [box] = (await nodeList(ctx, { filter: 'site:copy' })).items
  expect(box).toMatchObject({
    name: 'copy-box',
    labels: { rack: 'a' },
    capabilities: ['kvm'],
    capacity: { cpuCores: 4, gpus: [{ model: 'T4' }] },
  })
  const copies = (await workloadList(ctx, { filter: 'site:copy' })).items
  expect(copies.map(({ name, demand }) => [name, demand.cpuCores])).toEqual([
    ['copy-again', 2],
    ['copy-stays', 1.5],
  ])
  const original = await workloadView(ctx, 'stays')
  const copy = await workloadView(ctx, 'copy-stays')
  expect(copy).toMatchObject({ kind: 'container', priority: 3, gpuIndexes: [0], traceAt: expect.any(String) })
  const samples = async (subject: string) => (await sampleList(ctx, { subject })).samples
  expect(await samples(copy.id)).toEqual(await samples(original.id))
  expect((await samples(copy.id))[0]?.cpuCores).toBe(0.1 + 0.2)
})

test('a range of any size is exported in pieces that are made while they are read', async () => {
  const { pool } = ctx.database
  const { id } = await workloadView(ctx, 'stays')
  await pool.query(
    `insert into sample (subject_id, ts, cpu, memory, disk_read, disk_write)
     select $1::uuid, timestamptz '2025-01-01T00:00:00Z' + n * interval '1 second', n / 7e0, n / 11e0, n / 13e0, n / 17e0
     from generate_series(1, 50000) n`,
    [id],
  )
  await pool.query(
    `update workload set created_at = '2025-01-01T00:00:00Z', changed_at = '2025-01-01T00:00:00Z' where id = $1`,
    [id],
  )
  let length = 0
  let longest = 0
  let samples = 0
  for await (const piece of await traceExport(ctx, { until: '2026-01-01T00:00:00Z' })) {
    length += piece.length
    longest = Math.max(longest, piece.length)
    samples += piece.split('{"sample"').length - 1
  }
  expect(length).toBeGreaterThan(4_000_000)
  expect(longest).toBeLessThan(100 * 1024)
  expect(samples).toBe(50_000)
})

test('exports that nobody reads to the end give their connections back, and no more than four go on at once', async () => {
  const { pool } = ctx.database
  const readers = await Promise.all(
    [1, 2, 3, 4].map(async () => (await traceExport(ctx, {}))[Symbol.asyncIterator]()),
  )
  await expect(traceExport(ctx, {})).rejects.toMatchObject({ code: 'limit' })
  // A connection is given back a moment after its transaction has ended.
  await expect.poll(() => pool.totalCount - pool.idleCount).toBe(4)
  for (const reader of readers) await reader.return?.()
  await expect.poll(() => pool.totalCount - pool.idleCount).toBe(0)
  expect(await exported({ until: '2001-01-01T00:00:00Z' })).toContain('orreryTrace')
})
