import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/setup/schema.ts'
import type { Provider, ProviderStep } from '../provider.ts'
import { emulator } from './emulator.ts'

const gib = 1024 ** 3
const flat = (value: number) => Array.from({ length: 24 }, () => value)
const host = (name: string, count: number) => ({
  name,
  count,
  kind: 'host',
  capacity: { cpuCores: 8, memoryBytes: 32 * gib, diskBytes: 100 * gib, gpus: [] },
})
const config = {
  seed: 7,
  speed: 1000,
  sampleSeconds: 10,
  start: { meanSeconds: 20, deviationSeconds: 0, failedShare: 0 },
  sites: [
    {
      name: 'here',
      kind: 'edge',
      carbonGramsPerKwh: flat(100),
      renewableShare: flat(0.5),
      nodes: [host('host', 3)],
    },
  ],
}

async function providerRow(database: TestDatabase): Promise<string> {
  const id = randomUUID()
  await database.db
    .insertInto('provider')
    .values({ id, name: `emulator-${id}`, kind: 'emulator', config: '{}', enabled: true })
    .execute()
  return id
}

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())

const { signal } = new AbortController()
const demand = { cpuCores: 2, memoryBytes: 4 * gib, diskBytes: 0, gpu: { count: 0, milli: 0, models: [] } }

/** A world whose wall clock the test moves, from 0. */
async function worldOf(changes: Record<string, unknown> = {}) {
  const id = await providerRow(database)
  let wallMs = 0
  const open = (more: Record<string, unknown> = {}) =>
    emulator.open({
      id,
      name: 'world',
      config: { ...config, speed: 1, ...changes, ...more },
      database,
      nowMs: () => wallMs,
    })
  const start = (provider: Provider, name: string, node = 'host-1', datasetId: string | null = null) => {
    const step: ProviderStep = {
      id: randomUUID(),
      kind: 'start',
      workload: { id: randomUUID(), name, demand, providerRef: null, datasetId },
      node: { id: randomUUID(), name: node, providerRef: node },
    }
    return provider.apply(step, signal).then(({ providerRef }) => ({ ref: providerRef ?? '', step }))
  }
  const at = (seconds: number) => {
    wallMs = seconds * 1000
  }
  return { id, open, at, start }
}

test('any two who look at the same world at the same time see the same, also after a restart', async () => {
  const world = await worldOf()
  const one = await world.open()
  await world.start(one, 'a')
  await world.start(one, 'b', 'host-2')
  world.at(600)
  const seen = await one.observe(signal)
  expect(seen.samples.length).toBe(5)
  expect(await (await world.open()).observe(signal)).toEqual(seen)
})

test('a machine takes its time to start, and then runs', async () => {
  const world = await worldOf()
  const provider = await world.open()
  await world.start(provider, 'a')
  world.at(19)
  expect((await provider.observe(signal)).workloads).toMatchObject([{ state: 'starting' }])
  world.at(21)
  expect((await provider.observe(signal)).workloads).toMatchObject([{ state: 'running' }])
})

test('starts are slow or fail where the script says so, and again with a reason', async () => {
  const world = await worldOf({
    script: [
      { fault: 'slow-start', workload: 'slow-*', delaySeconds: 100 },
      { fault: 'failed-start', workload: 'bad-*', fromSeconds: 0, untilSeconds: 300 },
    ],
  })
  const provider = await world.open()
  await world.start(provider, 'slow-one')
  await world.start(provider, 'bad-one')
  world.at(60)
  const seen = Object.fromEntries((await provider.observe(signal)).workloads.map((each) => [each.name, each]))
  expect(seen['slow-one']).toMatchObject({ state: 'starting' })
  expect(seen['bad-one']).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('start failed') as string,
  })
  world.at(400)
  await world.start(provider, 'bad-two')
  world.at(450)
  const later = Object.fromEntries(
    (await provider.observe(signal)).workloads.map((each) => [each.name, each.state]),
  )
  expect(later).toEqual({ 'slow-one': 'running', 'bad-one': 'failed', 'bad-two': 'running' })
})

