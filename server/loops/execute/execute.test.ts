import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { workloadBind } from '../../verbs/workload/bind.ts'
import { nodeDelete } from '../../verbs/node/delete.ts'
import { workloadDelete } from '../../verbs/workload/delete.ts'
import { workloadMigrate } from '../../verbs/workload/migrate.ts'
import { workloadUnbind } from '../../verbs/workload/unbind.ts'
import { workloadUpdate } from '../../verbs/workload/update.ts'
import { leaseTake } from '../lease.ts'
import { type TestWorld, worldOpen } from '../../../test/setup/world.ts'

let world: TestWorld
afterEach(() => world.close())

async function running(node: string, ...names: string[]): Promise<string[]> {
  const ids = await world.bound(node, ...names)
  await world.execute()
  await world.observe(100)
  for (const id of ids) expect(world.state(id)).toBe('running')
  return ids
}

async function allocated(node: string): Promise<number> {
  const { rows } = await sql<{ workloads: number }>`
    select workloads from node_allocation join node on id = node_id where name = ${node}`.execute(
    world.ctx.database.db,
  )
  return rows[0]?.workloads ?? -1
}

const machinesOn = async () =>
  (await world.machines()).map((machine) => `${machine.name} on ${machine.nodeRef}`).toSorted()

test('what was asked to stop is stopped and gives back its place; what was deleted is gone', async () => {
  world = await worldOpen()
  await world.observe(0)
  const [stopped = '', deleted = ''] = await running('host-1', 'a', 'b')
  await workloadUpdate(world.ctx, stopped, { desired: 'stopped' })
  await workloadDelete(world.ctx, deleted)
  expect([world.state(stopped), world.state(deleted)]).toEqual(['stopping', 'stopping'])
  await world.execute()
  expect([world.state(stopped), world.state(deleted)]).toEqual(['stopped', 'gone'])
  expect(await world.row(stopped)).toMatchObject({ node_id: null, provider_ref: null })
  expect(await world.machines()).toEqual([])
  expect(await allocated('host-1')).toBe(0)
  expect(await world.verbs(deleted)).toEqual(expect.arrayContaining(['workload.delete']))
})

test('a migrated machine moves as it is, and there is never a second one', async () => {
  world = await worldOpen()
  await world.observe(0)
  const [id = ''] = await running('host-1', 'a')
  const [before] = await world.machines()
  await workloadMigrate(world.ctx, id, { node: 'host-2' })
  expect(world.state(id)).toBe('placing')
  await world.execute()
  expect(await world.machines()).toMatchObject([{ ref: before?.ref, nodeRef: 'host-2' }])
  await world.observe(102)
  expect(world.state(id)).toBe('running')
})

test('moved away from a node that does not answer, it starts anew, and the machine left behind is stopped later', async () => {
  world = await worldOpen({
    script: [{ fault: 'lost-node', node: 'host-1', fromSeconds: 150, untilSeconds: 300 }],
  })
  await world.observe(0)
  const [id = ''] = await running('host-1', 'a')
  await world.observe(160)
  await sql`update node set state = 'unreachable' where name = 'host-1'`.execute(world.ctx.database.db)
  await workloadMigrate(world.ctx, id, { node: 'host-2' })
  await world.execute()
  await world.observe(200)
  expect(world.state(id)).toBe('running')
  expect(await machinesOn()).toEqual(['a on host-2'])
  await world.observe(310)
  expect(await machinesOn()).toEqual(['a on host-2'])
  const { rows } = await world.ctx.database.pool.query('select count(*)::int as count from emulator_machine')
  expect(rows).toEqual([{ count: 1 }])
})

test('a placement that was given up while its machine was being started leaves no machine', async () => {
  world = await worldOpen()
  await world.observe(0)
  const [id = ''] = await world.bound('host-1', 'a')
  // The unbinding comes between the answer of the provider and its record: the record finds a newer placement.
  const provider = await world.emulator()
  const apply = provider.apply.bind(provider)
  provider.apply = async (step, signal) => {
    const applied = await apply(step, signal)
    if (step.kind === 'start') await workloadUnbind(world.ctx, id, {})
    return applied
  }
  await world.execute()
  expect(world.state(id)).toBe('pending')
  expect(await world.machines()).toEqual([])
})

