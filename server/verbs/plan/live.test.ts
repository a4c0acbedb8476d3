import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PlannerInventory } from '@orrery/core/inventory/model.ts'
import { randomBelow, randomFloat, randomStream } from '@orrery/core/random.ts'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { nodeActivate } from '../node/activate.ts'
import { nodeCreate } from '../node/create.ts'
import { nodeDelete } from '../node/delete.ts'
import { nodeDrain } from '../node/drain.ts'
import { nodeUpdate } from '../node/update.ts'
import { siteCreate } from '../site/create.ts'
import { siteDelete } from '../site/delete.ts'
import { siteUpdate } from '../site/update.ts'
import { workloadBind } from '../workload/bind.ts'
import { workloadCreate } from '../workload/create.ts'
import { workloadDelete } from '../workload/delete.ts'
import { workloadUnbind } from '../workload/unbind.ts'
import { livePlannerOpen } from './live.ts'

const gib = 1024 ** 3
let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
  for (const name of ['a', 'b'])
    await siteCreate(ctx, { name, kind: 'edge', overcommitRatio: name === 'a' ? 1 : 1.5 })
})
afterAll(() => ctx.close())

/** Everything that decides, by name, whatever the order in which nodes came. */
function picture(inventory: PlannerInventory) {
  const nodes = [...inventory.indexes].map(([id, index]) => {
    const { gpuStart, gpuCount, gpuSlots: _, site, ...columns } = inventory.nodes
    const start = gpuStart[index] ?? 0
    const devices = Array.from({ length: gpuCount[index] ?? 0 }, (__, device) => [
      inventory.devices.milliFree[start + device],
      inventory.gpuModels[inventory.devices.model[start + device] ?? -1],
    ])
    const numbers = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[index]]))
    return {
      id,
      name: inventory.names[index],
      site: inventory.sites[site[index] ?? -1]?.name,
      numbers,
      devices,
      labels: inventory.labels[index],
    }
  })
  const groups = [...inventory.groups].map(([group, counts]) => [
    group,
    [...counts].map(([node, count]) => [inventory.ids[node], count]).toSorted(),
  ])
  return {
    nodes: nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    groups: groups.toSorted(),
    sites: inventory.sites.map((site) => [site.name, site.overcommitRatio]).toSorted(),
    largest: inventory.largest,
  }
}

test('kept up change by change it is what a rebuild from everything would be', async () => {
  const stream = randomStream(7, 'live')
  const nodes: string[] = []
  const workloads: string[] = []
  const pick = (names: string[]) => names[randomBelow(stream, Math.max(1, names.length))] ?? ''
  for (let step = 0; step < 150; step += 1) {
    const kind = randomBelow(stream, 10)
    const name = `n${step}`
    const cores = 1 + randomBelow(stream, 16)
    try {
      if (kind <= 1 || nodes.length < 2) {
        const gpus = Array.from({ length: randomBelow(stream, 3) }, () => ({ model: 'T4', milli: 1000 }))
        await nodeCreate(ctx, {
          name,
          site: pick(['a', 'b']),
          capacity: { cpuCores: cores, memoryBytes: 16 * gib, gpus },
        })
        nodes.push(name)
      } else if (kind <= 4) {
        const gpu = { count: randomBelow(stream, 2), milli: 250 }
        const constraints = randomFloat(stream) < 0.5 ? { antiAffinity: pick(['x', 'y']) } : {}
        await workloadCreate(ctx, { name, demand: { cpuCores: 0.3, memoryBytes: gib, gpu }, constraints })
        workloads.push(name)
        await workloadBind(ctx, name, { node: pick(nodes) })
      } else if (kind === 5) await workloadUnbind(ctx, pick(workloads), {})
      else if (kind === 6) await workloadDelete(ctx, pick(workloads))
      else if (kind === 7) {
        const capacity = { cpuCores: cores, memoryBytes: 16 * gib, gpus: [{ model: 'A100', milli: 1000 }] }
        await nodeUpdate(ctx, pick(nodes), { capacity, labels: { step: String(step) } })
      } else if (kind === 8) {
        const node = pick(nodes)
        await nodeDrain(ctx, node, {})
        if (step % 2 === 0) await nodeActivate(ctx, node, {})
      } else {
        await nodeDelete(ctx, pick(nodes), { unbindWorkloads: step % 3 === 0 })
        await siteUpdate(ctx, 'a', { overcommitRatio: 1 + randomFloat(stream) })
      }
    } catch (error) {
      // Not every random step is possible; those that are not must change nothing.
      expect(error).toHaveProperty('code', expect.stringMatching(/conflict|no_capacity|not_found/))
    }
    if (step % 10 === 0) await same()
  }
  await same()
  expect(ctx.planner.inventory.indexes.size).toBeGreaterThan(2)
})

async function same(): Promise<void> {
  // What events still bring is read again: wait until all is read.
  await ctx.mirror.refresh({
    nodes: [...ctx.mirror.nodes.keys()],
    workloads: [...ctx.mirror.workloads.keys()],
    sites: true,
  })
  const rebuilt = livePlannerOpen(ctx.mirror)
  expect(picture(ctx.planner.inventory)).toEqual(picture(rebuilt.inventory))
  expect([...ctx.planner.waiting].toSorted()).toEqual([...rebuilt.waiting].toSorted())
  rebuilt.close()
}

test('room grows when something is given back, made ready or added, and only at its site', async () => {
  const at = async (change: () => Promise<unknown>) => {
    const sites = ['room-1', 'room-2'].map(
      (name) => [...ctx.mirror.sites.values()].find((site) => site.name === name)?.id ?? '',
    )
    const before = sites.map((id) => ctx.planner.roomRevision([id]))
    await change()
    return sites.map((id, index) => ctx.planner.roomRevision([id]) > (before[index] ?? 0))
  }
  for (const name of ['room-1', 'room-2']) await siteCreate(ctx, { name, kind: 'edge' })
  expect(
    await at(() =>
      nodeCreate(ctx, { name: 'r1', site: 'room-1', capacity: { cpuCores: 4, memoryBytes: 4 * gib } }),
    ),
  ).toEqual([true, false])
  await workloadCreate(ctx, { name: 'guest', demand: { cpuCores: 1, memoryBytes: gib } })
  expect(await at(() => workloadBind(ctx, 'guest', { node: 'r1' }))).toEqual([false, false])
  expect(await at(() => workloadUnbind(ctx, 'guest', {}))).toEqual([true, false])
  expect(await at(() => nodeDrain(ctx, 'r1', {}))).toEqual([true, false])
  await nodeDelete(ctx, 'r1')
  await siteDelete(ctx, 'room-1')
  expect([...ctx.planner.inventory.sites].some((site) => site.name === 'room-1')).toBe(false)
})
