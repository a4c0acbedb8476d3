import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { nodeActivate } from '../node/activate.ts'
import { nodeCreate } from '../node/create.ts'
import { nodeDelete } from '../node/delete.ts'
import { nodeDrain } from '../node/drain.ts'
import { operationView } from '../operation/view.ts'
import { policyCreate } from '../policy/create.ts'
import { policySeed } from '../policy/seed.ts'
import { policyUpdate } from '../policy/update.ts'
import { siteCreate } from '../site/create.ts'
import { workloadCreate } from '../workload/create.ts'
import { workloadDecisions } from '../workload/decisions.ts'
import { workloadDelete } from '../workload/delete.ts'
import { workloadView } from '../workload/view.ts'
import { planApply } from './apply.ts'
import { planApprove } from './approve.ts'
import { planCreate } from './create.ts'
import { planList } from './list.ts'
import { type PlanMemory, planMemoryCreate } from './memory.ts'
import { planNext } from './next.ts'
import { planRefuse } from './refuse.ts'
import { planRollback } from './rollback.ts'
import { planView } from './view.ts'

let ctx: TestCtx
let memory: PlanMemory
let nowMs = 0
const gib = 1024 ** 3

beforeAll(async () => {
  ctx = await testCtx()
  memory = planMemoryCreate()
  await policySeed(ctx)
  await siteCreate(ctx, { name: 'edge', kind: 'edge' })
})
afterAll(() => ctx.close())

const node = (name: string, cpuCores: number) =>
  nodeCreate(ctx, { name, site: 'edge', capacity: { cpuCores, memoryBytes: 64 * gib } })
const workload = (name: string, cpuCores: number) =>
  workloadCreate(ctx, { name, demand: { cpuCores, memoryBytes: gib } })
const round = () => planNext(ctx, memory, async () => undefined, nowMs)
const apply = (id: string) =>
  planApply(ctx, id, { fence: 1n, check: async () => undefined }, AbortSignal.timeout(10_000))
const latest = async () => (await planList(ctx, { limit: 1 })).items[0]
const count = async (table: string) =>
  Number(
    (await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(ctx.database.db))
      .rows[0]?.n,
  )

async function applyAll(): Promise<void> {
  for (const plan of (await planList(ctx, { filter: 'state:approved' })).items) await apply(plan.id)
}

test('what waits without a node says so once, however often it is planned', async () => {
  await workload('lonely', 2)
  expect(await round()).toMatchObject({ planned: 0, refused: 1 })
  const { reason } = await workloadView(ctx, 'lonely')
  expect(reason).toContain('There is no node yet')
  const before = [await count('decision'), await count('workload_history'), await count('event')]
  for (let index = 0; index < 3; index += 1) expect(await round()).toMatchObject({ planned: 0, refused: 0 })
  // Another server's loop has no memory of it, and still finds nothing to write.
  await planNext(ctx, planMemoryCreate(), async () => undefined, nowMs)
  expect([await count('decision'), await count('workload_history'), await count('event')]).toEqual(before)
})

test('under an automatic policy what waits is placed, with the decision kept', async () => {
  await node('n1', 4)
  await node('n2', 8)
  await workload('web', 3)
  expect(await round()).toMatchObject({ planned: 2 })
  const plan = await latest()
  expect(plan).toMatchObject({ state: 'approved', origin: 'plan-loop', policyName: 'default', stepCount: 2 })
  // Planned already: the next round leaves them alone, although nothing is applied yet.
  expect(await round()).toMatchObject({ planned: 0 })
  await apply(plan?.id ?? '')
  expect(await latest()).toMatchObject({ state: 'applied', doneCount: 2, failedCount: 0 })
  expect(await workloadView(ctx, 'lonely')).toMatchObject({ state: 'running', nodeName: 'n1' })
  expect(await workloadView(ctx, 'web')).toMatchObject({ state: 'running', nodeName: 'n2' })
  const [decision] = (await workloadDecisions(ctx, 'web', {})).items
  expect(decision).toMatchObject({
    outcome: 'placed',
    planId: plan?.id,
    considered: 2,
    feasible: 1,
    chosen: { nodeName: 'n2' },
  })
})

