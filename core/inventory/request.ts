/** One workload's demand and constraints, turned once into what the scan over the nodes compares with. */
import type { Demand } from '@orrery/api/quantity.ts'
import type { PlannerInventory, PlannerWorkload } from './model.ts'
import { demandCpu } from './reserve.ts'
import { coreSite, latenciesKnown } from './latency.ts'

export type Request = {
  workload: PlannerWorkload
  /** micro-cores */
  cpu: number
  memory: number
  disk: number
  gpuCount: number
  /** of each device */
  gpuMilli: number
  /** of all devices together */
  gpuTotal: number
  /** 1 for each accepted index of the inventory's models; null accepts every model */
  gpuModels: Uint8Array | null
  /** null: any node */
  nodeIndexes: ReadonlySet<number> | null
  /** null: any site */
  siteIndexes: ReadonlySet<number> | null
  nodeLabels: readonly (readonly [string, string])[]
  /** nodes that hold a workload of the same anti-affinity group */
  avoid: ReadonlyMap<number, number> | null
  /** by site index, from `latencyFrom` or else the core cloud site; null when neither is known */
  latencies: Float64Array | null
  latencyFrom: string | null
  /** one number in [0, 1), for policies that draw */
  draw: () => number
}

export function requestCreate(
  inventory: PlannerInventory,
  workload: PlannerWorkload,
  draw: () => number,
): Request {
  const { demand, constraints } = workload
  const { gpu } = demand
  const known = (indexes: Map<string, number>, ids: readonly string[] | undefined) =>
    ids === undefined ? null : new Set(ids.map((id) => indexes.get(id) ?? -1))
  const from = originOf(inventory, constraints.latencyFrom)
  return {
    workload,
    cpu: demandCpu(demand),
    memory: demand.memoryBytes,
    disk: demand.diskBytes,
    gpuCount: gpu.count,
    gpuMilli: gpu.milli,
    gpuTotal: gpu.count * gpu.milli,
    gpuModels: acceptedModels(inventory, demand),
    nodeIndexes: known(inventory.indexes, constraints.nodeIds),
    siteIndexes: known(inventory.siteIndexes, constraints.siteIds),
    nodeLabels: Object.entries(constraints.nodeLabels ?? {}),
    avoid:
      constraints.antiAffinity === undefined
        ? null
        : (inventory.groups.get(constraints.antiAffinity) ?? new Map<number, number>()),
    latencies: from === null ? null : latenciesKnown(inventory, from),
    latencyFrom: from === null ? null : (inventory.sites[from]?.name ?? null),
    draw,
  }
}

/** 1 for each index of the inventory's models that the demand accepts; null: every model, known or not. */
export function acceptedModels(
  { gpuModels }: PlannerInventory,
  { gpu: { models } }: Pick<Demand, 'gpu'>,
): Uint8Array | null {
  return models.length === 0 ? null : Uint8Array.from(gpuModels, (model) => (models.includes(model) ? 1 : 0))
}

function originOf(inventory: PlannerInventory, siteId: string | undefined): number | null {
  return siteId === undefined ? coreSite(inventory.sites) : (inventory.siteIndexes.get(siteId) ?? null)
}
