/** The past: what was recorded at each instant is what is shown of it, to the microsecond. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Inventory } from '@orrery/api/inventory.ts'
import type { Node } from '@orrery/api/node.ts'
import type { Site } from '@orrery/api/site.ts'
import type { Workload } from '@orrery/api/workload.ts'
import { randomFloat, randomPick, randomStream } from '@orrery/core/random.ts'
import { brokenInvariants } from '../../test/setup/invariants.ts'
import { type TestCtx, testCtx } from '../../test/setup/server.ts'
import { inventoryView } from '../verbs/inventory/view.ts'
import { nodeCreate } from '../verbs/node/create.ts'
import { nodeDelete } from '../verbs/node/delete.ts'
import { nodeDrain } from '../verbs/node/drain.ts'
import { nodeList } from '../verbs/node/list.ts'
import { nodeUpdate } from '../verbs/node/update.ts'
import { nodeView } from '../verbs/node/view.ts'
import { sampleIngest } from '../verbs/sample/ingest.ts'
import { siteCreate } from '../verbs/site/create.ts'
import { siteList } from '../verbs/site/list.ts'
import { siteUpdate } from '../verbs/site/update.ts'
import { workloadBind } from '../verbs/workload/bind.ts'
import { workloadCreate } from '../verbs/workload/create.ts'
import { workloadDelete } from '../verbs/workload/delete.ts'
import { workloadHistory } from '../verbs/workload/history.ts'
import { workloadList } from '../verbs/workload/list.ts'
import { workloadMigrate } from '../verbs/workload/migrate.ts'
import { workloadResize } from '../verbs/workload/resize.ts'
import { workloadUnbind } from '../verbs/workload/unbind.ts'
import { workloadUpdate } from '../verbs/workload/update.ts'
import { workloadView } from '../verbs/workload/view.ts'
import { instantRead, instantText } from './instant.ts'

let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
})
afterAll(() => ctx.close())

type Picture = {
  sites: Site[]
  nodes: Node[]
  workloads: Workload[]
  inventory: Omit<Inventory, 'at' | 'live' | 'cursor'>
}

async function picture(at?: string): Promise<Picture> {
  const query = { limit: 1000, ...(at === undefined ? {} : { at }) }
  const cursorNow = () => ctx.services.feed.cursor()
  const { totals, workloads, sites, nodes } = await inventoryView({ ...ctx, cursorNow }, query)
  return {
    sites: (await siteList(ctx, query)).items,
    nodes: (await nodeList(ctx, query)).items,
    workloads: (await workloadList(ctx, query)).items,
    inventory: { totals, workloads, sites, nodes: byName(nodes) },
  }
}

/** Columns in the order of the names: memory keeps the order of arrival. */
function byName(nodes: Inventory['nodes']): Inventory['nodes'] {
  const order = nodes.name
    .map((_, index) => index)
    .toSorted((a, b) => ((nodes.name[a] ?? '') < (nodes.name[b] ?? '') ? -1 : 1))
  const sorted = Object.entries(nodes).map(([key, column]: [string, unknown[]]) => [
    key,
    order.map((index) => column[index]),
  ])
  return Object.fromEntries(sorted) as Inventory['nodes'] // the same columns
}

async function now(): Promise<string> {
  const { rows } = await sql<{ at: string }>`select clock_timestamp() as at`.execute(ctx.database.db)
  return rows[0]?.at ?? ''
}

const before = (instant: string): string => instantText((instantRead(instant) ?? 0n) - 1n)

test('after any changes, every instant shows what was there then', { timeout: 60_000 }, async () => {
  const stream = randomStream(7)
  const pick = <T>(from: readonly T[]): T => randomPick(stream, from)
  const gpus = [
    { model: 'A', milli: 1000 },
    { model: 'B', milli: 1000 },
  ]
  await siteCreate(ctx, { name: 'cloud', kind: 'cloud', carbonGramsPerKwh: 100 })
  await siteCreate(ctx, { name: 'edge', kind: 'edge', overcommitRatio: null })
  for (const name of ['n1', 'n2', 'n3'])
    await nodeCreate(ctx, {
      name,
      site: name === 'n1' ? 'edge' : 'cloud',
      capacity: { cpuCores: 8, memoryBytes: 100, gpus },
    })
  const actions: (() => Promise<unknown>)[] = [
    async () =>
      workloadCreate(ctx, {
        name: `w${randomFloat(stream)}`,
        demand: {
          cpuCores: pick([0.1, 1, 2.5]),
          memoryBytes: 10,
          gpu: pick([{ count: 0 }, { count: 1, milli: 300 }, { count: 1 }]),
        },
      }),
    async () => workloadBind(ctx, pick(present.workloads).id, { node: pick(present.nodes).id }),
    async () => workloadMigrate(ctx, pick(present.workloads).id, { node: pick(present.nodes).id }),
    async () => workloadUnbind(ctx, pick(present.workloads).id, {}),
    async () => workloadDelete(ctx, pick(present.workloads).id),
    async () =>
      workloadResize(ctx, pick(present.workloads).id, { demand: { cpuCores: 0.3, memoryBytes: 5 } }),
    async () => workloadUpdate(ctx, pick(present.workloads).id, { desired: pick(['stopped', 'running']) }),
    async () =>
      nodeUpdate(ctx, pick(present.nodes).id, {
        name: `n${randomFloat(stream)}`,
        labels: { a: String(randomFloat(stream)) },
      }),
    async () =>
      siteUpdate(ctx, pick(present.sites).id, {
        carbonGramsPerKwh: randomFloat(stream) * 500,
        name: `s${randomFloat(stream)}`,
      }),
    async () =>
      nodeCreate(ctx, {
        name: `n${randomFloat(stream)}`,
        site: pick(present.sites).id,
        capacity: { cpuCores: 4, memoryBytes: 50 },
      }),
    async () => nodeDelete(ctx, pick(present.nodes).id),
    async () => (present.nodes.length > 4 ? nodeDrain(ctx, pick(present.nodes).id, {}) : undefined),
  ]
  const recorded: { at: string; picture: Picture }[] = []
  let present = await picture()
  let refused = 0
  for (let step = 0; step < 120; step += 1) {
    const action = present.workloads.length < 4 ? actions[0] : pick(actions)
    await action?.().catch(() => (refused += 1))
    present = await picture()
    recorded.push({ at: await now(), picture: present })
  }
  expect(refused).toBeLessThan(90)
  for (const { at, picture: then } of recorded) expect(await picture(at)).toEqual(then)
  expect(await brokenInvariants(ctx.database.pool)).toEqual({})
})

