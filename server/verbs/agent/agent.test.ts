import type { AgentCreate, AgentTurn } from '@orrery/api/agent.ts'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { agentFind } from '../../db/agent.ts'
import { nodeCreate } from '../node/create.ts'
import { planApply } from '../plan/apply.ts'
import { planApprove } from '../plan/approve.ts'
import { planList } from '../plan/list.ts'
import { planMemoryCreate } from '../plan/memory.ts'
import { planNext } from '../plan/next.ts'
import { planRefuse } from '../plan/refuse.ts'
import { policySeed } from '../policy/seed.ts'
import { siteCreate } from '../site/create.ts'
import { workloadBind } from '../workload/bind.ts'
import { workloadCreate } from '../workload/create.ts'
import { workloadView } from '../workload/view.ts'
import { agentAct } from './act.ts'
import { agentAsk } from './ask.ts'
import { agentCreate } from './create.ts'
import { agentDelete } from './delete.ts'
import { agentHalt } from './fence.ts'
import { agentTurns, agentView } from './list.ts'
import { agentsHold } from './scope.ts'
import { agentUpdate } from './update.ts'

let ctx: TestCtx
const gib = 1024 ** 3

beforeEach(async () => {
  ctx = await testCtx()
  await policySeed(ctx)
  await siteCreate(ctx, { name: 'edge', kind: 'edge', allowedRiskLevels: [0, 1, 2, 3] })
  await siteCreate(ctx, { name: 'cloud', kind: 'cloud' })
  await node('small', 'edge', 4)
  await node('big', 'edge', 16)
  await node('far', 'cloud', 64)
})
afterEach(() => ctx.close())

const node = (name: string, site: string, cpuCores: number) =>
  nodeCreate(ctx, { name, site, capacity: { cpuCores, memoryBytes: 64 * gib } })
const workload = (name: string, more: object = {}) =>
  workloadCreate(ctx, { name, demand: { cpuCores: 2, memoryBytes: gib }, ...more })
const agent = (mode: NonNullable<AgentCreate['mode']>, rails: NonNullable<AgentCreate['rails']> = {}) =>
  agentCreate(ctx, { name: 'otto', mode, rails })
const noCheck = async () => undefined
const round = () =>
  planNext(ctx, planMemoryCreate(), noCheck, Date.now(), (rows) => agentsHold(ctx, noCheck, rows))
const applyAll = async () => {
  for (const plan of (await planList(ctx, { filter: 'state:approved' })).items)
    await planApply(ctx, plan.id, { fence: 1n, check: noCheck }, AbortSignal.timeout(10_000))
}
const standing = async () =>
  (
    await sql`select w.name, n.name as node, w.version from workload w left join node n on n.id = w.node_id order by w.name`.execute(
      ctx.database.db,
    )
  ).rows

/** As if everything so far had been that much earlier. */
async function passed(seconds: number): Promise<void> {
  await sql`update agent set seen_at = seen_at - ${seconds}::int * interval '1 second'`.execute(
    ctx.database.db,
  )
  await sql`update agent_turn set at = at - ${seconds}::int * interval '1 second', due_at = due_at - ${seconds}::int * interval '1 second'`.execute(
    ctx.database.db,
  )
}

/** Asks and answers the one question there is. */
async function turn(answer: string | null): Promise<AgentTurn> {
  const { turn: asked } = await agentAsk(ctx, 'otto')
  if (asked === null) throw new Error('there was nothing to decide')
  return agentAct(ctx, 'otto', { turn: asked.id, node: answer })
}
const failure = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => error,
  )
const saying = (text: string) => expect.stringContaining(text) as string

