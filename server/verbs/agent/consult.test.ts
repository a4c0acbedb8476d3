/** Agents that are ML servers of the original dialect, with a server of the test's own. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { agentFind } from '../../db/agent.ts'
import { nodeCreate } from '../node/create.ts'
import { planMemoryCreate } from '../plan/memory.ts'
import { planNext } from '../plan/next.ts'
import { policySeed } from '../policy/seed.ts'
import { siteCreate } from '../site/create.ts'
import { workloadCreate } from '../workload/create.ts'
import { agentConsult } from './consult.ts'
import { agentCreate } from './create.ts'
import { agentTurns, agentView } from './list.ts'
import { agentsHold } from './scope.ts'

let ctx: TestCtx
const gib = 1024 ** 3

beforeEach(async () => {
  ctx = await testCtx()
  await policySeed(ctx)
  await siteCreate(ctx, { name: 'edge', kind: 'edge' })
  for (const [name, cpuCores] of [
    ['small', 4],
    ['big', 16],
    ['far', 64],
  ] as const)
    await nodeCreate(ctx, { name, site: 'edge', capacity: { cpuCores, memoryBytes: 64 * gib } })
})
afterEach(() => ctx.close())

const workload = (name: string) => workloadCreate(ctx, { name, demand: { cpuCores: 2, memoryBytes: gib } })
const noCheck = async () => undefined
const round = () =>
  planNext(ctx, planMemoryCreate(), noCheck, Date.now(), (rows) => agentsHold(ctx, noCheck, rows))
const failure = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => error,
  )
const saying = (text: string) => expect.stringContaining(text) as string

test('an ML server of the original dialect decides, within its time, and the policy takes what it leaves', async () => {
  const asked: { ID: number; HOST_IDS: number[]; CAPACITY: { CPU: number } }[] = []
  const answers: ((ids: number[]) => string | null)[] = [
    (ids) => JSON.stringify({ ID: 1, HOST_ID: ids.at(-1) }),
    () => '{"HOST_ID": 99999}',
    () => 'no JSON',
    () => null,
  ]
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const question = JSON.parse(text) as (typeof asked)[number]
      const answer = answers[asked.push(question) - 1]?.(question.HOST_IDS) ?? null
      // The last one is never answered.
      if (answer !== null) response.end(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await agentCreate(ctx, {
      name: 'ml',
      mode: 'act',
      url: `http://127.0.0.1:${port}`,
      rails: { refusalsMost: 3 },
    })
    for (const name of ['a', 'b', 'c', 'd', 'e']) await workload(name)
    const row = await agentFind(ctx.database.db, 'ml')
    if (row === null) throw new Error('the agent is gone')
    expect(await round()).toMatchObject({ planned: 0 })
    await failure(agentConsult(ctx, row, AbortSignal.timeout(20_000)))
    expect(asked.map(({ HOST_IDS: ids, CAPACITY: { CPU: cpu } }) => [ids.length, cpu])).toEqual([
      [3, 2],
      [3, 2],
      [3, 2],
      [3, 2],
    ])
    expect(
      (await agentTurns(ctx, 'ml', { sort: 'at' })).items.map(({ outcome, reason }) => [outcome, reason]),
    ).toEqual([
      ['acted', saying('far')],
      ['refused', saying('was not offered')],
      ['refused', saying('no usable answer')],
      ['refused', saying('did not answer within 2000 ms')],
    ])
    expect(await agentView(ctx, 'ml')).toMatchObject({ state: 'fenced' })
    expect(await round()).toMatchObject({ planned: 4 })
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('an ML server is not asked while it has placed all it may, and is not fenced for it', async () => {
  let asked = 0
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      asked += 1
      const { HOST_IDS: ids } = JSON.parse(text) as { HOST_IDS: number[] }
      response.end(JSON.stringify({ HOST_ID: ids.at(-1) ?? 0 }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    await agentCreate(ctx, {
      name: 'ml',
      mode: 'act',
      url: `http://127.0.0.1:${port}`,
      rails: { placesPerMinute: 1, refusalsMost: 2 },
    })
    for (const name of ['a', 'b', 'c', 'd']) await workload(name)
    const row = await agentFind(ctx.database.db, 'ml')
    if (row === null) throw new Error('the agent is gone')
    await failure(agentConsult(ctx, row, AbortSignal.timeout(20_000)))
    expect(asked).toBe(1)
    expect((await agentTurns(ctx, 'ml', { sort: 'at' })).items.map(({ outcome }) => outcome)).toEqual([
      'acted',
      'waited',
      'waited',
      'waited',
    ])
    expect((await agentView(ctx, 'ml')).fencedAt).toBeNull()
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
