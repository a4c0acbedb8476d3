import { OrreryError } from '@orrery/api/errors.ts'
import type { Run, RunCreate } from '@orrery/api/run.ts'
import type { RunScenario } from '@orrery/api/run-source.ts'
import { scenarioOpen, scenarioRead, policyNamed } from '@orrery/core/twin/scenario/read.ts'
import { scenarioSimulation } from '@orrery/core/twin/scenario/run.ts'
import { simulationAdvance } from '@orrery/core/twin/simulation/advance.ts'
import { figuresOf } from '@orrery/core/twin/simulation/compare.ts'
import { type SimulationResult, simulationResult } from '@orrery/core/twin/simulation/result.ts'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { runListSpec } from '../../db/run.ts'
import { eventList } from '../event/list.ts'
import { operationCancel } from '../operation/cancel.ts'
import { operationView } from '../operation/view.ts'
import { policyCreate } from '../policy/create.ts'
import { runCreate } from './create.ts'
import { runDelete } from './delete.ts'
import { runList } from './list.ts'
import { runPlan } from './plan.ts'
import { runResult, runView } from './view.ts'
import { runWhy } from './why.ts'

let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
})
afterAll(() => ctx.close())

const text = `name: a small evening
seed: 7
horizon: 2h
policies: [best-fit, { name: mine, algorithm: weighted, weights: { spread: 1 } }]
nodes:
  - { name: node, count: 3, cpuCores: 4, memory: 8 GiB, watts: { idle: 50, peak: 100 } }
arrivals:
  - { task: large, cpuCores: 4, memory: 8 GiB }
  - { poisson: job, perHour: 30, mix: [{ runs: 20m, cpuCores: 1, memory: 1 GiB }] }
events:
  - { at: 30m, fail: node-2 }
  - { at: 1h, arrive: late, count: 4, cpuCores: 4, memory: 1 GiB }
`

async function ended(run: Run): Promise<Run> {
  await ctx.operations.idle()
  return runView(ctx, run.id)
}
const ask = (scenario: Partial<RunScenario>, more: Partial<RunCreate> = {}) =>
  runCreate(ctx, { source: { kind: 'scenario', text, ...scenario }, ...more })
const refused = (scenario: Partial<RunScenario>, more: Partial<RunCreate> = {}) =>
  ask(scenario, more).catch((error: unknown) => error)