test('in shadow its answers are recorded beside what the policy would do, and nothing changes', async () => {
  await agent('shadow')
  await workload('web')
  const before = await standing()
  const { turn: asked } = await agentAsk(ctx, 'otto')
  expect(asked).toMatchObject({ workload: { name: 'web' }, mask: [1, 1, 1, 1] })
  expect(asked?.observation).toHaveLength(3 * 9 + 7)
  expect(asked?.nodes.map(({ name }) => name)).toEqual(['small', 'big', 'far'])
  expect(asked?.observation.slice(0, 2)).toEqual([4 / 64, 1])
  const done = await agentAct(ctx, 'otto', { turn: asked?.id ?? ('' as never), node: 'far' })
  expect(done).toMatchObject({ outcome: 'recorded', nodeName: 'far', planId: null, mode: 'shadow' })
  expect(done.policyNodeName).not.toBeNull()
  expect(await standing()).toEqual(before)
  expect((await planList(ctx, {})).items).toEqual([])
  // The policy decides all the while.
  expect(await round()).toMatchObject({ planned: 1 })
  // A list of events leaves out what somebody's open transaction in the cluster holds back.
  const { rows } = await sql<{
    verb: string
  }>`select verb from event where subject_kind = 'agent' order by id`.execute(ctx.database.db)
  expect(rows.map(({ verb }) => verb)).toEqual(['agent.create', 'agent.act'])
})

test('in approve each answer is a plan that waits for a person', async () => {
  await agent('approve')
  await workload('web')
  const done = await turn('big')
  expect(done).toMatchObject({ outcome: 'proposed', nodeName: 'big' })
  expect(await round()).toMatchObject({ planned: 0 })
  await applyAll()
  expect(await workloadView(ctx, 'web')).toMatchObject({
    nodeName: null,
    reason: saying('waits for approval'),
  })
  await planApprove(ctx, done.planId ?? '')
  await applyAll()
  expect(await workloadView(ctx, 'web')).toMatchObject({ nodeName: 'big' })
})

test('in act its answers are carried out, and the policy leaves to it what waits', async () => {
  await agent('act')
  await workload('web')
  await workload('api')
  expect(await agentAsk(ctx, 'otto')).toMatchObject({ turn: { workload: { name: 'web' } } })
  expect(await round()).toMatchObject({ planned: 0 })
  expect(await turn('small')).toMatchObject({ outcome: 'acted', nodeName: 'small' })
  expect(await turn('small')).toMatchObject({ outcome: 'acted', workloadName: 'api' })
  await applyAll()
  expect((await standing()).map((row) => (row as { node: string }).node)).toEqual(['small', 'small'])
  expect((await agentAsk(ctx, 'otto')).turn).toBeNull()
})

test('each rail stops what it is there for, and says so', async () => {
  await agent('act', { sites: ['edge'], riskLevelMax: 2, placesPerMinute: 1, refusalsMost: 100 })
  await workload('wide', { demand: { cpuCores: 12, memoryBytes: gib } })
  const { turn: asked } = await agentAsk(ctx, 'otto')
  // Nothing that a rail would stop is offered.
  expect(asked?.mask).toEqual([0, 1, 0, 1])
  expect(await turn('small')).toMatchObject({ outcome: 'refused', rail: 'capacity', reason: saying('12') })
  expect(await turn('far')).toMatchObject({ outcome: 'refused', rail: 'site', reason: saying('edge') })
  expect(await turn('nowhere')).toMatchObject({ outcome: 'refused', rail: 'node', nodeName: 'nowhere' })
  expect(
    await failure(agentAct(ctx, 'otto', { turn: asked?.id ?? ('' as never), node: 'big' })),
  ).toMatchObject({
    code: 'conflict',
    message: saying('That turn is over'),
  })
  expect(await turn('big')).toMatchObject({ outcome: 'acted' })
  await workload('second')
  expect((await agentAsk(ctx, 'otto')).turn?.mask).toEqual([0, 0, 0, 1])
  expect(await turn('small')).toMatchObject({ outcome: 'refused', rail: 'rate' })
  await sql`update agent_turn set answered_at = answered_at - interval '2 minutes'`.execute(ctx.database.db)
  await workload('lonely', { constraints: { capabilities: ['wasm'] }, priority: 5 })
  expect(await turn('small')).toMatchObject({
    workloadName: 'lonely',
    outcome: 'refused',
    rail: 'constraint',
  })
  expect((await standing()).every((row) => (row as { node: string | null }).node === null)).toBe(true)
  expect(
    (await agentTurns(ctx, 'otto', { filter: 'outcome:refused' })).items.map(({ rail }) => rail),
  ).toEqual(['constraint', 'rate', 'node', 'site', 'capacity'])
})

