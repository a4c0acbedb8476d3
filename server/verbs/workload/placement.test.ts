/** Placement inside the database: every outcome, the choice of devices, sums that do not drift, races. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ErrorCode, OrreryError } from '@orrery/api/errors.ts'
import type { DemandInput, Gpu } from '@orrery/api/quantity.ts'
import type { Constraints } from '@orrery/api/workload.ts'
import { brokenInvariants } from '../../../test/setup/invariants.ts'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { nodeActivate } from '../node/activate.ts'
import { nodeCreate } from '../node/create.ts'
import { nodeDelete } from '../node/delete.ts'
import { nodeDrain } from '../node/drain.ts'
import { nodeUpdate } from '../node/update.ts'
import { nodeView } from '../node/view.ts'
import { siteCreate } from '../site/create.ts'
import { siteUpdate } from '../site/update.ts'
import { workloadBind } from './bind.ts'
import { workloadCreate } from './create.ts'
import { workloadDelete } from './delete.ts'
import { workloadHistory } from './history.ts'
import { workloadMigrate } from './migrate.ts'
import { workloadRebind, workloadRelease } from './rebind.ts'
import { workloadResize } from './resize.ts'
import { workloadUnbind } from './unbind.ts'
import { workloadUpdate } from './update.ts'
import { workloadView } from './view.ts'

let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
  await siteCreate(ctx, { name: 'strict', kind: 'edge' })
  await siteCreate(ctx, { name: 'double', kind: 'edge', overcommitRatio: 2 })
  await siteCreate(ctx, { name: 'endless', kind: 'edge', overcommitRatio: null })
})
afterAll(async () => {
  expect(await brokenInvariants(ctx.database.pool)).toEqual({})
  await ctx.close()
})

let count = 0
const unique = (prefix: string) => `${prefix}-${(count += 1)}`
const node = (cpuCores: number, gpus: Gpu[] = [], site = 'strict') =>
  nodeCreate(ctx, {
    name: unique('n'),
    site,
    capacity: { cpuCores, memoryBytes: 1000, diskBytes: 100, gpus },
  })
const workload = (demand: Partial<DemandInput> = {}, constraints: Constraints = {}) =>
  workloadCreate(ctx, {
    name: unique('w'),
    demand: { cpuCores: 1, memoryBytes: 1, ...demand },
    constraints,
  })
const code = (call: Promise<unknown>): Promise<ErrorCode | 'ok'> =>
  call.then(
    () => 'ok',
    (error: OrreryError) => error.code,
  )

test('a refusal shows its numbers to the ninth place, however unlike those were that were added up', async () => {
  const { name } = await node(2)
  await workloadBind(ctx, (await workload({ cpuCores: 5e-324 })).id, { node: name })
  const refused = workloadBind(ctx, (await workload({ cpuCores: 2 })).id, { node: name })
  await expect(refused).rejects.toThrow('cpuCores: 2 asked, 1.999999999… free of 2.')
})

test('each kind of quantity is refused by its name and numbers when there is no room', async () => {
  const host = await node(2)
  for (const [demand, said] of [
    [{ cpuCores: 2.5 }, 'cpuCores: 2.5 asked, 2 free of 2'],
    [{ memoryBytes: 1001 }, 'memoryBytes: 1001 asked, 1000 free of 1000'],
    [{ diskBytes: 101 }, 'diskBytes: 101 asked, 100 free of 100'],
    [{ gpu: { count: 1 } }, 'gpu: 1 x 1000 milli asked, no such devices free'],
    [{ gpu: { count: 1, milli: 5, models: ['A', 'B'] } }, 'gpu: 1 x 5 milli of A or B asked'],
  ] as const) {
    const { id } = await workload(demand as Partial<DemandInput>)
    const refused = workloadBind(ctx, id, { node: host.name })
    await expect(refused).rejects.toMatchObject({ code: 'no_capacity' })
    await expect(refused).rejects.toThrow(said)
    expect((await workloadView(ctx, id)).state).toBe('pending')
  }
})

test('what is not there, not bound, bound already, or on a node that is not ready is refused', async () => {
  const [a, b] = [await node(9), await node(9)]
  const { id } = await workload()
  expect(await code(workloadBind(ctx, randomUUID(), { node: a.id }))).toBe('not_found')
  expect(await code(workloadBind(ctx, id, { node: randomUUID() }))).toBe('not_found')
  expect(await code(workloadUnbind(ctx, id, {}))).toBe('conflict')
  expect(await code(workloadMigrate(ctx, id, { node: a.id }))).toBe('conflict')
  await nodeDrain(ctx, a.id, {})
  await expect(workloadBind(ctx, id, { node: a.id })).rejects.toThrow(/is draining; it takes workloads only/)
  await nodeActivate(ctx, a.id, {})
  const bound = await workloadBind(ctx, id, { node: a.name })
  expect(bound).toMatchObject({ nodeId: a.id, state: 'running', desired: 'running' })
  await expect(workloadBind(ctx, id, { node: b.id })).rejects.toThrow(`is on node '${a.name}' already`)
  expect(await code(workloadMigrate(ctx, id, { node: a.id }))).toBe('conflict')
  expect((await workloadMigrate(ctx, id, { node: b.id })).nodeId).toBe(b.id)
  expect((await nodeView(ctx, a.id)).workloadCount).toBe(0)
  expect((await workloadUnbind(ctx, id, {})).state).toBe('pending')
  expect(await workloadRelease(ctx, id)).toBe(false)
  expect(await workloadRebind(ctx, randomUUID(), { ...b, providerId: b.providerId })).toBe(false)
})

test('a tenth of a core fits ten times into one, and not eleven times', async () => {
  const host = await node(1)
  const tenths = await Promise.all(Array.from({ length: 11 }, () => workload({ cpuCores: 0.1 })))
  const outcomes = await Promise.all(tenths.map(({ id }) => code(workloadBind(ctx, id, { node: host.id }))))
  expect(outcomes.toSorted()).toEqual(['no_capacity', ...Array<string>(10).fill('ok')])
  expect((await nodeView(ctx, host.id)).allocated.cpuCores).toBe(1)
  for (const { id } of tenths) await code(workloadUnbind(ctx, id, {}))
  expect((await nodeView(ctx, host.id)).allocated.cpuCores).toBe(0)
})

test('a quantity reads back to its last bit, and a node is filled by exactly what it has', async () => {
  for (const cpuCores of [1 / 3, 0.1 + 0.2, 123_456.789_012_345_67, 5e-324, 1_000_000]) {
    const host = await node(cpuCores)
    const { id, demand } = await workload({ cpuCores, memoryBytes: 1000 })
    expect(demand.cpuCores).toBe(cpuCores)
    await workloadBind(ctx, id, { node: host.id })
    expect((await nodeView(ctx, host.id)).capacity.cpuCores).toBe(cpuCores)
    await workloadUnbind(ctx, id, {})
    expect((await nodeView(ctx, host.id)).allocated.cpuCores).toBe(0)
  }
})

test('a site gives its capacity away as often as its ratio says; devices only once', async () => {
  const twice = await node(1, [{ model: 'A', milli: 1000 }], 'double')
  const endless = await node(1, [{ model: 'A', milli: 1000 }], 'endless')
  const three = await Promise.all([1, 2, 3].map(() => workload({ cpuCores: 1 })))
  const into = (host: { id: string }) =>
    Promise.all(three.map(({ id }) => code(workloadRebind(ctx, id, { ...twice, ...host }))))
  expect((await into(twice)).toSorted()).toEqual(['no_capacity', 'ok', 'ok'])
  expect(await into(endless)).toEqual(['ok', 'ok', 'ok'])
  const device = { gpu: { count: 1 } }
  for (const host of [twice, endless]) {
    const [first, second] = [
      await workload({ ...device, cpuCores: 0 }),
      await workload({ ...device, cpuCores: 0 }),
    ]
    expect(await code(workloadBind(ctx, first.id, { node: host.id }))).toBe('ok')
    expect(await code(workloadBind(ctx, second.id, { node: host.id }))).toBe('no_capacity')
  }
})

test('a share takes the fullest device with room, whole devices the lowest idle ones of an accepted model', async () => {
  const gpus = ['A', 'B', 'A', 'A'].map((model) => ({ model, milli: 1000 }))
  const host = await node(0, gpus)
  const bind = async (gpu: NonNullable<DemandInput['gpu']>) => {
    const { id } = await workload({ cpuCores: 0, memoryBytes: 0, gpu })
    return { id, devices: (await workloadBind(ctx, id, { node: host.id })).gpuIndexes }
  }
  const a = await bind({ count: 1, milli: 300 })
  expect(a.devices).toEqual([0])
  expect((await bind({ count: 1, milli: 600, models: ['B'] })).devices).toEqual([1])
  expect((await bind({ count: 1, milli: 400 })).devices).toEqual([1])
  expect((await bind({ count: 1, milli: 500 })).devices).toEqual([0])
  expect((await bind({ count: 2, models: ['A'] })).devices).toEqual([2, 3])
  const { id } = await workload({ gpu: { count: 1, milli: 201 } })
  expect(await code(workloadBind(ctx, id, { node: host.id }))).toBe('no_capacity')
  expect((await nodeView(ctx, host.id)).allocated.gpuMilli).toEqual([800, 1000, 1000, 1000])
  await workloadUnbind(ctx, a.id, {})
  expect((await bind({ count: 1, milli: 500 })).devices).toEqual([0])
})

test('a running workload that is resized keeps its device; one that outgrows it gets another', async () => {
  const host = await node(9, [
    { model: 'A', milli: 1000 },
    { model: 'A', milli: 1000 },
  ])
  const share = { count: 1, milli: 600 }
  const [first, second] = [await workload({ gpu: share }), await workload({ gpu: share })]
  await workloadBind(ctx, first.id, { node: host.id })
  await workloadBind(ctx, second.id, { node: host.id })
  await workloadUnbind(ctx, first.id, {})
  const demand = { cpuCores: 2, memoryBytes: 2, gpu: share }
  expect((await workloadResize(ctx, second.id, { demand })).gpuIndexes).toEqual([1])
  const two = { cpuCores: 2, memoryBytes: 2, gpu: { count: 2 } }
  expect((await workloadResize(ctx, second.id, { demand: two })).gpuIndexes).toEqual([0, 1])
  expect(await code(workloadBind(ctx, first.id, { node: host.id }))).toBe('no_capacity')
  const none = { cpuCores: 2, memoryBytes: 2 }
  expect((await workloadResize(ctx, second.id, { demand: none })).gpuIndexes).toEqual([])
  expect((await nodeView(ctx, host.id)).allocated.gpuMilli).toEqual([0, 0])
})

test('a node takes one workload of an anti-affinity group, also when many come at once', async () => {
  const host = await node(99)
  const group = await Promise.all(Array.from({ length: 8 }, () => workload({}, { antiAffinity: 'g1' })))
  const outcomes = await Promise.all(group.map(({ id }) => code(workloadBind(ctx, id, { node: host.id }))))
  expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(7)
  expect(
    await code(workloadBind(ctx, (await workload({}, { antiAffinity: 'g2' })).id, { node: host.id })),
  ).toBe('ok')
})

test('a workload joins a group where it runs only if no other of it runs there, also when two join at once', async () => {
  const host = await node(9)
  const [a, b] = [await workload(), await workload()]
  for (const { id } of [a, b]) await workloadBind(ctx, id, { node: host.id })
  const join = ({ id }: { id: string }) =>
    code(workloadUpdate(ctx, id, { constraints: { antiAffinity: 'g3' } }))
  expect((await Promise.all([join(a), join(b)])).toSorted()).toEqual(['conflict', 'ok'])
  expect([await join(a), await join(b)].toSorted()).toEqual(['conflict', 'ok'])
  await workloadUnbind(ctx, a.id, {})
  expect([await join(a), await join(b)]).toEqual(['ok', 'ok'])
  expect(await code(workloadBind(ctx, a.id, { node: host.id }))).toBe('conflict')
})

test('rebinding to where it runs changes nothing; elsewhere its place is given back', async () => {
  const [a, b] = [await node(1), await node(1)]
  const { id } = await workload()
  expect(await workloadRebind(ctx, id, a)).toBe(true)
  const before = await workloadView(ctx, id)
  expect(await workloadRebind(ctx, id, a)).toBe(true)
  expect(await workloadView(ctx, id)).toEqual(before)
  expect(await workloadRebind(ctx, id, b)).toBe(true)
  expect([(await nodeView(ctx, a.id)).workloadCount, (await nodeView(ctx, b.id)).workloadCount]).toEqual([
    0, 1,
  ])
})

test('to bind what was stopped is to start it', async () => {
  const host = await node(1)
  const { id } = await workload()
  await workloadBind(ctx, id, { node: host.id })
  expect(await workloadUpdate(ctx, id, { desired: 'stopped' })).toMatchObject({
    state: 'stopped',
    desired: 'stopped',
    nodeId: null,
  })
  expect(await workloadBind(ctx, id, { node: host.id })).toMatchObject({
    state: 'running',
    desired: 'running',
  })
})

test('what failed on a node and is asked to run again gives its place back and waits for one', async () => {
  const host = await node(1)
  const { id } = await workload()
  await workloadBind(ctx, id, { node: host.id })
  await ctx.database.db.updateTable('workload').set({ state: 'failed' }).where('id', '=', id).execute()
  expect(await workloadUpdate(ctx, id, { desired: 'running' })).toMatchObject({
    state: 'pending',
    desired: 'running',
    nodeId: null,
  })
  expect((await nodeView(ctx, host.id)).allocated.cpuCores).toBe(0)
})

test('what is being stopped is neither migrated nor resized nor started before it is stopped', async () => {
  const [a, b] = [await node(1), await node(1)]
  const { id } = await workload()
  await workloadBind(ctx, id, { node: a.id })
  await ctx.database.db
    .updateTable('workload')
    .set({ state: 'stopping', desired: 'stopped' })
    .where('id', '=', id)
    .execute()
  await expect(workloadMigrate(ctx, id, { node: b.id })).rejects.toThrow(/it is being stopped/)
  await expect(workloadResize(ctx, id, { demand: { cpuCores: 0, memoryBytes: 0 } })).rejects.toThrow(
    /is stopping/,
  )
  await expect(workloadUpdate(ctx, id, { desired: 'running' })).rejects.toThrow(/is being stopped/)
})

test('a workload can always be made smaller, and a site’s smaller ratio moves nothing', async () => {
  const site = await siteCreate(ctx, { name: unique('s'), kind: 'edge', overcommitRatio: 3 })
  const host = await node(1, [], site.name)
  const { id } = await workload({ cpuCores: 3 })
  await workloadBind(ctx, id, { node: host.id })
  await siteUpdate(ctx, site.id, { overcommitRatio: 1 })
  const resize = (cpuCores: number) => code(workloadResize(ctx, id, { demand: { cpuCores, memoryBytes: 1 } }))
  expect(await resize(3.5)).toBe('no_capacity')
  expect(await resize(2)).toBe('ok')
  expect(await resize(2.5)).toBe('no_capacity')
  expect(await resize(1)).toBe('ok')
  await siteUpdate(ctx, site.id, { overcommitRatio: 3 })
  expect((await nodeView(ctx, host.id)).allocated.cpuCores).toBe(1)
})

test('a node is not made smaller than what is placed there, nor is a device in use made another', async () => {
  const host = await node(2, [
    { model: 'A', milli: 1000 },
    { model: 'B', milli: 1000 },
  ])
  const { id } = await workload({ cpuCores: 2, gpu: { count: 1, milli: 100 } })
  await workloadBind(ctx, id, { node: host.id })
  const capacity = (cpuCores: number, ...models: string[]) => ({
    capacity: {
      cpuCores,
      memoryBytes: 1000,
      diskBytes: 100,
      gpus: models.map((model) => ({ model, milli: 1000 })),
    },
  })
  await expect(nodeUpdate(ctx, host.id, capacity(1, 'A', 'B'))).rejects.toThrow(/hold more cpuCores/)
  await expect(nodeUpdate(ctx, host.id, capacity(2))).rejects.toThrow(/hold more gpus/)
  await expect(nodeUpdate(ctx, host.id, capacity(2, 'B', 'A'))).rejects.toThrow(/GPU 0 .* in use as A/)
  expect((await nodeUpdate(ctx, host.id, capacity(2, 'A'))).capacity.gpus).toHaveLength(1)
})

test('many who race for one node get exactly what it has', async () => {
  const host = await node(5)
  const rivals = await Promise.all(Array.from({ length: 40 }, () => workload({ cpuCores: 0.5 })))
  const outcomes = await Promise.all(rivals.map(({ id }) => code(workloadBind(ctx, id, { node: host.id }))))
  expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(10)
  expect((await nodeView(ctx, host.id)).allocated.cpuCores).toBe(5)
})

test('limits follow the capacity and the ratio, however their changes meet', async () => {
  for (let round = 0; round < 8; round += 1) {
    const site = await siteCreate(ctx, { name: unique('s'), kind: 'edge' })
    const host = await node(1, [], site.name)
    const [, , late] = await Promise.all([
      nodeUpdate(ctx, host.id, { capacity: { cpuCores: 3, memoryBytes: 1000 } }),
      siteUpdate(ctx, site.id, { overcommitRatio: 2 }),
      node(5, [], site.name),
    ])
    const limits = await ctx.database.db
      .selectFrom('node_allocation')
      .select(['node_id', 'cpu_limit'])
      .where('node_id', 'in', [host.id, late.id])
      .execute()
    expect(new Map(limits.map((row) => [row.node_id, row.cpu_limit]))).toEqual(
      new Map([
        [host.id, 6],
        [late.id, 10],
      ]),
    )
  }
})

test('nobody is bound to a node that is deleted or drained at the same moment', async () => {
  for (let round = 0; round < 12; round += 1) {
    const host = await node(9)
    const { id } = await workload()
    const [bound, left] = await Promise.all([
      code(workloadBind(ctx, id, { node: host.id })),
      code(round % 2 === 0 ? nodeDelete(ctx, host.id) : nodeDrain(ctx, host.id, {})),
    ])
    const placed = await workloadView(ctx, id)
    if (round % 2 === 0) {
      expect([bound, left]).toContain('ok')
      expect(placed.nodeId).toBe(bound === 'ok' ? host.id : null)
      expect(left).toBe(bound === 'ok' ? 'conflict' : 'ok')
    } else {
      const history = (await workloadHistory(ctx, id, {})).items
      const since = (await nodeView(ctx, host.id)).stateSince
      expect(history.filter((stay) => stay.nodeId !== null && stay.since > since)).toEqual([])
    }
  }
})

test('a host that is deleted with what runs there and binds elsewhere do not stop each other', async () => {
  const [going, staying] = [await node(99), await node(99)]
  const group = await Promise.all(Array.from({ length: 20 }, () => workload({ cpuCores: 0.1 })))
  await Promise.all(group.map(({ id }) => workloadBind(ctx, id, { node: going.id })))
  const outcomes = await Promise.all([
    ...group.map(({ id }) => code(workloadRebind(ctx, id, staying))),
    code(nodeDelete(ctx, going.id, { unbindWorkloads: true })),
  ])
  expect(new Set(outcomes)).toEqual(new Set(['ok']))
  expect((await nodeView(ctx, staying.id)).workloadCount).toBe(20)
})

test('of two deletes at once one finds nothing; what is deleted is bound nowhere', async () => {
  const host = await node(9)
  for (let round = 0; round < 8; round += 1) {
    const { id } = await workload()
    const outcomes = await Promise.all([
      code(workloadDelete(ctx, id)),
      code(workloadDelete(ctx, id)),
      code(workloadBind(ctx, id, { node: host.id })),
    ])
    expect(outcomes.slice(0, 2).toSorted()).toEqual(['not_found', 'ok'])
    expect(await code(workloadView(ctx, id))).toBe('not_found')
  }
  expect((await nodeView(ctx, host.id)).allocated.cpuCores).toBe(0)
})
