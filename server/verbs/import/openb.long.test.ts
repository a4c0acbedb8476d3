import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allocationFaults, operationWatch } from '../../../test/setup/import-watch.ts'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { inventoryView } from '../inventory/view.ts'
import { policySeed } from '../policy/seed.ts'
import { workloadList } from '../workload/list.ts'
import { importCreate } from './create.ts'

const shared = join(import.meta.dirname, '../../../../shared/data/openb')
const absent = !existsSync(shared) && 'the published data (../shared/data) is not here'
const read = (name: string) => readFileSync(join(shared, name), 'utf8')

let ctx: TestCtx
const inventory = () => inventoryView({ ...ctx, cursorNow: () => ctx.services.feed.cursor() }, {})
beforeAll(async () => {
  ctx = await testCtx()
  await policySeed(ctx)
})
afterAll(() => ctx.close())

test.skipIf(absent)(
  'the real trace at nine tenths of its GPUs: at every sampled instant what is allocated is the sum of the placed requests',
  { timeout: 300_000 },
  async () => {
    const files = { nodes: read('openb_node_list_gpu_node.csv'), pods: read('openb_pod_list_default.csv') }
    const { operationId, badRows } = await importCreate(ctx, { kind: 'openb', files, load: 0.9, speed: 1e6 })
    expect(badRows).toEqual([])
    expect((await inventory()).totals.nodeCount).toBe(1213)
    let most = 0
    let explained = 0
    const operation = await operationWatch(ctx, operationId, 500, async () => {
      expect(await allocationFaults(ctx.database)).toBe(0)
      const { totals } = await inventory()
      expect(totals.gpuMilliAllocated).toBeLessThanOrEqual(totals.gpuMilli)
      most = Math.max(most, totals.gpuMilliAllocated / totals.gpuMilli)
      for (const { reason } of (await workloadList(ctx, { filter: 'state:pending' })).items) {
        expect(reason).toMatch(/^No node has/)
        explained += 1
      }
    })
    expect(operation.state).toBe('succeeded')
    const output = operation.output as Record<
      'placed' | 'leftUnplaced' | 'pending' | 'arrivals' | 'departures' | 'standing',
      number
    >
    expect(output.standing).toBe(output.arrivals - output.departures)
    expect(most).toBeGreaterThan(0.85)
    expect(most).toBeLessThanOrEqual(0.9)
    expect(output.leftUnplaced + output.pending + explained).toBeGreaterThan(0)
    // What is in memory is what is in the database.
    const { totals } = await inventory()
    const { rows } = await sql<{
      gpu: number
      cpu: number
    }>`select sum(gpu_count * gpu_milli)::float8 as gpu, sum(cpu_cores::numeric)::float8 as cpu
      from workload where node_id is not null`.execute(ctx.database.db)
    expect(totals.gpuMilliAllocated).toBe(rows[0]?.gpu)
    expect(totals.cpuCoresAllocated).toBeCloseTo(rows[0]?.cpu ?? 0, 6)
  },
)
