/** The inventory in memory is the inventory in the database: after any changes, here and on another replica. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { randomFloat, randomPick, randomStream } from '@orrery/core/random.ts'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { nodeCreate } from '../../verbs/node/create.ts'
import { nodeDelete } from '../../verbs/node/delete.ts'
import { nodeUpdate } from '../../verbs/node/update.ts'
import { providerCreate } from '../../verbs/provider/create.ts'
import { providerDelete } from '../../verbs/provider/delete.ts'
import { siteCreate } from '../../verbs/site/create.ts'
import { siteDelete } from '../../verbs/site/delete.ts'
import { siteUpdate } from '../../verbs/site/update.ts'
import { workloadBind } from '../../verbs/workload/bind.ts'
import { workloadCreate } from '../../verbs/workload/create.ts'
import { workloadDelete } from '../../verbs/workload/delete.ts'
import { workloadMigrate } from '../../verbs/workload/migrate.ts'
import { workloadResize } from '../../verbs/workload/resize.ts'
import { workloadUnbind } from '../../verbs/workload/unbind.ts'
import { workloadUpdate } from '../../verbs/workload/update.ts'
import { feedOpen } from '../feed.ts'
import { type Mirror, mirrorOpen } from './mirror.ts'

let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
})
afterAll(() => ctx.close())

const failed = (error: unknown) => {
  throw error
}

async function replica(): Promise<Mirror> {
  const feed = await feedOpen(ctx.database, failed)
  onTestFinished(() => feed.close())
  const mirror = await mirrorOpen(ctx.database, feed, failed)
  onTestFinished(() => mirror.close())
  return mirror
}

const picture = ({ nodes, workloads, sites, providers }: Mirror) =>
  [nodes, workloads, sites, providers].map((map) =>
    [...map.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  )

async function upheaval(seed: number, steps: number): Promise<void> {
  const stream = randomStream(seed)
  const pick = <T>(from: ReadonlyMap<string, T>): T => randomPick(stream, [...from.values()])
  const { nodes, workloads, sites, providers } = ctx.mirror
  const name = () => `x${randomFloat(stream)}`
  const demand = () => ({
    cpuCores: randomPick(stream, [0.1, 0.25, 1]),
    memoryBytes: 1,
    gpu: { count: randomPick(stream, [0, 1]), milli: 500 },
  })
  const capacity = { cpuCores: 8, memoryBytes: 100, gpus: [{ model: 'A', milli: 1000 }] }
  const actions: (() => Promise<unknown>)[] = [
    async () => siteCreate(ctx, { name: name(), kind: 'edge' }),
    async () => nodeCreate(ctx, { name: name(), site: pick(sites).id, capacity }),
    async () => nodeCreate(ctx, { name: name(), site: pick(sites).id, capacity }),
    async () => workloadCreate(ctx, { name: name(), demand: demand() }),
    async () => workloadCreate(ctx, { name: name(), demand: demand() }),
    async () => workloadBind(ctx, pick(workloads).id, { node: pick(nodes).id }),
    async () => workloadBind(ctx, pick(workloads).id, { node: pick(nodes).id }),
    async () => workloadMigrate(ctx, pick(workloads).id, { node: pick(nodes).id }),
    async () => workloadUnbind(ctx, pick(workloads).id, {}),
    async () => workloadResize(ctx, pick(workloads).id, { demand: demand() }),
    async () =>
      workloadUpdate(ctx, pick(workloads).id, {
        priority: 3,
        desired: randomPick(stream, ['running', 'stopped']),
      }),
    async () => workloadDelete(ctx, pick(workloads).id),
    async () => nodeUpdate(ctx, pick(nodes).id, { name: name(), labels: { a: name() } }),
    async () => nodeDelete(ctx, pick(nodes).id, { unbindWorkloads: true }),
    async () => siteUpdate(ctx, pick(sites).id, { carbonGramsPerKwh: randomFloat(stream), name: name() }),
    async () => siteDelete(ctx, pick(sites).id),
    async () => providerCreate(ctx, { name: name(), kind: 'manual' }),
    async () => providerDelete(ctx, pick(providers).id),
  ]
  for (let step = 0; step < steps; step += 4) {
    const some = Array.from({ length: 4 }, () => randomPick(stream, actions)())
    await Promise.allSettled(some)
  }
}

test(
  'after any changes this replica shows at once, and another one soon, what a fresh one reads',
  { timeout: 60_000 },
  async () => {
    const other = await replica()
    for (const seed of [1, 2, 3]) {
      await upheaval(seed, 120)
      const fresh = picture(await replica())
      expect(picture(ctx.mirror)).toEqual(fresh)
      await expect.poll(() => picture(other), { timeout: 15_000 }).toEqual(fresh)
      expect(fresh.map((rows) => rows.length).every((count) => count > 0)).toBe(true)
    }
  },
)

test(
  'one that is opened in the middle of changes shows them all in the end',
  { timeout: 60_000 },
  async () => {
    for (const seed of [4, 5, 6]) {
      const [, ...opened] = await Promise.all([upheaval(seed, 80), replica(), replica(), replica()])
      const fresh = picture(await replica())
      for (const mirror of opened)
        await expect.poll(() => picture(mirror), { timeout: 15_000 }).toEqual(fresh)
    }
  },
)

test('a change is shown when its call returns, also when many wait at once', async () => {
  const site = await siteCreate(ctx, { name: 'at once', kind: 'edge' })
  const made = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const capacity = { cpuCores: index, memoryBytes: 1 }
      const node = await nodeCreate(ctx, { name: `at-once-${index}`, site: site.id, capacity })
      return ctx.mirror.nodes.get(node.id)?.cpuCores
    }),
  )
  expect(made).toEqual(Array.from({ length: 30 }, (_, index) => index))
})

test('a listener that fails is told of, and the others hear all the same', async () => {
  const told: string[] = []
  const feed = await feedOpen(ctx.database, failed)
  onTestFinished(() => feed.close())
  const mirror = await mirrorOpen(ctx.database, feed, (error, message) =>
    told.push(`${message}: ${String(error)}`),
  )
  onTestFinished(() => mirror.close())
  mirror.onChange(() => failed(new Error('broken')))
  let heard = 0
  mirror.onChange(() => (heard += 1))
  await mirror.refresh({ sites: true })
  expect(told).toEqual(['a listener of the mirror failed: Error: broken'])
  expect(heard).toBe(1)
})

test('who asks a mirror that is closed is told so', async () => {
  const mirror = await replica()
  mirror.close()
  await expect(mirror.refresh({ sites: true })).rejects.toMatchObject({ code: 'unavailable' })
})

test('what is gone is forgotten, and nothing grows', async () => {
  const before = ctx.mirror.workloads.size
  for (let round = 0; round < 3; round += 1) {
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        workloadCreate(ctx, { name: `brief ${round} ${index}`, demand: { cpuCores: 0, memoryBytes: 0 } }),
      ),
    )
    await Promise.all(made.map(({ id }) => workloadDelete(ctx, id)))
  }
  expect(ctx.mirror.workloads.size).toBe(before)
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from workload`.execute(
    ctx.database.db,
  )
  expect(rows[0]?.count).toBe(before)
})