test('what is protected, or too risky, is not its business: the policy places it', async () => {
  await agent('act', { riskLevelMax: 1 })
  await agentAsk(ctx, 'otto')
  await workload('crown', { labels: { 'orrery/protected': 'true' } })
  await workload('risky', { constraints: { riskLevel: 3 } })
  expect((await agentAsk(ctx, 'otto')).turn).toBeNull()
  expect(await round()).toMatchObject({ planned: 2 })
})

test('too many answers that are stopped fence it, and the policy takes over', async () => {
  await agent('act', { refusalsMost: 2 })
  await workload('web')
  await turn('nowhere')
  expect((await agentView(ctx, 'otto')).state).toBe('present')
  await turn('nowhere')
  expect(await agentView(ctx, 'otto')).toMatchObject({
    state: 'fenced',
    fencedReason: saying('2 answers in a row'),
  })
  expect(await failure(agentAsk(ctx, 'otto'))).toMatchObject({
    code: 'conflict',
    message: saying('is fenced'),
  })
  expect(await round()).toMatchObject({ planned: 1 })
  await agentUpdate(ctx, 'otto', { enabled: true })
  expect((await agentView(ctx, 'otto')).state).toBe('absent')
})

test('silence fences it, and the policy takes over', async () => {
  await agent('act', { silenceSeconds: 500, holdSecondsMost: 3600 })
  await workload('web')
  await agentAsk(ctx, 'otto')
  expect(await round()).toMatchObject({ planned: 0 })
  await passed(600)
  expect(await round()).toMatchObject({ planned: 1 })
  expect(await agentView(ctx, 'otto')).toMatchObject({
    state: 'fenced',
    // The seconds that this test takes are counted too.
    fencedReason: expect.stringMatching(/silent for 6\d\d s; 500 are allowed/) as string,
  })
  expect((await agentTurns(ctx, 'otto', {})).items).toMatchObject([{ outcome: 'expired' }])
})

test('asking again and again without an answer is silence too', async () => {
  await agent('act', { silenceSeconds: 500, holdSecondsMost: 3600 })
  await workload('web')
  await agentAsk(ctx, 'otto')
  await passed(600)
  await agentAsk(ctx, 'otto')
  expect(await round()).toMatchObject({ planned: 1 })
})

test('it has until the time that its question says, however long nothing was to be decided before', async () => {
  await agent('act', { silenceSeconds: 500, holdSecondsMost: 3600 })
  await agentAsk(ctx, 'otto')
  await passed(400)
  await workload('web')
  const { turn: asked } = await agentAsk(ctx, 'otto')
  await passed(300)
  expect(await round()).toMatchObject({ planned: 0 })
  // Another question is no more time.
  await agentAsk(ctx, 'otto')
  await passed(300)
  expect(Date.parse(asked?.dueAt ?? '')).toBeLessThan(Date.now() + 500_000)
  expect(await round()).toMatchObject({ planned: 1 })
  expect(await agentView(ctx, 'otto')).toMatchObject({ state: 'fenced' })
})

test('what it lets wait too often the policy places', async () => {
  await agent('act', { waitsMost: 2 })
  await workload('web')
  const again = () =>
    sql`update agent_turn set answered_at = answered_at - interval '3 seconds'`.execute(ctx.database.db)
  expect(await turn(null)).toMatchObject({ outcome: 'waited' })
  expect((await agentAsk(ctx, 'otto')).turn).toBeNull()
  await again()
  expect(await round()).toMatchObject({ planned: 0 })
  await turn(null)
  await again()
  expect((await agentAsk(ctx, 'otto')).turn).toBeNull()
  expect(await round()).toMatchObject({ planned: 1 })
})

