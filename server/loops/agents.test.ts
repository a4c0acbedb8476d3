import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { testCtx } from '../../test/setup/server.ts'
import { agentFind } from '../db/agent.ts'
import { agentCreate } from '../verbs/agent/create.ts'
import { agentDelete } from '../verbs/agent/delete.ts'
import { agentTurns } from '../verbs/agent/list.ts'
import { nodeCreate } from '../verbs/node/create.ts'
import { siteCreate } from '../verbs/site/create.ts'
import { workloadCreate } from '../verbs/workload/create.ts'
import { agentsLoop } from './agents.ts'

test('an agent that is deleted while it is asked does not keep the others from being asked', async () => {
  const ctx = await testCtx()
  let deleted: Promise<null> | null = null
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const { HOST_IDS: ids } = JSON.parse(text) as { HOST_IDS: number[] }
      deleted ??= agentDelete(ctx, 'first')
      void deleted.then(() => response.end(JSON.stringify({ HOST_ID: ids[0] })))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    await siteCreate(ctx, { name: 'edge', kind: 'edge' })
    await nodeCreate(ctx, { name: 'node', site: 'edge', capacity: { cpuCores: 4, memoryBytes: 1024 } })
    await workloadCreate(ctx, { name: 'web', demand: { cpuCores: 1, memoryBytes: 1 } })
    for (const name of ['first', 'second'])
      await agentCreate(ctx, { name, mode: 'shadow', url: `http://127.0.0.1:${port}` })
    await agentsLoop().run({ ctx, signal: AbortSignal.timeout(20_000), fence: 0n, lease: 'loop:agents' })
    expect(await agentFind(ctx.database.db, 'first')).toBeNull()
    expect((await agentTurns(ctx, 'second', {})).items).toMatchObject([{ outcome: 'recorded' }])
  } finally {
    server.closeAllConnections()
    server.close()
    await ctx.close()
  }
})

test('a slow agent keeps no other waiting, none is asked twice at once, and no two decide for the same workload', async () => {
  const ctx = await testCtx()
  const fastHasAnswered = Promise.withResolvers<void>()
  let now = 0
  let most = 0
  const serve = async (name: string) => {
    const server = createServer((request, response) => {
      let text = ''
      most = Math.max(most, name === 'slow' ? (now += 1) : 0)
      request.on('data', (chunk: Buffer) => (text += chunk.toString()))
      request.on('end', () => {
        const { HOST_IDS: ids } = JSON.parse(text) as { HOST_IDS: number[] }
        if (name === 'fast') fastHasAnswered.resolve()
        // Asked one after the other, the slow one would never answer in time.
        void fastHasAnswered.promise.then(() => {
          if (name === 'slow') now -= 1
          response.end(JSON.stringify({ HOST_ID: ids[0] }))
        })
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const { port } = server.address() as AddressInfo
    await agentCreate(ctx, { name, mode: 'act', url: `http://127.0.0.1:${port}` })
  }
  try {
    await siteCreate(ctx, { name: 'edge', kind: 'edge' })
    await nodeCreate(ctx, { name: 'node', site: 'edge', capacity: { cpuCores: 4, memoryBytes: 1024 } })
    for (const name of ['a', 'b'])
      await workloadCreate(ctx, { name, demand: { cpuCores: 1, memoryBytes: 1 } })
    for (const name of ['slow', 'fast']) await serve(name)
    await agentsLoop().run({ ctx, signal: AbortSignal.timeout(20_000), fence: 0n, lease: 'loop:agents' })
    const turns = async (name: string) => (await agentTurns(ctx, name, {})).items
    const all = [...(await turns('slow')), ...(await turns('fast'))]
    expect(all.map(({ outcome }) => outcome)).toEqual(['acted', 'acted'])
    expect(all.map(({ workloadName }) => workloadName).toSorted()).toEqual(['a', 'b'])
    expect(most).toBe(1)
  } finally {
    await ctx.close()
  }
})
