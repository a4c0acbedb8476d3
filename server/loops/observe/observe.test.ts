import { afterEach, expect, test } from 'vitest'
import { nodeList } from '../../verbs/node/list.ts'
import { providerView } from '../../verbs/provider/view.ts'
import { siteView } from '../../verbs/site/view.ts'
import { workloadDelete } from '../../verbs/workload/delete.ts'
import { workloadResize } from '../../verbs/workload/resize.ts'
import { workloadUnbind } from '../../verbs/workload/unbind.ts'
import { type TestWorld, demand, worldOpen } from '../../../test/setup/world.ts'

let world: TestWorld
afterEach(() => world.close())

const failedStart = { script: [{ fault: 'failed-start', workload: 'bad-*' }] }

test('what a provider has becomes nodes of the inventory, once, at a site that is made for them', async () => {
  world = await worldOpen()
  await world.observe(0)
  await world.observe(2)
  const { items } = await nodeList(world.ctx, {})
  expect(items.map((node) => [node.name, node.state, node.siteName])).toEqual(
    [1, 2, 3].map((number) => [`host-${number}`, 'ready', 'here']),
  )
  expect(items.every((node) => node.lastSeenAt !== null && node.usage !== null)).toBe(true)
  expect(await siteView(world.ctx, 'here')).toMatchObject({
    kind: 'edge',
    carbonGramsPerKwh: 100,
    renewableShare: 0.5,
  })
  expect(await providerView(world.ctx, 'world')).toMatchObject({
    health: 'healthy',
    healthReason: null,
    nodeCount: 3,
  })
})

test('a workload that was started runs when its machine is up, and its samples are stored once', async () => {
  world = await worldOpen()
  await world.observe(0)
  const [id = ''] = await world.bound('host-1', 'a')
  await world.execute()
  expect(world.state(id)).toBe('starting')
  await world.observe(10)
  expect(world.state(id)).toBe('starting')
  await world.observe(31)
  await world.observe(32)
  expect(world.state(id)).toBe('running')
  await world.observe(41)
  expect(world.ctx.usages.get(id)?.values[0]).toBeGreaterThan(0)
  const { rows } = await world.ctx.database.pool.query(
    'select count(*)::int as count from sample where subject_id = $1',
    [id],
  )
  expect(rows).toEqual([{ count: 2 }])
  expect(await world.verbs(id)).toEqual([
    'workload.create',
    'workload.bind',
    'workload.start',
    'workload.run',
  ])
})

test('a start that fails is tried again with a pause, a bounded number of times, and then failed with the reason', async () => {
  world = await worldOpen(failedStart)
  await world.observe(0)
  const [id = ''] = await world.bound('host-1', 'bad-one')
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    await world.execute()
    expect(world.state(id)).toBe('starting')
    await world.observe(attempt * 100)
    if (attempt === 4) break
    expect(await world.row(id)).toMatchObject({ state: 'placing', generation: attempt + 1 })
    await world.pause()
    await world.execute()
    expect(world.state(id)).toBe('placing')
    await world.ctx.database.db.updateTable('workload_attempt').set({ not_before: '-infinity' }).execute()
  }
  expect(await world.row(id)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('4 starts failed') as string,
  })
  expect(await world.machines()).toHaveLength(1)
})

test('a machine that is gone from a healthy node fails its workload; one on a lost node is not judged', async () => {
  world = await worldOpen({
    script: [{ fault: 'lost-node', node: 'host-2', fromSeconds: 100, untilSeconds: 200 }],
  })
  await world.observe(0)
  const [gone = ''] = await world.bound('host-1', 'a')
  const [kept = ''] = await world.bound('host-2', 'b')
  await world.execute()
  await world.observe(50)
  await world.ctx.database.db.deleteFrom('emulator_machine').where('workload_id', '=', gone).execute()
  await world.observe(150)
  expect(await world.row(gone)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('is gone') as string,
  })
  expect(world.state(kept)).toBe('running')
  await world.observe(250)
  expect(world.state(kept)).toBe('running')
})

