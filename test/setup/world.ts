/** An emulated provider with a wall clock that the test moves, and the loops run by hand. */
import { providerCreate } from '@orrery/server/verbs/provider/create.ts'
import { configOpener } from '@orrery/server/verbs/provider/secrets.ts'
import { workloadCreateMany } from '@orrery/server/verbs/workload/create.ts'
import { workloadBind } from '@orrery/server/verbs/workload/bind.ts'
import { type TestCtx, testCtx } from './server.ts'
import { connectionsOpen } from '@orrery/server/providers/connections.ts'
import { providerKinds } from '@orrery/server/providers/registry.ts'
import type { Connections, Provider } from '@orrery/server/providers/provider.ts'
import { executeLoop } from '@orrery/server/loops/execute/execute.ts'
import { healthLoop } from '@orrery/server/loops/health.ts'
import { leaseTake } from '@orrery/server/loops/lease.ts'
import type { Loop } from '@orrery/server/loops/loop.ts'
import { observeLoop } from '@orrery/server/loops/observe/observe.ts'

const gib = 1024 ** 3
const flat = (value: number) => Array.from({ length: 24 }, () => value)

export const demand = { cpuCores: 2, memoryBytes: 4 * gib }

/** The open providers of a test's server. */
export function testConnections(ctx: TestCtx, nowMs: () => number = Date.now): Connections {
  return connectionsOpen(providerKinds, { database: ctx.database, nowMs }, configOpener(ctx.sealer))
}

export type TestWorld = Awaited<ReturnType<typeof worldOpen>>

export async function worldOpen(changes: Record<string, unknown> = {}, count = 3) {
  const ctx: TestCtx = await testCtx()
  let wallMs = 0
  const connections = testConnections(ctx, () => wallMs)
  const host = {
    name: 'host',
    count,
    kind: 'host',
    capacity: { cpuCores: 8, memoryBytes: 32 * gib, diskBytes: 0, gpus: [] },
  }
  const provider = await providerCreate(ctx, {
    name: 'world',
    kind: 'emulator',
    config: {
      seed: 7,
      speed: 1,
      sampleSeconds: 10,
      start: { meanSeconds: 20, deviationSeconds: 0, failedShare: 0 },
      sites: [
        {
          name: 'here',
          kind: 'edge',
          carbonGramsPerKwh: flat(100),
          renewableShare: flat(0.5),
          nodes: [host],
        },
      ],
      ...changes,
    },
  })
  const loops = {
    observe: observeLoop({ connections }),
    execute: executeLoop({ connections }),
    health: healthLoop({ missedMs: 500 }),
  }

  async function run(loop: Loop, signal: AbortSignal = AbortSignal.timeout(30_000)): Promise<void> {
    const lease = await leaseTake(ctx.database.db, `loop:${loop.name}`, ctx.instanceId, 60_000)
    if (lease === null) throw new Error(`the lease of ${loop.name} is not free`)
    await loop.run({ ctx, signal, fence: lease.fence, lease: lease.name })
  }

  return {
    ctx,
    provider,
    connections,
    loops,
    run,
    async observe(seconds?: number) {
      if (seconds !== undefined) wallMs = seconds * 1000
      await run(loops.observe)
    },
    execute: () => run(loops.execute),
    health: () => run(loops.health),
    async emulator(): Promise<Provider> {
      const row = await ctx.database.db
        .selectFrom('provider')
        .selectAll()
        .where('id', '=', provider.id)
        .executeTakeFirstOrThrow()
      return connections.of(row)
    },
    /** Makes the pauses after failed starts outlast the test's next step, however slow it is. */
    async pause(): Promise<void> {
      await ctx.database.pool.query("update workload_attempt set not_before = not_before + interval '1 hour'")
    },
    /** Workloads bound to a node, waiting to be started. */
    async bound(node: string, ...names: string[]): Promise<string[]> {
      const ids = await workloadCreateMany(
        ctx,
        names.map((name) => ({ input: { name, demand, autoPlace: false } })),
      )
      await Promise.all(ids.map((id) => workloadBind(ctx, id, { node })))
      return ids
    },
    state: (id: string) => {
      const row = ctx.mirror.workloads.get(id)
      return row === undefined ? 'gone' : row.state
    },
    async machines() {
      const provider = await this.emulator()
      return (await provider.observe(AbortSignal.timeout(10_000))).workloads
    },
    async verbs(id: string): Promise<string[]> {
      const rows = await ctx.database.db
        .selectFrom('event')
        .select('verb')
        .where('subject_id', '=', id)
        .orderBy('id')
        .execute()
      return rows.map((row) => row.verb)
    },
    async row(id: string) {
      return ctx.database.db.selectFrom('workload').selectAll().where('id', '=', id).executeTakeFirst()
    },
    async close() {
      await connections.close()
      await ctx.close()
    },
  }
}
