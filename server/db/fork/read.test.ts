import type { PlannerInventory } from '@orrery/core/inventory/model.ts'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { nodeCreate } from '../../verbs/node/create.ts'
import { nodeDrain } from '../../verbs/node/drain.ts'
import { siteCreate } from '../../verbs/site/create.ts'
import { workloadBind } from '../../verbs/workload/bind.ts'
import { workloadCreate } from '../../verbs/workload/create.ts'
import { workloadUnbind } from '../../verbs/workload/unbind.ts'
import { workloadUpdate } from '../../verbs/workload/update.ts'
import { connectionConfig } from '../database.ts'
import { forkRead } from './read.ts'

let ctx: TestCtx
let client: pg.Client
const gib = 1024 ** 3
const gpus = (count: number, model: string) => Array.from({ length: count }, () => ({ model, milli: 1000 }))

beforeAll(async () => {
  ctx = await testCtx()
  client = new pg.Client(connectionConfig(ctx.database))
  await client.connect()
  await siteCreate(ctx, { name: 'cloud', kind: 'cloud', overcommitRatio: 2 })
  await siteCreate(ctx, {
    name: 'edge',
    kind: 'edge',
    links: [{ to: 'cloud', latencyMs: 9, bandwidthMbps: 10 }],
  })
  const capacity = { cpuCores: 8, memoryBytes: 32 * gib, diskBytes: 100 * gib }
  await nodeCreate(ctx, { name: 'plain', site: 'edge', capacity })
  await nodeCreate(ctx, {
    name: 'gpus',
    site: 'cloud',
    capacity: { ...capacity, gpus: [...gpus(3, 'A10'), ...gpus(1, 'T4')] },
  })
  await nodeCreate(ctx, {
    name: 'marked',
    site: 'edge',
    capacity,
    labels: { rack: 'b2' },
    capabilities: ['wasm'],
  })
  await nodeCreate(ctx, { name: 'leaving', site: 'edge', capacity })
  await nodeDrain(ctx, 'leaving', {})
  const place = async (name: string, node: string, more: object = {}) => {
    await workloadCreate(ctx, { name, demand: { cpuCores: 0.1, memoryBytes: gib, diskBytes: gib }, ...more })
    await workloadBind(ctx, name, { node })
  }
  await place('one', 'plain')
  await place('two', 'plain', { constraints: { antiAffinity: 'pair' } })
  await place('three', 'marked', { constraints: { antiAffinity: 'pair', capabilities: ['wasm'] } })
  await place('half', 'gpus', {
    demand: { cpuCores: 1.5, memoryBytes: gib, gpu: { count: 1, milli: 500, models: ['T4'] } },
  })
  await place('whole', 'gpus', {
    demand: { cpuCores: 2, memoryBytes: gib, gpu: { count: 2, milli: 1000, models: [] } },
  })
  await workloadCreate(ctx, { name: 'waits', demand: { cpuCores: 1, memoryBytes: gib }, priority: 3 })
  await workloadCreate(ctx, { name: 'urgent', demand: { cpuCores: 1, memoryBytes: gib }, priority: 9 })
  await workloadCreate(ctx, { name: 'held', demand: { cpuCores: 1, memoryBytes: gib }, autoPlace: false })
})
afterAll(async () => {
  await client.end()
  await ctx.close()
})

/** By name, for the order of nodes differs. */
function told(inventory: PlannerInventory): unknown {
  const { nodes, devices } = inventory
  return inventory.names
    .map((name, node) => ({
      name,
      id: inventory.ids[node],
      site: inventory.sites[nodes.site[node] ?? -1],
      ready: nodes.ready[node],
      capabilities: [...(inventory.capabilities[node] ?? [])],
      labels: inventory.labels[node],
      columns: [
        nodes.cpuCapacity,
        nodes.cpuLimit,
        nodes.cpuAllocated,
        nodes.memoryCapacity,
        nodes.memoryLimit,
        nodes.memoryAllocated,
        nodes.diskCapacity,
        nodes.diskLimit,
        nodes.diskAllocated,
        nodes.workloadCount,
        nodes.gpuWorkloadCount,
        nodes.gpuMilliFree,
      ].map((column) => column[node]),
      devices: Array.from({ length: nodes.gpuCount[node] ?? 0 }, (_, offset) => {
        const device = (nodes.gpuStart[node] ?? 0) + offset
        return [
          inventory.gpuModels[devices.model[device] ?? -1],
          devices.milliCapacity[device],
          devices.milliFree[device],
        ]
      }),
      groups: [...inventory.groups].map(([group, counts]) => [group, counts.get(node) ?? 0]),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

test('a fork of the present is what the live planner sees', async () => {
  const fork = await forkRead(client, null)
  expect(told(fork.inventory)).toEqual(told(ctx.planner.inventory))
  expect(fork.tasks.map(({ name }) => name)).toEqual(['urgent', 'waits'])
  expect(fork.running.ask.length).toBe(5)
  expect(new Set(Array.from(fork.running.ask, (_, index) => fork.running.nameOf(index)))).toEqual(
    new Set(
      Array.from(ctx.mirror.workloads.values())
        .filter(({ nodeId }) => nodeId !== null)
        .map(({ id }) => id),
    ),
  )
})

test('a fork of then is what a fork was then, whatever came after', async () => {
  const then = await forkRead(client, null)
  await workloadUnbind(ctx, 'whole', {})
  await workloadUpdate(ctx, 'urgent', { priority: 1 })
  await nodeCreate(ctx, { name: 'later', site: 'edge', capacity: { cpuCores: 1, memoryBytes: gib } })
  const again = await forkRead(client, then.at)
  expect(told(again.inventory)).toEqual(told(then.inventory))
  expect(again.tasks).toEqual(then.tasks)
  expect((await forkRead(client, null)).tasks.map(({ name }) => name)).toContain('whole')
})

test('a fault of the statement leaves the connection usable', async () => {
  await expect(forkRead(client, "2026-01-01'; drop table node")).rejects.toThrow('is not an instant')
  expect((await forkRead(client, null)).running.ask.length).toBe(4)
  await sql`select 1`.execute(ctx.database.db)
})
