import { sql } from 'kysely'
import type { Inventory, InventorySite } from '@orrery/api/inventory.ts'
import type { WorkloadState } from '@orrery/api/workload.ts'
import { cursorFormat } from '../../db/event.ts'
import { type NodeRow, nodeBase } from '../../db/node.ts'
import { rowsAt } from '../../db/at.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { atCheck, instantText } from '../instant.ts'
import { type Draft, type DraftSite, draftFinish, nodeAdd } from './draft.ts'

/** The whole continuum in one answer: now from memory, at an instant from history. */
export async function inventoryView(
  ctx: Ctx & { cursorNow(): { xid: string; id: number } },
  query: { at?: string },
): Promise<Inventory> {
  requireRole(ctx, 'viewer')
  const at = atCheck(query.at, Date.now())
  return at === undefined ? inventoryNow(ctx) : inventoryAt(ctx, at)
}

function inventoryNow(ctx: Ctx & { cursorNow(): { xid: string; id: number } }): Inventory {
  const cursor = cursorFormat(ctx.cursorNow())
  const draft = draftStart([...ctx.mirror.sites.values()].toSorted(byName))
  for (const workload of ctx.mirror.workloads.values()) draft.workloads[workload.state] += 1
  for (const node of ctx.mirror.nodes.values()) {
    const usage = ctx.usages.get(node.id)?.values
    nodeAdd(draft, {
      ...node,
      gpuTotal: sum(node.gpuMilli),
      gpuUsed: sum(node.gpuAllocated),
      cpuUsed: usage?.[0] ?? null,
      memoryUsed: usage?.[1] ?? null,
      power: usage?.[6] ?? null,
    })
  }
  return draftFinish(draft, { at: instantText(BigInt(Date.now()) * 1000n), live: true, cursor })
}

async function inventoryAt(ctx: Ctx, at: string): Promise<Inventory> {
  const { db } = ctx.database
  const { rows: sites } =
    await sql<DraftSite>`select id, name, kind, carbon_grams_per_kwh as "carbonGramsPerKwh", renewable_share as "renewableShare",
    links from ${rowsAt('site', at)} s order by name`.execute(db)
  const { rows: states } = await sql<{
    state: WorkloadState
    count: number
  }>`select state, count(*)::int as count
    from ${rowsAt('workload', at)} w group by state`.execute(db)
  const { rows: nodes } = await sql<NodeRow>`select * from (${nodeBase(at)}) t order by t.id`.execute(db)
  const draft = draftStart(sites)
  for (const { state, count } of states) draft.workloads[state] = count
  for (const node of nodes) {
    const gpu = node.gpu_allocated
    nodeAdd(draft, {
      id: node.id,
      name: node.name,
      kind: node.kind,
      state: node.state,
      siteId: node.site_id,
      cpuCores: node.cpu_cores,
      memoryBytes: node.memory_bytes,
      cpuAllocated: node.cpu_allocated,
      memoryAllocated: node.memory_allocated,
      workloadCount: node.workload_count,
      gpuTotal: sum(node.gpu_milli),
      gpuUsed: gpu === null ? 0 : sum(Object.values(gpu)),
      cpuUsed: node.usage_cpu,
      memoryUsed: node.usage_memory,
      power: node.usage_power,
    })
  }
  return draftFinish(draft, { at, live: false, cursor: '' })
}

/** As the database sorts names: by code points. */
function byName(a: { name: string }, b: { name: string }): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))
}

function draftStart(sites: DraftSite[]): Draft {
  const core = sites.find((site) => site.kind === 'cloud')
  return {
    workloads: { pending: 0, placing: 0, starting: 0, running: 0, stopping: 0, stopped: 0, failed: 0 },
    sites: sites.map((site): InventorySite => ({
      id: site.id,
      name: site.name,
      kind: site.kind,
      latencyMs: core === undefined || site === core ? 0 : latency(core, site),
      carbonGramsPerKwh: site.carbonGramsPerKwh,
      renewableShare: site.renewableShare,
      ...emptyTotals(),
    })),
    siteIndex: new Map(sites.map((site, index) => [site.id, index])),
    nodes: {
      id: [],
      name: [],
      site: [],
      kind: [],
      state: [],
      cpuCores: [],
      cpuCoresAllocated: [],
      cpuCoresUsed: [],
      memoryBytes: [],
      memoryBytesAllocated: [],
      gpuMilli: [],
      gpuMilliAllocated: [],
      workloadCount: [],
    },
  }
}

/** Along a direct link in either direction; null where none is known. */
function latency(core: DraftSite, site: DraftSite): number | null {
  const link =
    core.links.find((each) => each.to === site.name) ?? site.links.find((each) => each.to === core.name)
  return link?.latencyMs ?? null
}

function emptyTotals() {
  return {
    nodeCount: 0,
    cpuCores: 0,
    cpuCoresAllocated: 0,
    cpuCoresUsed: 0,
    memoryBytes: 0,
    memoryBytesAllocated: 0,
    memoryBytesUsed: 0,
    gpuMilli: 0,
    gpuMilliAllocated: 0,
    powerWatts: 0,
    carbonGramsPerHour: 0,
  }
}

function sum(values: number[]): number {
  let total = 0
  for (const value of values) total += value
  return total
}