test('a step is done once, however often its plan is applied', async () => {
  await workload('once', 1)
  await round()
  const plan = await latest()
  await Promise.all([apply(plan?.id ?? ''), apply(plan?.id ?? ''), apply(plan?.id ?? '')])
  await apply(plan?.id ?? '')
  const { steps } = await planView(ctx, plan?.id ?? '')
  expect(steps.map((step) => step.state)).toEqual(['done'])
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from event where verb = 'workload.bind' and subject_name = 'once'`.execute(
    ctx.database.db,
  )
  expect(rows[0]?.n).toBe(1)
})

test('a stale fence applies nothing', async () => {
  await workload('fenced', 1)
  await round()
  const plan = await latest()
  const stale = async () => {
    throw new Error('stale')
  }
  await expect(
    planApply(ctx, plan?.id ?? '', { fence: 1n, check: stale }, AbortSignal.timeout(5000)),
  ).rejects.toThrow('stale')
  expect(await planView(ctx, plan?.id ?? '')).toMatchObject({
    state: 'approved',
    steps: [{ state: 'waiting' }],
  })
  await apply(plan?.id ?? '')
})

test('a step that finds no room fails with the numbers, the others are done, and the workload waits for the next plan', async () => {
  await workload('late', 2)
  await workload('tiny', 0.5)
  await round()
  const plan = await latest()
  const step = (await planView(ctx, plan?.id ?? '')).steps.find((each) => each.workloadName === 'late')
  const taker = await workload('taker', 1)
  await sql`update node_allocation set cpu_limit = cpu where node_id = ${step?.nodeId}::uuid`.execute(
    ctx.database.db,
  )
  await apply(plan?.id ?? '')
  await sql`select node_allocation_limits(${step?.nodeId}::uuid)`.execute(ctx.database.db)
  const applied = await planView(ctx, plan?.id ?? '')
  expect(applied.state).toBe('failed')
  const failed = applied.steps.find((each) => each.workloadName === 'late')
  expect(failed).toMatchObject({ state: 'failed', error: expect.stringContaining('cpuCores') })
  expect(await workloadView(ctx, 'late')).toMatchObject({
    state: 'pending',
    reason: expect.stringContaining('could not be applied'),
  })
  await round()
  await applyAll()
  expect((await workloadView(ctx, 'late')).state).toBe('running')
  await workloadDelete(ctx, taker.id)
})

test('a node that is drained is emptied in an order in which each move finds room', async () => {
  await node('n3', 32)
  await nodeDrain(ctx, 'n2', {})
  await round()
  const plan = await latest()
  expect(plan).toMatchObject({ origin: 'drain', state: 'approved' })
  const before = (await planView(ctx, plan?.id ?? '')).steps
  expect(
    before.every((step) => step.kind === 'migrate' && step.fromNodeName === 'n2' && step.nodeName !== 'n2'),
  ).toBe(true)
  await apply(plan?.id ?? '')
  expect((await planView(ctx, plan?.id ?? '')).state).toBe('applied')
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from workload w join node n on n.id = w.node_id where n.name = 'n2'`.execute(
    ctx.database.db,
  )
  expect(rows[0]?.n).toBe(0)
  await nodeActivate(ctx, 'n2', {})
})

test('what cannot leave a drained node says so, and no longer when the drain is taken back; a new drain says it again', async () => {
  await node('only', 200)
  await workload('whale', 150)
  await round()
  await apply((await latest())?.id ?? '')
  const reason = async () => (await workloadView(ctx, 'whale')).reason
  const before = await reason()
  for (let turn = 0; turn < 2; turn += 1) {
    await nodeDrain(ctx, 'only', {})
    await round()
    expect(await reason()).toContain('It cannot leave only, which is being drained.')
    await nodeActivate(ctx, 'only', {})
    expect(await reason()).toBeNull()
  }
  expect(before).not.toContain('cannot leave')
  await workloadDelete(ctx, 'whale')
  await nodeDelete(ctx, 'only')
})

test('under a policy with approval a plan waits, is refused, and comes again only when the inventory has changed', async () => {
  const policy = await policyCreate(ctx, {
    name: 'careful',
    algorithm: 'first-fit',
    mode: 'approve',
    active: true,
  })
  await workload('asked', 1)
  await round()
  const plan = await latest()
  expect(plan).toMatchObject({ state: 'proposed', policyName: 'careful' })
  expect((await workloadView(ctx, 'asked')).reason).toContain(`Plan ${plan?.id} waits for approval`)
  await round()
  expect((await latest())?.id).toBe(plan?.id)
  expect(await apply(plan?.id ?? '')).toBe(true)
  expect((await workloadView(ctx, 'asked')).state).toBe('pending')

  await planRefuse(ctx, plan?.id ?? '', { reason: 'not today' })
  expect((await workloadView(ctx, 'asked')).reason).toContain('not today')
  await round()
  await round()
  expect((await latest())?.id).toBe(plan?.id)

  await node('n4', 2)
  await round()
  const again = await latest()
  expect(again?.id).not.toBe(plan?.id)
  const approved = await planApprove(ctx, again?.id ?? '')
  expect(approved).toMatchObject({ state: 'approved', operationId: expect.any(String) })
  await apply(approved.id)
  expect(await operationView(ctx, approved.operationId ?? '')).toMatchObject({
    state: 'succeeded',
    done: 1,
    total: 1,
  })
  expect((await workloadView(ctx, 'asked')).state).toBe('running')
  await expect(planApprove(ctx, approved.id)).rejects.toThrow('The plan is applied')
  await policyUpdate(ctx, 'default', { active: true })
  expect(policy.active).toBe(true)
})