test('machines that nobody wants any more are stopped, and those of others are left alone', async () => {
  world = await worldOpen()
  await world.observe(0)
  const [unbound = '', deleted = '', kept = ''] = await world.bound('host-1', 'a', 'b', 'c')
  await world.execute()
  await world.observe(50)
  await workloadUnbind(world.ctx, unbound, {})
  await workloadUnbind(world.ctx, deleted, {})
  await workloadDelete(world.ctx, deleted)
  const foreign = '01900000-0000-7000-8000-000000000000'
  await world.ctx.database.pool.query(
    `insert into emulator_machine select provider_id, 'foreign', $1, 'foreign', node_ref, demand, null, 0 from emulator_machine limit 1`,
    [foreign],
  )
  expect(await world.machines()).toHaveLength(4)
  await world.observe(60)
  expect((await world.machines()).map((machine) => machine.workloadId).toSorted()).toEqual(
    [foreign, kept].toSorted(),
  )
  expect(await world.verbs(unbound)).toContain('workload.release')
})

test('a workload that was resized is resized where it runs', async () => {
  world = await worldOpen()
  await world.observe(0)
  const [id = ''] = await world.bound('host-1', 'a')
  await world.execute()
  await world.observe(50)
  await workloadResize(world.ctx, id, { demand: { ...demand, cpuCores: 4 } })
  await world.observe(60)
  expect(await world.machines()).toMatchObject([{ size: { cpuCores: 4 } }])
})

test('a provider that is away loses nothing: it is unhealthy, its nodes unreachable, and all is back when it is', async () => {
  world = await worldOpen()
  await world.observe(0)
  const [id = ''] = await world.bound('host-1', 'a')
  await world.execute()
  await world.observe(50)
  await world.ctx.database.pool.query(
    "update provider set config = jsonb_set(config, '{sites}', '[]'), version = version + 1 where name = 'world'",
  )
  await world.observe(52)
  const away = await providerView(world.ctx, 'world')
  expect(away).toMatchObject({
    health: 'unhealthy',
    healthReason: expect.stringContaining('sites') as string,
  })
  await world.ctx.database.pool.query("update provider_health set since = since - interval '5 s'")
  await world.health()
  const { items } = await nodeList(world.ctx, {})
  expect(items.map((node) => node.state)).toEqual(['unreachable', 'unreachable', 'unreachable'])
  expect(items[0]?.reason).toContain('its provider world is away since')
  expect(world.state(id)).toBe('running')
  await world.ctx.database.pool.query(
    'update provider set config = $1, version = version + 1 where id = $2',
    [world.provider.config, world.provider.id],
  )
  await world.ctx.mirror.refresh({ providers: true })
  // Asked less often while it is away: the next time is a second later.
  await new Promise((resolve) => setTimeout(resolve, 1100))
  await world.observe(54)
  await world.health()
  expect((await nodeList(world.ctx, {})).items.map((node) => node.state)).toEqual(['ready', 'ready', 'ready'])
  expect(world.state(id)).toBe('running')
  expect(await world.verbs(world.provider.id)).toEqual([
    'provider.create',
    'provider.healthy',
    'provider.unhealthy',
    'provider.healthy',
  ])
})

test('a node that its provider reports as lost is unreachable with that reason, and ready when it is back', async () => {
  world = await worldOpen({
    script: [{ fault: 'lost-node', node: 'host-2', fromSeconds: 100, untilSeconds: 200 }],
  })
  await world.observe(0)
  await world.observe(150)
  await world.health()
  const state = async () => (await nodeList(world.ctx, { filter: 'name:host-2' })).items[0]
  expect(await state()).toMatchObject({ state: 'ready' })
  await new Promise((resolve) => setTimeout(resolve, 700))
  await world.observe(152)
  await world.health()
  expect(await state()).toMatchObject({
    state: 'unreachable',
    reason: 'the node does not answer, by the script',
  })
  await world.observe(250)
  await world.health()
  expect(await state()).toMatchObject({ state: 'ready', reason: null })
})
