/** A policy that was learned in the twin, in charge of the live planner. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { networkWritten } from '@orrery/core/policy/network/network.ts'
import { onnxRead } from '@orrery/core/policy/network/onnx.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { nodeCreate } from '../node/create.ts'
import { policyCreate } from '../policy/create.ts'
import { siteCreate } from '../site/create.ts'
import { workloadCreate } from '../workload/create.ts'
import { workloadDecisions } from '../workload/decisions.ts'
import { planMemoryCreate } from './memory.ts'
import { planNext } from './next.ts'

let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
})
afterAll(() => ctx.close())

const gib = 1024 ** 3
const fixture = join(import.meta.dirname, '../../../core/policy/network/fixtures/placement.onnx')

test('a learned policy that is made active decides, and says by what', async () => {
  const network = networkWritten(onnxRead(new Uint8Array(readFileSync(fixture))))
  await siteCreate(ctx, { name: 'cloud', kind: 'cloud' })
  const gpus = (count: number) => Array.from({ length: count }, () => ({ model: 'A', milli: 1000 }))
  const size = { cpuCores: 96, memoryBytes: 384 * gib }
  await nodeCreate(ctx, { name: 'eight', site: 'cloud', capacity: { ...size, gpus: gpus(8) } })
  await nodeCreate(ctx, { name: 'single', site: 'cloud', capacity: { ...size, cpuCores: 8, gpus: gpus(1) } })
  await policyCreate(ctx, { name: 'taught', algorithm: 'learned', network, active: true })
  await workloadCreate(ctx, {
    name: 'share',
    demand: { cpuCores: 2, memoryBytes: 8 * gib, gpu: { count: 1, milli: 250 } },
  })
  expect(await planNext(ctx, planMemoryCreate(), async () => undefined, 0)).toMatchObject({ planned: 1 })
  const [decision] = (await workloadDecisions(ctx, 'share', {})).items
  expect(decision).toMatchObject({
    policyName: 'taught',
    algorithm: 'learned',
    outcome: 'placed',
    feasible: 2,
    // The eight are kept together for who wants them all.
    chosen: { nodeName: 'single' },
    runnerUp: { nodeName: 'eight' },
  })
  expect(Object.keys(decision?.chosen?.scores ?? {})).toEqual(['learned'])
})