test('a person’s own steps are checked, ordered after each other and applied when approved', async () => {
  await node('n5', 2)
  await workload('big', 2)
  await expect(
    planCreate(ctx, { steps: [{ kind: 'place', workload: 'big', node: 'nowhere' }] }),
  ).rejects.toThrow("no node 'nowhere'")
  const first = await planCreate(ctx, {
    steps: [{ kind: 'place', workload: 'big', node: 'n5' }],
    reason: 'by hand',
  })
  expect(first).toMatchObject({ state: 'proposed', steps: [{ nodeName: 'n5', after: [] }] })
  await planApprove(ctx, first.id)
  await apply(first.id)
  await workload('other', 2)
  await expect(
    planCreate(ctx, { steps: [{ kind: 'place', workload: 'other', node: 'n5' }] }),
  ).rejects.toMatchObject({ code: 'no_capacity' })
  // Room that an earlier step gives back may be used by a later one.
  const swap = await planCreate(ctx, {
    steps: [
      { kind: 'migrate', workload: 'big' },
      { kind: 'place', workload: 'other', node: 'n5' },
      { kind: 'resize', workload: 'other', demand: { cpuCores: 1, memoryBytes: gib } },
    ],
  })
  expect(swap.steps.map((step) => step.after)).toEqual([[], [1], [1, 2]])
  await planApprove(ctx, swap.id)
  await apply(swap.id)
  expect((await planView(ctx, swap.id)).state).toBe('applied')
  const unwanted = await planCreate(ctx, { steps: [{ kind: 'migrate', workload: 'big' }] })
  expect((await workloadView(ctx, 'big')).reason).toContain(`Plan ${unwanted.id} waits for approval`)
  await planRefuse(ctx, unwanted.id, { reason: 'it runs well' })
  expect((await workloadView(ctx, 'big')).reason).toMatch(/it runs well\. It stays where it is\.$/)
  expect(await workloadView(ctx, 'other')).toMatchObject({ nodeName: 'n5', demand: { cpuCores: 1 } })
})

test('steps behind one that failed are left out', async () => {
  await workload('chain', 1)
  const plan = await planCreate(ctx, {
    steps: [
      { kind: 'place', workload: 'chain', node: 'n5' },
      { kind: 'stop', workload: 'chain' },
    ],
  })
  await workloadDelete(ctx, 'chain')
  await planApprove(ctx, plan.id)
  await apply(plan.id)
  const applied = await planView(ctx, plan.id)
  expect(applied).toMatchObject({ state: 'failed', doneCount: 0, failedCount: 2 })
  expect(applied.steps.map((step) => step.state)).toEqual(['failed', 'skipped'])
  expect(await operationView(ctx, applied.operationId ?? '')).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('no workload'),
  })
})

test('what is gone when a plan is put back leaves its room to the others, and the rest is put back', async () => {
  await node('n9', 8)
  for (const name of ['leaver', 'stayer'])
    await workloadCreate(ctx, { name, autoPlace: false, demand: { cpuCores: 2, memoryBytes: gib } })
  const plan = await planCreate(ctx, {
    steps: ['leaver', 'stayer'].map((name) => ({ kind: 'place' as const, workload: name, node: 'n9' })),
  })
  await planApprove(ctx, plan.id)
  await apply(plan.id)
  const back = await planRollback(ctx, plan.id, {})
  await workloadDelete(ctx, 'leaver')
  await planApprove(ctx, back.id)
  await apply(back.id)
  const applied = await planView(ctx, back.id)
  expect(applied).toMatchObject({ state: 'applied', doneCount: 2, failedCount: 0 })
  expect(applied.steps.map(({ workloadName, kind, state }) => [workloadName, kind, state])).toEqual([
    ['stayer', 'unbind', 'done'],
    ['stayer', 'hold', 'done'],
    ['leaver', 'unbind', 'skipped'],
    ['leaver', 'hold', 'skipped'],
  ])
  expect(applied.steps[2]?.error).toContain("There is no workload 'leaver'")
  expect((await workloadView(ctx, 'stayer')).nodeName).toBeNull()
  const operation = await operationView(ctx, applied.operationId ?? '')
  expect(operation).toMatchObject({ state: 'succeeded', done: 4, total: 4 })
  expect(operation.note).toContain('2 had nothing to do')
})
