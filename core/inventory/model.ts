/**
 * The planner's inventory: nodes as parallel columns, so that ten thousand of them are looked through in well under a
 * millisecond and copied with one call per column. It is changed in place by the functions of core/inventory/node.ts
 * and core/inventory/reserve.ts; a node keeps its index for as long as the inventory lives.
 *
 * Cores are kept as whole micro-cores and everything else in its own integers, so that sums are exact: reserving and
 * releasing in any order ends where it began. Demands are rounded up to the grid, capacities down.
 */
import type { NodeId, SiteId, WorkloadId } from '@orrery/api/id.ts'
import type { Allocated, Capacity, Demand } from '@orrery/api/quantity.ts'
import type { Site } from '@orrery/api/site.ts'
import type { Constraints, Workload } from '@orrery/api/workload.ts'
import type { Target } from './target.ts'

export type PlannerSite = {
  id: SiteId
  name: string
  kind: Site['kind']
  /** null: without limit. Devices are never overcommitted. */
  overcommitRatio: number | null
  allowedRiskLevels: readonly number[]
  renewableShare: number
  carbonGramsPerKwh: number
  /** `to` is a site's name. */
  links: readonly { to: string; latencyMs: number; bandwidthMbps?: number }[]
}

export type PlannerNode = {
  id: NodeId
  name: string
  siteId: SiteId
  /** in state `ready`, its provider healthy */
  ready: boolean
  capacity: Capacity
  allocated: Allocated
  capabilities: readonly string[]
  labels: Readonly<Record<string, string>>
  workloadCount: number
}

export type PlannerWorkload = {
  id: WorkloadId
  name: string
  kind: Workload['kind']
  demand: Demand
  constraints: Constraints
  priority: number
}

/** One entry per node. Cores are micro-cores, memory and disk bytes; a limit is the capacity times the overcommit ratio. */
export type NodeColumns = {
  present: Uint8Array
  ready: Uint8Array
  site: Int32Array
  cpuCapacity: Float64Array
  cpuLimit: Float64Array
  cpuAllocated: Float64Array
  memoryCapacity: Float64Array
  memoryLimit: Float64Array
  memoryAllocated: Float64Array
  diskCapacity: Float64Array
  diskLimit: Float64Array
  diskAllocated: Float64Array
  workloadCount: Int32Array
  /** Those of `workloadCount` that are known to hold GPUs: the sum over the inventory's `gpuKinds`. */
  gpuWorkloadCount: Int32Array
  /** This node's devices are `gpuStart` to `gpuStart + gpuCount - 1` of the device columns; it may grow to `gpuSlots`. */
  gpuStart: Int32Array
  gpuCount: Int32Array
  gpuSlots: Int32Array
  gpuMilliCapacity: Float64Array
  gpuMilliFree: Float64Array
}

/** One entry per GPU. `model` indexes the inventory's `gpuModels`. */
export type DeviceColumns = { milliCapacity: Int32Array; milliFree: Int32Array; model: Int32Array }

/** The largest node's quantities: what the benchmark's scores divide by. */
export type Largest = { cpu: number; memory: number; gpuMilli: number }

export type PlannerInventory = {
  sites: PlannerSite[]
  siteIndexes: Map<string, number>
  /** Nodes ever added, removed ones included. */
  count: number
  nodes: NodeColumns
  devices: DeviceColumns
  deviceCount: number
  ids: NodeId[]
  names: string[]
  capabilities: ReadonlySet<string>[]
  labels: Readonly<Record<string, string>>[]
  indexes: Map<string, number>
  gpuModels: string[]
  /** anti-affinity group -> node index -> workloads of the group there */
  groups: Map<string, Map<number, number>>
  /** kind of GPU workload (core/inventory/kind.ts) -> node index -> workloads of the kind there */
  gpuKinds: Map<number, Map<number, number>>
  /** What fragmentation is measured against; null: each workload against itself. */
  target: Target | null
  largest: Largest
  /** Answers of core/inventory/latency.ts by the index of the site they are from; emptied when a site changes. */
  latencies: Map<number, Float64Array>
}

export type Placement = {
  workloadId: WorkloadId
  nodeId: NodeId
  antiAffinity?: string | undefined
  gpu?: Demand['gpu']
}