test('a change shows from its own microsecond on, a deletion likewise', async () => {
  await siteCreate(ctx, { name: 'exact', kind: 'edge' })
  const node = await nodeCreate(ctx, {
    name: 'exact',
    site: 'exact',
    capacity: { cpuCores: 1, memoryBytes: 1 },
  })
  await expect(nodeView(ctx, node.id, { at: before(node.updatedAt) })).rejects.toThrow(/no node/)
  expect(await nodeView(ctx, node.id, { at: node.updatedAt })).toEqual(node)
  const renamed = await nodeUpdate(ctx, node.id, { name: 'exactly' })
  expect(await nodeView(ctx, 'exact', { at: before(renamed.updatedAt) })).toEqual(node)
  expect(await nodeView(ctx, 'exactly', { at: renamed.updatedAt })).toEqual(renamed)
  // Further digits are cut, not rounded into the next microsecond.
  const finer = before(renamed.updatedAt).replace('Z', '999Z')
  expect((await nodeView(ctx, node.id, { at: finer })).name).toBe('exact')
  await nodeDelete(ctx, node.id)
  const { rows } = await sql<{
    at: string
  }>`select max(valid_to) as at from node_history where id = ${node.id}`.execute(ctx.database.db)
  const gone = rows[0]?.at ?? ''
  expect(await nodeView(ctx, node.id, { at: before(gone) })).toEqual(renamed)
  await expect(nodeView(ctx, node.id, { at: gone })).rejects.toThrow(/no node/)
})

test('many changes in one transaction each have an instant of their own', async () => {
  const { id } = await workloadCreate(ctx, { name: 'busy', demand: { cpuCores: 0, memoryBytes: 0 } })
  await ctx.database.db.transaction().execute(async (tx) => {
    await sql`do $$ begin for i in 1 .. 500 loop update workload set priority = i where name = 'busy'; end loop; end $$`.execute(
      tx,
    )
  })
  const { items } = await workloadHistory(ctx, id, { limit: 1000 })
  expect(items).toHaveLength(501)
  expect(new Set(items.map((stay) => stay.since)).size).toBe(501)
  for (const index of [0, 1, 250, 499]) {
    const stay = items[index]
    expect(stay?.until).toBe(items[index + 1]?.since)
    const then = await workloadView(ctx, id, { at: stay?.since ?? '' })
    expect([then.priority, then.version]).toEqual([index, index + 1])
  }
})

test('usage at an instant is the last sample of the quarter of an hour before it', async () => {
  await siteCreate(ctx, { name: 'measured', kind: 'edge' })
  const { id } = await nodeCreate(ctx, {
    name: 'measured',
    site: 'measured',
    capacity: { cpuCores: 1, memoryBytes: 1 },
  })
  const start = BigInt(Date.now()) * 1000n
  await new Promise((resolve) => setTimeout(resolve, 30))
  const minutes = (count: number) => instantText((instantRead(to) ?? 0n) - BigInt(count) * 60_000_000n)
  const to = await now()
  await sampleIngest(ctx, {
    samples: [
      { subjectId: id, at: minutes(15), cpuCores: 0.1, powerWatts: 5 },
      { subjectId: id, at: instantText(start - 1000n), cpuCores: 0.2 },
    ],
  })
  expect((await nodeView(ctx, id, { at: to })).usage).toMatchObject({ cpuCores: 0.2, powerWatts: null })
  await ctx.database.db.deleteFrom('sample').where('ts', '>', minutes(1)).execute()
  expect((await nodeView(ctx, id, { at: to })).usage).toBeNull()
  const earlier = instantText((instantRead(to) ?? 0n) - 1n)
  expect((await nodeView(ctx, id, { at: earlier })).usage).toMatchObject({ at: minutes(15), cpuCores: 0.1 })
})

test('an age in a filter of the past counts back from then', async () => {
  const { updatedAt } = await workloadCreate(ctx, { name: 'aged', demand: { cpuCores: 0, memoryBytes: 0 } })
  const later = instantText((instantRead(updatedAt) ?? 0n) + 50_000n)
  await new Promise((resolve) => setTimeout(resolve, 300))
  const names = async (filter: string, at?: string) =>
    (await workloadList(ctx, { filter: `name:aged ${filter}`, ...(at === undefined ? {} : { at }) })).items
      .length
  expect([await names('since<0.2s', later), await names('since<0.2s')]).toEqual([1, 0])
})

test.each(['2099-01-01T00:00:00Z', '0000-01-01T00:00:00Z', '2026-02-30T00:00:00Z', 'now'])(
  'an inventory at %s is refused',
  async (at) => {
    await expect(nodeList(ctx, { at })).rejects.toThrow(/`at` must be/)
  },
)

test('before anything was, there was nothing', async () => {
  const { sites, nodes, workloads } = await picture('0001-01-01T00:00:00Z')
  expect([sites, nodes, workloads]).toEqual([[], [], []])
})