test('stopped while it was still being placed, it is stopped without ever having run', async () => {
  world = await worldOpen()
  await world.observe(0)
  const [id = ''] = await world.bound('host-1', 'a')
  await workloadUpdate(world.ctx, id, { desired: 'stopped' })
  await world.execute()
  expect(world.state(id)).toBe('stopped')
  expect(await world.machines()).toEqual([])
  await workloadUpdate(world.ctx, id, { desired: 'running' })
  expect(world.state(id)).toBe('pending')
})

test('a node that does not answer makes its workloads wait with the reason, and no others', async () => {
  world = await worldOpen({ script: [{ fault: 'lost-node', node: 'host-1', untilSeconds: 100 }] })
  await world.observe(0)
  const [waits = ''] = await world.bound('host-1', 'a')
  const [starts = ''] = await world.bound('host-2', 'b')
  await world.execute()
  expect(world.state(starts)).toBe('starting')
  expect(await world.row(waits)).toMatchObject({
    state: 'placing',
    reason: expect.stringContaining("'host-1' cannot be reached") as string,
  })
  await world.observe(150)
  await world.ctx.database.db.updateTable('workload_attempt').set({ not_before: '-infinity' }).execute()
  await world.execute()
  expect(world.state(waits)).toBe('starting')
})

test('deleted together with its node, a workload that was being deleted goes too', async () => {
  world = await worldOpen()
  await world.observe(0)
  const [id = ''] = await running('host-1', 'a')
  await workloadDelete(world.ctx, id)
  await nodeDelete(world.ctx, 'host-1', { unbindWorkloads: true })
  await world.execute()
  expect(world.state(id)).toBe('gone')
})

test('an owner that was overtaken records nothing, and its successor does not start a second machine', async () => {
  world = await worldOpen()
  await world.observe(0)
  const [id = ''] = await world.bound('host-1', 'a')
  const lease = await leaseTake(world.ctx.database.db, 'loop:execute', world.ctx.instanceId, 60_000)
  await sql`update lease set fence = fence + 1 where name = 'loop:execute'`.execute(world.ctx.database.db)
  const stale = {
    ctx: world.ctx,
    signal: AbortSignal.timeout(5000),
    fence: lease?.fence ?? 0n,
    lease: 'loop:execute',
  }
  await expect(world.loops.execute.run(stale)).rejects.toMatchObject({ code: 'conflict' })
  expect(world.state(id)).toBe('placing')
  expect(await world.machines()).toHaveLength(1)
  await world.execute()
  expect(world.state(id)).toBe('starting')
  expect(await world.machines()).toHaveLength(1)
})

test('a thousand starts are done in one run', async () => {
  world = await worldOpen({}, 300)
  await world.observe(0)
  const names = Array.from({ length: 1000 }, (_, index) => `w-${index}`)
  const ids: string[] = []
  // Not all at once: a call waits for a connection only so long.
  for (let first = 0; first < names.length; first += 50) {
    const bound = names
      .slice(first, first + 50)
      .map((name, index) => world.bound(`host-${1 + ((first + index) % 300)}`, name))
    ids.push(...(await Promise.all(bound)).flat())
  }
  await world.execute()
  expect(ids.filter((id) => world.state(id) !== 'starting')).toEqual([])
  await world.observe(100)
  expect(ids.filter((id) => world.state(id) !== 'running')).toEqual([])
}, 60_000)

test('a start that is refused is tried a bounded number of times, and a new placement begins anew', async () => {
  world = await worldOpen()
  await world.observe(0)
  await sql`update node set provider_ref = 'not-there' where name = 'host-1'`.execute(world.ctx.database.db)
  const [id = ''] = await world.bound('host-1', 'a')
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    await world.execute()
    expect(await world.row(id)).toMatchObject({
      state: attempt < 4 ? 'placing' : 'failed',
      reason: expect.stringContaining("no node 'not-there'") as string,
    })
    await world.pause()
    await world.execute()
    await sql`update workload_attempt set not_before = '-infinity'`.execute(world.ctx.database.db)
  }
  await workloadUnbind(world.ctx, id, {})
  await workloadBind(world.ctx, id, { node: 'host-2' })
  await world.execute()
  expect(world.state(id)).toBe('starting')
})