test('what a person refused of it, and what it is asked about for too long, the policy places', async () => {
  await agent('approve', { holdSecondsMost: 60 })
  await workload('web')
  const { planId } = await turn('far')
  await planRefuse(ctx, planId ?? '')
  expect((await agentAsk(ctx, 'otto')).turn).toBeNull()
  expect(await round()).toMatchObject({ planned: 1 })
  await workload('slow')
  await agentAsk(ctx, 'otto')
  expect(await round()).toMatchObject({ planned: 0 })
  await sql`update agent_turn set at = at - interval '61 seconds'`.execute(ctx.database.db)
  expect(await round()).toMatchObject({ planned: 1 })
})

test('the kill switch ends what is on its way, and the policy takes over', async () => {
  await agent('act')
  await workload('web')
  const { planId } = await turn('far')
  await workload('open')
  await agentAsk(ctx, 'otto')
  await agentHalt(ctx, { reason: 'enough' })
  expect((await planList(ctx, {})).items).toMatchObject([{ id: planId, state: 'refused' }])
  expect(await agentView(ctx, 'otto')).toMatchObject({ state: 'off', enabled: false })
  expect(await failure(agentAsk(ctx, 'otto'))).toMatchObject({ message: saying('turned off') })
  expect(await round()).toMatchObject({ planned: 2 })
  await applyAll()
  expect((await standing()).every((row) => (row as { node: string | null }).node !== null)).toBe(true)
  await agentDelete(ctx, 'otto')
  expect(await agentFind(ctx.database.db, 'otto')).toBeNull()
})

test('what an agent cannot be is refused', async () => {
  const refused = (input: Partial<AgentCreate>) => failure(agentCreate(ctx, { name: 'bad', ...input }))
  expect(await refused({ url: 'ftp://there' })).toMatchObject({ code: 'invalid' })
  expect(await refused({ url: 'http://there/with/path' })).toMatchObject({ code: 'invalid' })
  expect(await refused({ rails: { sites: ['nowhere'] } })).toMatchObject({
    code: 'invalid',
    message: saying('nowhere'),
  })
  await agent('act')
  expect(await failure(agent('act'))).toMatchObject({ code: 'conflict' })
})

test('a token of the role agent speaks for its own agent, and changes nothing past the rails', async () => {
  await agent('act')
  await agentCreate(ctx, { name: 'anna' })
  await workload('web')
  const own = { ...ctx, actor: { ...ctx.actor, name: 'otto', role: 'agent' as const } }
  const { turn: asked } = await agentAsk(own, 'otto')
  expect(asked).not.toBeNull()
  expect(await failure(agentAsk(own, 'anna'))).toMatchObject({ code: 'forbidden' })
  expect(await failure(agentHalt(own, {}))).toMatchObject({ code: 'forbidden' })
  expect(
    await failure(workloadCreate(own, { name: 'x', demand: { cpuCores: 1, memoryBytes: 1 } })),
  ).toMatchObject({
    code: 'forbidden',
  })
})

test('an answer that came to nothing because somebody else was faster does not count against the agent', async () => {
  await agent('act', { refusalsMost: 1 })
  await workload('web')
  const { turn: asked } = await agentAsk(ctx, 'otto')
  await workloadBind(ctx, 'web', { node: 'big' })
  const late = await agentAct(ctx, 'otto', { turn: asked?.id ?? ('' as never), node: 'far' })
  expect(late).toMatchObject({ outcome: 'refused', rail: 'turn', reason: saying('does not wait any more') })
  expect(await agentView(ctx, 'otto')).toMatchObject({ fencedAt: null })
})