async function runCount(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int4 as count from run`.execute(
    ctx.database.db,
  )
  return rows[0]?.count ?? -1
}

/** The same in this process, in one go. */
function inProcess(given: string, policy: string, seed: number): SimulationResult {
  const scenario = scenarioRead(scenarioOpen({ name: 'scenario.yaml', text: given }))
  const simulation = scenarioSimulation(scenario, policyNamed(scenario, policy).policy, seed)
  simulationAdvance(simulation, scenario.horizonSeconds)
  return simulationResult(simulation)
}

test('a scenario runs under its own policies and seed, and comes to what it comes to in process', async () => {
  const asked = await ask({}, { name: 'evening' })
  expect(asked).toMatchObject({ state: 'queued', policies: ['best-fit', 'mine'], seeds: [7] })
  const run = await ended(asked)
  expect(run).toMatchObject({
    state: 'succeeded',
    error: null,
    source: { kind: 'scenario', name: 'a small evening' },
    scenario: { text },
    forkedAt: null,
    nodeCount: 3,
    workloadCount: null,
    horizonSeconds: 7200,
    unplaced: 'wait',
  })
  expect(run.results.map(({ policy, seed }) => [policy, seed])).toEqual([
    ['best-fit', 7],
    ['mine', 7],
  ])
  for (const policy of run.policies) {
    const result = await runResult(ctx, run.id, { policy })
    const expected = inProcess(text, policy, 7)
    expect(result).toMatchObject({
      figures: figuresOf(expected),
      allocated: expected.allocated,
      changes: [],
      changeCount: 0,
      waitingCount: expected.waiting,
    })
    expect(result.curve).toEqual(JSON.parse(JSON.stringify(expected.curve)))
    expect(result.nodes.map(({ id, name }) => [id, name])).toEqual([
      [null, 'node-1'],
      [null, 'node-2'],
      [null, 'node-3'],
    ])
    expect(result.frames.frames.length).toBe(result.frames.seconds.length)
  }
  expect(run.measures.find(({ name }) => name === 'restarts')?.values).toHaveLength(2)
})

test('policies of the server, of the scenario and of the registry stand side by side under many seeds', async () => {
  await policyCreate(ctx, { name: 'green', algorithm: 'best-fit*0.7+carbon*0.3' })
  // One that the scenario names too: its own is meant.
  await policyCreate(ctx, { name: 'mine', algorithm: 'first-fit' })
  const run = await ended(await ask({}, { policies: ['green', 'mine', 'worst-fit'], seeds: [1, 2] }))
  expect(run.results.map(({ policy, seed }) => [policy, seed])).toEqual(
    [1, 2].flatMap((seed) => ['green', 'mine', 'worst-fit'].map((policy) => [policy, seed])),
  )
  expect(run.results.find(({ policy, seed }) => policy === 'mine' && seed === 2)?.figures).toEqual(
    figuresOf(inProcess(text, 'mine', 2)),
  )
  expect(await refused({}, { policies: ['best-fti'] })).toMatchObject({
    code: 'invalid',
    pointer: '/policies/0',
  })
})

const endsOf = async (id: string) =>
  (await eventList(ctx, { filter: `verb:operation.end subject:${id}` })).items.map(({ verb }) => verb)

test('the text is where the run is viewed, and nowhere else', async () => {
  const run = await ended(await ask({}, { name: 'told' }))
  const { items } = await runList(ctx, {})
  const rows = await sql`select * from (${runListSpec().base}) t`.execute(ctx.database.db)
  const operation = await operationView(ctx, run.operationId)
  const inputs = await sql`select input from operation`.execute(ctx.database.db)
  // Anybody's open transaction in the cluster holds events back.
  await expect.poll(() => endsOf(run.operationId)).toEqual(['operation.end'])
  const events = await eventList(ctx, { limit: 1000 })
  for (const each of [items, rows.rows, operation, inputs.rows, events])
    expect(JSON.stringify(each)).not.toContain('perHour')
  expect((await runView(ctx, 'told')).scenario).toEqual({ text })
  const live = await runCreate(ctx, { policies: ['random'], horizonSeconds: 60 })
  expect(live.scenario).toBeNull()
})

test.each<[string, Partial<RunScenario>, string]>([
  ['what is not YAML', { text: 'name: [' }, 'scenario.yaml:1: this is not YAML'],
  ['an unknown key', { text: `${text}arivals: []\n` }, 'scenario.yaml:13: there is no key arivals here'],
  [
    'a task that no node could hold',
    { text: text.replace('large, cpuCores: 4', 'large, cpuCores: 5') },
    'scenario.yaml:8: no node is that large',
  ],
  [
    'what refers to itself',
    { text: `${text}usage: &a { b: *a }\n` },
    'scenario.yaml:13: this refers to what it is part of',
  ],
  [
    'a sweep',
    { text: `${text}sweep: { startUp: [0s, 30s] }\n` },
    'scenario.yaml:13: a run has one value of each; leave `sweep` out, or run it with `orrery twin run`',
  ],
  [
    'a file that was not sent',
    { text: `${text}usage: { measured: { series: /etc/passwd, cpuCores: 4 } }\n` },
    'scenario.yaml:13: the server opens no file that a scenario names; send the text of /etc/passwd under',
  ],
  [
    'a trace that was not sent',
    { text: text.replace('arrivals:', 'arrivals:\n  - { trace: pods.csv, format: openb }') },
    'scenario.yaml:8: the server opens no file that a scenario names; send the text of pods.csv',
  ],
  ['a file that nothing reads', { files: { 'a.csv': 'a' } }, 'the file a.csv was sent, and nothing'],
  [
    'more nodes than a server simulates',
    { text: text.replace('count: 3', 'count: 20001') },
    'scenario.yaml:5: more than 20000 nodes',
  ],
  [
    'more tasks than a server simulates',
    { text: text.replace('perHour: 30', 'perHour: 200000') },
    'scenario.yaml:7: more than 200000 tasks',
  ],
])('%s is refused with its place, and nothing is stored', async (_, scenario, message) => {
  const before = await runCount()
  expect(await refused(scenario)).toMatchObject({
    code: 'invalid',
    pointer: '/source/text',
    message: expect.stringContaining(message) as string,
  })
  expect(await runCount()).toBe(before)
})

test('what a scenario says for itself is not asked for beside it', async () => {
  const given = { horizonSeconds: 60, unplaced: 'reject', anew: true, optimise: { aim: 'balance' } } as const
  for (const [key, value] of Object.entries(given))
    expect(await refused({}, { [key]: value })).toMatchObject({ code: 'invalid', pointer: `/${key}` })
  expect(await runCreate(ctx, {}).catch((error: unknown) => error)).toMatchObject({
    code: 'invalid',
    pointer: '/policies',
  })
})

test('a trace that was sent with it is run', async () => {
  const trace =
    'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n'
  const rows = ['a', 'b'].map((name, at) => `${name},1000,1024,0,0,,LS,Running,${60 * at},${600 + at},0\n`)
  const traced = text.replace(/arrivals:[^]*/, 'arrivals:\n  - { trace: pods.csv, format: openb }\n')
  const run = await ended(await ask({ text: traced, files: { 'pods.csv': trace + rows.join('') } }))
  expect(run).toMatchObject({
    state: 'succeeded',
    workloadCount: 2,
    results: [{ figures: { placed: 2 } }, {}],
  })
  const wrong = await refused({
    text: traced,
    files: { 'pods.csv': `${trace}c,x,1,0,0,,LS,Running,0,1,0\n` },
  })
  expect(wrong).toMatchObject({ message: expect.stringContaining('pods.csv:2: ') as string })
})

test('its end is no plan, and why a task is where it is is told by running it again', async () => {
  const run = await ended(await ask({}, { name: 'asked' }))
  expect(await runPlan(ctx, run.id, {}).catch((error: unknown) => error)).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('of a scenario') as string,
  })
  const large = await runWhy(ctx, run.id, { workload: 'large', policy: 'mine' })
  expect(large).toMatchObject({
    workloadId: null,
    workloadName: 'large',
    outcome: 'placed',
    policyName: 'mine',
    algorithm: 'weighted',
    atSeconds: 0,
    considered: 3,
    chosen: { nodeId: null, nodeName: 'node-1' },
  })
  const late = await runWhy(ctx, run.id, { workload: 'late-4' })
  expect(late).toMatchObject({ outcome: 'pending', chosen: null, feasible: 0 })
  const nobody = await runWhy(ctx, run.id, { workload: 'nobody' }).catch((error: unknown) => error)
  expect(nobody).toMatchObject({ code: 'not_found', message: expect.stringContaining("'nobody'") as string })
})

test('one that is cancelled ends at once, keeps nothing half, and can be deleted', async () => {
  const long = await ask(
    { text: text.replace('perHour: 30', 'perHour: 20000') },
    { name: 'long', policies: ['fgd', 'fill'], seeds: Array.from({ length: 100 }, (_, seed) => seed) },
  )
  await operationCancel(ctx, long.operationId)
  expect((await ended(long)).state).toBe('cancelled')
  await runDelete(ctx, 'long')
  expect(await runView(ctx, 'long').catch((error: unknown) => error)).toBeInstanceOf(OrreryError)
})

test('a scenario is checked while a long run has every thread', async () => {
  const long = await ask(
    { text: text.replace('perHour: 30', 'perHour: 20000') },
    { policies: ['fgd', 'fill'], seeds: Array.from({ length: 100 }, (_, seed) => seed) },
  )
  expect(await refused({ text: 'name: [' })).toMatchObject({ code: 'invalid' })
  const next = await ask({})
  expect(next.state).toBe('queued')
  await operationCancel(ctx, long.operationId)
  expect((await ended(next)).state).toBe('succeeded')
})
