/** Samples in, samples out: limits, order, down-sampling, both forms. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrreryError } from '@orrery/api/errors.ts'
import { type SampleInput, type SampleListQuery, sampleFields } from '@orrery/api/sample.ts'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { instantText } from '../instant.ts'
import { nodeCreate } from '../node/create.ts'
import { siteCreate } from '../site/create.ts'
import { workloadCreate } from '../workload/create.ts'
import { workloadDelete } from '../workload/delete.ts'
import { sampleIngestBinary, sampleRecordBytes } from './ingest-binary.ts'
import { sampleIngest } from './ingest.ts'
import { sampleList } from './list.ts'

let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
  await siteCreate(ctx, { name: 'here', kind: 'edge' })
})
afterAll(() => ctx.close())

const subjectNew = async () =>
  (await nodeCreate(ctx, { name: randomUUID(), site: 'here', capacity: { cpuCores: 1, memoryBytes: 1 } })).id
const code = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: OrreryError) => error.code,
  )
const stored = async (subject: string) => (await sampleList(ctx, { subject })).samples
const epoch = 1_700_000_000
const at = (seconds: number) => instantText(BigInt(Math.round((epoch + seconds) * 1_000_000)))

/** A record of the compact form. NaN is "not measured". */
function record(subject: string, atMicros: bigint, values: number[]): Buffer {
  const buffer = Buffer.alloc(sampleRecordBytes)
  buffer.write(subject.replaceAll('-', ''), 0, 'hex')
  buffer.writeBigInt64LE(atMicros, 16)
  for (let index = 0; index < 7; index += 1) buffer.writeDoubleLE(values[index] ?? Number.NaN, 24 + index * 8)
  return buffer
}

test('a batch is stored whole, in the order of time, with duplicates, to the last bit', async () => {
  const [a, b] = [await subjectNew(), await subjectNew()]
  const samples: SampleInput[] = [
    { subjectId: a, at: '2026-01-31T12:00:00.000002Z', cpuCores: 0.1 + 0.2, memoryBytes: 2 ** 53 - 1 },
    { subjectId: b, at: '2026-01-31T12:00:00.000002Z', powerWatts: 5e-324 },
    { subjectId: a, at: '2026-01-31T12:00:00.000001999Z', netTxBytesPerSecond: 1e18 },
    { subjectId: a, at: '2026-01-31T13:00:00.000002+01:00', cpuCores: 0 },
  ]
  expect(await sampleIngest(ctx, { samples })).toEqual({ accepted: 4 })
  const series = await stored(a)
  expect(series.map((sample) => sample.at)).toEqual([
    '2026-01-31T12:00:00.000001Z',
    '2026-01-31T12:00:00.000002Z',
    '2026-01-31T12:00:00.000002Z',
  ])
  expect(series[0]).toMatchObject({ netTxBytesPerSecond: 1e18, cpuCores: null })
  expect(
    series
      .slice(1)
      .map((sample) => sample.cpuCores)
      .toSorted(),
  ).toEqual([0, 0.1 + 0.2])
  expect(await stored(b)).toMatchObject([{ powerWatts: 5e-324, cpuCores: null }])
})

describe('nothing of a batch is stored', () => {
  const day = 86_400_000
  /** Counted when it is sent, and not when this file is read. */
  const ahead = (ms: number) => () => new Date(Date.now() + ms).toISOString()
  test.each<[string, 'ok' | 'invalid', (() => string)?]>([
    ['1999-12-31T23:59:59.999999Z', 'invalid'],
    ['2000-01-01T00:00:00Z', 'ok'],
    ['a minute less than a day ahead', 'ok', ahead(day - 60_000)],
    ['a minute more than a day ahead', 'invalid', ahead(day + 60_000)],
    ['2026-02-30T00:00:00Z', 'invalid'],
    ['0000-01-01T00:00:00Z', 'invalid'],
  ])('of which one is at %s: %s', async (named, outcome, counted) => {
    const id = await subjectNew()
    const instant = counted?.() ?? named
    const samples = [
      { subjectId: id, at: at(0), cpuCores: 1 },
      { subjectId: id, at: instant, cpuCores: 1 },
    ]
    expect(await code(sampleIngest(ctx, { samples }))).toBe(outcome)
    expect(await stored(id)).toHaveLength(outcome === 'ok' ? 2 : 0)
  })

  test('of which one is of nobody', async () => {
    const id = await subjectNew()
    for (const unknown of [randomUUID(), 'x'.repeat(36), id.toUpperCase()]) {
      const samples = [id, unknown].map((subjectId) => ({ subjectId, at: at(0) }))
      expect(await code(sampleIngest(ctx, { samples }))).toBe('not_found')
    }
    expect(await stored(id)).toEqual([])
  })

  test('in the compact form, when a record is short, out of range or of nobody', async () => {
    const id = await subjectNew()
    const good = record(id, BigInt(epoch) * 1_000_000n, [1])
    const bad = [
      good.subarray(0, 79),
      Buffer.concat([good, Buffer.alloc(1)]),
      Buffer.alloc(0),
      record(id, -1n, [1]),
      record(id, 2n ** 63n - 1n, [1]),
      ...[-1, -5e-324, 1e9 + 1, Infinity, -Infinity].map((value) =>
        record(id, BigInt(epoch) * 1_000_000n, [value]),
      ),
      record(id, BigInt(epoch) * 1_000_000n, [0, 0, 0, 0, 0, 0, 1e12 + 1000]),
      record(randomUUID(), BigInt(epoch) * 1_000_000n, [1]),
    ]
    for (const each of bad) {
      const body =
        each.length % sampleRecordBytes === 0 && each.length > 0 ? Buffer.concat([good, each]) : each
      expect(['invalid', 'not_found']).toContain(await code(sampleIngestBinary(ctx, body)))
    }
    expect(await stored(id)).toEqual([])
  })
})