test('a lost node is reported as unhealthy, says nothing of its machines, takes no steps, and comes back with them', async () => {
  const world = await worldOf({
    script: [{ fault: 'lost-node', node: 'host-1', fromSeconds: 100, untilSeconds: 200 }],
  })
  const provider = await world.open()
  const { step, ref } = await world.start(provider, 'a')
  world.at(150)
  const lost = await provider.observe(signal)
  expect(lost.nodes.find((node) => node.ref === 'host-1')).toMatchObject({ healthy: false })
  expect(lost.workloads).toEqual([])
  expect(lost.samples.map((sample) => sample.ref).toSorted()).toEqual(['host-2', 'host-3'])
  await expect(world.start(provider, 'b')).rejects.toMatchObject({ code: 'unavailable' })
  const stop = {
    ...step,
    id: randomUUID(),
    kind: 'stop' as const,
    workload: { ...step.workload, providerRef: ref },
  }
  await expect(provider.apply(stop, signal)).rejects.toMatchObject({ code: 'unavailable' })
  world.at(250)
  const back = await provider.observe(signal)
  expect(back.nodes.every((node) => node.healthy)).toBe(true)
  expect(back.workloads).toMatchObject([{ name: 'a', state: 'running' }])
  await provider.apply(stop, signal)
  expect((await provider.observe(signal)).workloads).toEqual([])
})

test('a flapping node comes and goes', async () => {
  const world = await worldOf({
    script: [{ fault: 'flapping-node', node: 'host-2', periodSeconds: 100, downShare: 0.5 }],
  })
  const provider = await world.open()
  const healthy: boolean[] = []
  for (const seconds of [10, 60, 110, 160]) {
    world.at(seconds)
    healthy.push(
      (await provider.observe(signal)).nodes.find((node) => node.ref === 'host-2')?.healthy ?? false,
    )
  }
  expect(healthy).toEqual([true, false, true, false])
})

test('a workload with a dataset uses what was recorded, and its host uses that much more', async () => {
  const datasetId = randomUUID()
  await database.db
    .insertInto('dataset')
    .values({
      id: datasetId,
      name: `series-${datasetId}`,
      kind: 'series',
      layout: 'bitbrains',
      start_at: null,
      end_at: null,
    })
    .execute()
  const row = (second: number, cpu: number) => ({
    dataset_id: datasetId,
    ts: new Date(second * 1000).toISOString(),
    cpu,
    memory: gib,
    disk_read: null,
    disk_write: null,
    net_rx: null,
    net_tx: null,
    power: null,
  })
  await database.db
    .insertInto('dataset_sample')
    .values([row(0, 0.25), row(300, 1.5)])
    .execute()
  const world = await worldOf()
  const provider = await world.open()
  const { ref } = await world.start(provider, 'follows', 'host-1', datasetId)
  const cpu = async (of: string) =>
    (await provider.observe(signal)).samples.find((sample) => sample.ref === of)?.values.cpuCores ?? 0
  world.at(250)
  expect(await cpu(ref)).toBe(0.25)
  const idle = (await cpu('host-1')) - 0.25
  world.at(350)
  expect(await cpu(ref)).toBe(1.5)
  expect(await cpu('host-1')).toBeCloseTo(idle + 1.5, 9)
})

test('another speed goes on from where the clock was', async () => {
  const world = await worldOf()
  const provider = await world.open()
  await world.start(provider, 'a')
  world.at(10)
  const faster = await world.open({ speed: 100 })
  expect((await faster.observe(signal)).workloads).toMatchObject([{ state: 'starting' }])
  world.at(10.2)
  expect((await faster.observe(signal)).workloads).toMatchObject([{ state: 'running' }])
})

test('the example of the guide is a configuration that is accepted', async () => {
  const guide = readFileSync(new URL('../../../docs/emulator.md', import.meta.url), 'utf8')
  const example = JSON.parse(/```json\n(.*?)```/s.exec(guide)?.[1] ?? '') as { kind: string; config: unknown }
  expect(example.kind).toBe(emulator.kind)
  expect(emulator.configParse?.(example.config)).toMatchObject({ speed: 60, sampleSeconds: 60 })
})
