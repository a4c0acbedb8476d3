/**
 * The arrivals loop: workloads of the synthetic mix come to the demonstration and leave it, by the emulated clock. What
 * leaves is read from labels, and how far arrivals have come from the database: a restart goes on.
 */
import { sql } from 'kysely'
import type { Constraints, WorkloadCreate } from '@orrery/api/workload.ts'
import { emulatorConfigParse, startSeconds } from '@orrery/core/emulator/config.ts'
import type { MirrorWorkload } from '../db/mirror/rows.ts'
import { type ProviderRow, providerFind } from '../db/provider.ts'
import { fenced } from '../loops/fenced.ts'
import type { Loop, LoopWork } from '../loops/loop.ts'
import type { Ctx } from '../verbs/context.ts'
import { workloadCreateMany } from '../verbs/workload/create.ts'
import { workloadDelete } from '../verbs/workload/delete.ts'
import { type DemoTask, demoTasks } from './schedule.ts'
import { demoProviderName } from './seed.ts'

/** However long the server was away, however little room there is: never more of them at once. */
export const populationMax = 300
const departuresMax = 100

const mixLabel = 'demo'
const departsLabel = 'demo/departs'

export function arrivalsLoop(everyMs = 1500): Loop {
  return {
    name: 'arrivals',
    everyMs,
    timeoutMs: 30_000,
    leased: true,
    async run(work) {
      const provider = await providerFind(work.ctx.database.db, demoProviderName)
      if (provider === null || !provider.enabled || provider.kind !== 'emulator') return
      const clock = await clockRead(work.ctx, provider)
      // The world begins when its provider is first observed, and has nowhere to put anything before that.
      if (clock === null || provider.node_count === 0) return
      await depart(work, clock.nowSeconds)
      await arrive(work, provider, clock)
    },
  }
}

type Clock = { nowSeconds: number; untilSeconds: number | null }

async function clockRead(ctx: Ctx, provider: ProviderRow): Promise<Clock | null> {
  const { rows } = await sql<Clock>`
    select w.emulated_seconds + extract(epoch from clock_timestamp() - w.anchored_at)::float8 * w.speed as "nowSeconds",
      a.until_seconds as "untilSeconds"
    from emulator_world w left join demo_arrivals a on a.provider_id = w.provider_id
    where w.provider_id = ${provider.id}::uuid`.execute(ctx.database.db)
  return rows[0] ?? null
}

function ours(ctx: Ctx): MirrorWorkload[] {
  return [...ctx.mirror.workloads.values()].filter(
    (workload) => workload.labels[mixLabel] === 'mix' && workload.desired !== 'absent',
  )
}

async function depart({ ctx, signal }: LoopWork, nowSeconds: number): Promise<void> {
  const due = ours(ctx).filter((workload) => Number(workload.labels[departsLabel]) <= nowSeconds)
  for (const workload of due.slice(0, departuresMax)) {
    if (signal.aborted) return
    await workloadDelete(ctx, workload.id, { reason: 'its time in the demonstration is over' })
  }
}

async function arrive(work: LoopWork, provider: ProviderRow, clock: Clock): Promise<void> {
  const { ctx } = work
  const config = emulatorConfigParse(provider.config)
  const world = { seed: config.seed, beginSeconds: startSeconds(config) }
  const due = demoTasks(world, clock.untilSeconds, clock.nowSeconds)
  // A server that stopped between the two steps below has made some of them already.
  const names = new Set([...ctx.mirror.workloads.values()].map((workload) => workload.name))
  const fresh = due.filter((task) => !names.has(task.name))
  const room = Math.max(0, populationMax - ours(ctx).length)
  const sites = new Map([...ctx.mirror.sites.values()].map((site) => [site.name, site.id]))
  const inputs = fresh.slice(0, room).flatMap((task) => {
    const siteId = sites.get(task.site)
    return siteId === undefined ? [] : [{ input: inputOf(task, siteId) }]
  })
  if (inputs.length > 0) await workloadCreateMany(ctx, inputs)
  if (fresh.length > room) ctx.log.debug({ leftOut: fresh.length - room }, 'the demonstration is full')
  await fenced(work, async (tx) => {
    await sql`insert into demo_arrivals (provider_id, until_seconds) values (${provider.id}::uuid, ${clock.nowSeconds})
      on conflict (provider_id) do update set until_seconds = excluded.until_seconds`.execute(tx)
  })
}

function inputOf({ name, task, departsSeconds }: DemoTask, siteId: string): WorkloadCreate {
  return {
    name,
    kind: task.kind,
    demand: {
      cpuCores: task.demand.cpuCores,
      memoryBytes: task.demand.memoryBytes,
      diskBytes: task.demand.diskBytes,
      ...(task.demand.gpu.count === 0 ? {} : { gpu: task.demand.gpu }),
    },
    constraints: constraintsOf(task.place, siteId as NonNullable<Constraints['latencyFrom']>), // an id of the mirror's
    labels: { [mixLabel]: 'mix', [departsLabel]: String(Math.round(departsSeconds)), size: task.size },
    priority: task.size === 'database' || task.size === 'gateway' ? 10 : 0,
  }
}

/** What runs at an edge may run at a neighbour that is near enough; the rest stays where it belongs. */
function constraintsOf(
  place: DemoTask['task']['place'],
  siteId: NonNullable<Constraints['latencyFrom']>,
): Constraints {
  switch (place) {
    case 'cloud':
      return { siteIds: [siteId], riskLevel: 1 }
    case 'edge':
      return { latencyFrom: siteId, latencyMsMax: 10, capabilities: ['container'], riskLevel: 1 }
    case 'lab':
      return { siteIds: [siteId], riskLevel: 2 }
    case 'home':
      return { siteIds: [siteId], capabilities: ['wasm'], riskLevel: 0 }
  }
}