test('both forms store the same', async () => {
  const [json, binary] = [await subjectNew(), await subjectNew()]
  const value = (max: number) => fc.option(fc.double({ min: 0, max, noNaN: true }), { nil: undefined })
  const values = fc.tuple(
    value(1e9),
    value(1e18),
    value(1e18),
    value(1e18),
    value(1e18),
    value(1e18),
    value(1e12),
  )
  const instant = fc.bigInt({ min: 946_684_800_000_000n, max: 1_790_000_000_000_000n })
  // Of two samples of one instant, either may come first.
  const distinct = { minLength: 200, maxLength: 200, selector: ([at]: [bigint, unknown]) => at }
  const rows = fc.sample(fc.uniqueArray(fc.tuple(instant, values), distinct), 1).flat()
  const samples = rows.map(([atMicros, numbers]): SampleInput => {
    const measured = Object.fromEntries(
      sampleFields.flatMap((field, index) => (numbers[index] === undefined ? [] : [[field, numbers[index]]])),
    )
    return { subjectId: json, at: instantText(atMicros), ...measured }
  })
  await sampleIngest(ctx, { samples })
  await sampleIngestBinary(
    ctx,
    Buffer.concat(
      rows.map(([atMicros, numbers]) =>
        record(
          binary,
          atMicros,
          numbers.map((each) => each ?? Number.NaN),
        ),
      ),
    ),
  )
  const [a, b] = [await stored(json), await stored(binary)]
  expect(a).toHaveLength(200)
  expect(b).toEqual(a)
  expect(ctx.usages.get(binary)?.atMicros).toBe(ctx.usages.get(json)?.atMicros)
})

describe('a series', () => {
  let id = ''
  // Buckets of 10 s begin at multiples of 10 s since 1970, whatever is asked for.
  const values = [
    [0, 1],
    [9.999999, 3],
    [10, 10],
    [25, 7],
    [25, 9],
    [29.999999, 2],
  ] as const
  beforeAll(async () => {
    id = await subjectNew()
    const samples = values.map(([seconds, cpuCores]) => ({
      subjectId: id,
      at: at(seconds),
      cpuCores,
      ...(seconds === 10 ? {} : { powerWatts: seconds }),
    }))
    await sampleIngest(ctx, { samples: samples.toReversed() })
  })
  const list = async (query: Omit<SampleListQuery, 'subject'>) => sampleList(ctx, { subject: id, ...query })
  const cpu = async (query: Omit<SampleListQuery, 'subject'>) =>
    (await list(query)).samples.map((sample) => sample.cpuCores)

  test('is cut from `since` on and before `until`', async () => {
    expect(await cpu({ since: at(9.999999), until: at(25) })).toEqual([3, 10])
    expect(await cpu({ since: at(9.999999).replace('Z', '999Z'), until: at(10) })).toEqual([3])
    expect(await cpu({ since: at(30) })).toEqual([])
  })

  test('is down-sampled in buckets that each begin with their own instant', async () => {
    const means = await list({ stepSeconds: 10 })
    expect(means.samples.map((sample) => [sample.at, sample.cpuCores, sample.powerWatts])).toEqual([
      [at(0), 2, 4.9999995],
      [at(10), 10, null],
      [at(20), 6, (25 + 25 + 29.999999) / 3],
    ])
    expect(await cpu({ stepSeconds: 10, aggregate: 'min' })).toEqual([1, 10, 2])
    expect(await cpu({ stepSeconds: 10, aggregate: 'max' })).toEqual([3, 10, 9])
    expect(await cpu({ stepSeconds: 10, aggregate: 'last' })).toEqual([3, 10, 2])
    expect(await cpu({ stepSeconds: 10, aggregate: 'last', order: 'desc' })).toEqual([2, 10, 3])
    expect((await list({ stepSeconds: 86_400 * 366 })).samples).toHaveLength(1)
  })

  test('says whether there is more than the limit', async () => {
    expect(await list({ limit: 6 })).toMatchObject({ more: false })
    expect(await list({ limit: 5 })).toMatchObject({ more: true })
    expect(await list({ limit: 1, order: 'desc' })).toMatchObject({
      more: true,
      samples: [{ at: at(29.999999) }],
    })
    expect(await list({ stepSeconds: 10, limit: 2 })).toMatchObject({ more: true })
  })

  test('of something that is gone is still there; of nothing there is none', async () => {
    const gone = await workloadCreate(ctx, { name: 'gone', demand: { cpuCores: 1, memoryBytes: 1 } })
    expect(await stored(gone.id)).toEqual([])
    await workloadDelete(ctx, gone.id)
    expect(await stored(gone.id)).toEqual([])
    expect(await code(sampleList(ctx, { subject: randomUUID() }))).toBe('not_found')
    expect(await code(sampleList(ctx, { subject: 'x' }))).toBe('invalid')
    for (const since of ['0000-01-01T00:00:00Z', '2026-02-31T00:00:00Z'])
      expect(await code(sampleList(ctx, { subject: id, since }))).toBe('invalid')
  })
})
