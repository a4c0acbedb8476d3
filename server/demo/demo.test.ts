import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { demoMix } from '@orrery/core/emulator/demo.ts'
import { type TestCtx, testCtx } from '../../test/setup/server.ts'
import { testConnections } from '../../test/setup/world.ts'
import { leaseTake } from '../loops/lease.ts'
import type { Loop } from '../loops/loop.ts'
import { observeLoop } from '../loops/observe/observe.ts'
import { nodeCreate } from '../verbs/node/create.ts'
import { providerView } from '../verbs/provider/view.ts'
import { siteCreate } from '../verbs/site/create.ts'
import { workloadDelete } from '../verbs/workload/delete.ts'
import { arrivalsLoop, populationMax } from './arrivals.ts'
import { demoTasks } from './schedule.ts'
import { demoSeed } from './seed.ts'

let ctx: TestCtx
afterEach(() => ctx?.close())

async function run(loop: Loop): Promise<void> {
  const lease = await leaseTake(ctx.database.db, `loop:${loop.name}`, ctx.instanceId, 60_000)
  await loop.run({
    ctx,
    signal: AbortSignal.timeout(30_000),
    fence: lease?.fence ?? 0n,
    lease: `loop:${loop.name}`,
  })
}

/** The world a few emulated hours on: its clock's anchor is moved into the past. */
async function later(hours: number): Promise<void> {
  await sql`update emulator_world set emulated_seconds = emulated_seconds + ${hours * 3600}`.execute(
    ctx.database.db,
  )
}

const names = () => [...ctx.mirror.workloads.values()].map((workload) => workload.name).toSorted()
const standing = demoMix.reduce((sum, mix) => sum + mix.standing, 0)

test('on an empty inventory there are five sites, forty hosts and a hundred and fifty workloads at once', async () => {
  ctx = await testCtx()
  const connections = testConnections(ctx)
  // Two servers may start at the same moment.
  const seeded = await Promise.all([0, 1].map(() => demoSeed(ctx, { speed: 60, seed: null })))
  expect(seeded).toEqual([true, true])
  await run(observeLoop({ connections }))
  await run(arrivalsLoop())
  expect(ctx.mirror.sites.size).toBeGreaterThanOrEqual(5)
  expect(ctx.mirror.nodes.size).toBeGreaterThanOrEqual(40)
  expect(ctx.mirror.workloads.size).toBeGreaterThanOrEqual(150)
  expect([...ctx.mirror.sites.values()].filter((site) => site.links.length > 0)).not.toEqual([])
})

test('a restart goes on: nothing is made twice, what left does not come back, and the speed can change', async () => {
  ctx = await testCtx()
  const connections = testConnections(ctx)
  await demoSeed(ctx, { speed: 60, seed: 7 })
  await run(observeLoop({ connections }))
  await run(arrivalsLoop())
  const [deleted = ''] = [...ctx.mirror.workloads.keys()]
  const before = names()
  await workloadDelete(ctx, deleted)
  expect(await demoSeed(ctx, { speed: 120, seed: null })).toBe(true)
  expect((await providerView(ctx, 'demo')).config).toMatchObject({ seed: 7, speed: 120 })
  await run(arrivalsLoop())
  const after = names()
  expect(after.length).toBeGreaterThanOrEqual(before.length - 1)
  expect(ctx.mirror.workloads.has(deleted)).toBe(false)
  expect(ctx.mirror.sites.size).toBe(6)
  await later(6)
  await run(arrivalsLoop())
  expect(names().some((name) => !before.includes(name))).toBe(true)
  expect(before.some((name) => !names().includes(name))).toBe(true)
  expect(Math.abs(names().length - standing)).toBeLessThan(80)
  await later(24 * 400)
  await run(arrivalsLoop())
  await run(arrivalsLoop())
  expect(names().length).toBeLessThanOrEqual(populationMax)
})

test('an inventory with machines of its own gets no demonstration', async () => {
  ctx = await testCtx()
  await siteCreate(ctx, { name: 'mine', kind: 'edge' })
  await nodeCreate(ctx, { name: 'real', site: 'mine', capacity: { cpuCores: 1, memoryBytes: 1 } })
  expect(await demoSeed(ctx, { speed: null, seed: null })).toBe(false)
  await run(arrivalsLoop())
  expect(ctx.mirror.workloads.size).toBe(0)
  expect([...ctx.mirror.providers.values()].map((provider) => provider.name)).toEqual(['manual'])
})

test('the schedule is the same whether it is looked at in one piece or in many', async () => {
  const world = { seed: 42, beginSeconds: Date.parse('2026-01-05T08:00:00Z') / 1000 }
  const end = world.beginSeconds + 40 * 3600
  const seen = new Set<string>()
  let after: number | null = null
  for (let until = world.beginSeconds; until <= end; until += 60) {
    for (const task of demoTasks(world, after, until)) {
      expect(seen.has(task.name)).toBe(false)
      seen.add(task.name)
    }
    after = until
  }
  const whole = demoTasks(world, null, end)
  expect(whole.length).toBeGreaterThan(100)
  expect(whole.filter((task) => !seen.has(task.name))).toEqual([])
})
