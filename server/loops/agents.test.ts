import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
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
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const { HOST_IDS: ids } = JSON.parse(text) as { HOST_IDS: number[] }
      void agentFind(ctx.database.db, 'first')
        .then((row) => (row === null ? null : agentDelete(ctx, 'first')))
        .then(() => response.end(JSON.stringify({ HOST_ID: ids[0] })))
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
