/**
 * Fragmentation of a node: the idle thousandths of its GPUs that the target workload could not use, in expectation
 * (Weng et al., "Beware of Fragmentation", USENIX ATC 2023). Everything counts that is not both fitting and on a
 * device with enough left; for work without GPUs that is all of it, whether the cores are enough or not.
 *
 * Differences of these amounts are truncated to whole points, so that a sum taken in another order can decide
 * differently. The order here is the published program's: a bin per cause, filled in the order of the classes.
 */
import type { PlannerInventory } from '../inventory/model.ts'
import { type Request, acceptedModels } from '../inventory/request.ts'
import { demandCpu } from '../inventory/reserve.ts'
import type { Target } from '../inventory/target.ts'

/** The classes of a target as columns. Cores are micro-cores. */
export type TargetTable = {
  count: number
  share: Float64Array
  cpu: Float64Array
  gpuCount: Int32Array
  gpuMilli: Int32Array
  /** 1 for each accepted index of the inventory's models; null accepts every model */
  gpuModels: (Uint8Array | null)[]
}

/**
 * Devices of one node, or of a node as it would be: `count` entries from `start` on. `times` says how many are like an
 * entry; null: each stands for itself.
 */
export type Devices = {
  start: number
  count: number
  milliFree: Int32Array
  model: Int32Array
  times: Int32Array | null
}

type Known = { target: Target; models: number; table: TargetTable }
const tables = new WeakMap<PlannerInventory, Known>()

/** The inventory's target; where it has none, the request stands for all work. */
export function targetTable(inventory: PlannerInventory, request: Request | null): TargetTable {
  const { target, gpuModels } = inventory
  if (target === null) {
    return tableOf(request === null ? [] : [{ ...request, share: 1 }])
  }
  const known = tables.get(inventory)
  if (known?.target === target && known.models === gpuModels.length) return known.table
  const table = tableOf(
    target.classes.map(({ demand, share }) => ({
      share,
      cpu: demandCpu(demand),
      gpuCount: demand.gpu.count,
      gpuMilli: demand.gpu.milli,
      gpuModels: acceptedModels(inventory, demand),
    })),
  )
  tables.set(inventory, { target, models: gpuModels.length, table })
  return table
}

type Row = Pick<Request, 'cpu' | 'gpuCount' | 'gpuMilli' | 'gpuModels'> & { share: number }

function tableOf(rows: readonly Row[]): TargetTable {
  return {
    count: rows.length,
    share: Float64Array.from(rows, (row) => row.share),
    cpu: Float64Array.from(rows, (row) => row.cpu),
    gpuCount: Int32Array.from(rows, (row) => row.gpuCount),
    gpuMilli: Int32Array.from(rows, (row) => row.gpuMilli),
    gpuModels: rows.map((row) => row.gpuModels),
  }
}

/** Copies a node's devices into `to`, which must have room for as many. */
export function devicesRead({ nodes, devices }: PlannerInventory, node: number, to: Devices): Devices {
  const start = nodes.gpuStart[node] ?? 0
  to.count = nodes.gpuCount[node] ?? 0
  for (let index = 0; index < to.count; index += 1) {
    to.milliFree[index] = devices.milliFree[start + index] ?? 0
    to.model[index] = devices.model[start + index] ?? 0
  }
  return to
}

export function devicesCreate(length: number): Devices {
  return {
    start: 0,
    count: 0,
    milliFree: new Int32Array(length),
    model: new Int32Array(length),
    times: null,
  }
}

/** Milli of a node with these devices and so many free micro-cores. */
export function fragmentAmount(table: TargetTable, cpuFree: number, devices: Devices): number {
  const { start, count, milliFree, model, times } = devices
  const end = start + count
  let idle = 0
  for (let device = start; device < end; device += 1)
    idle += (times === null ? 1 : (times[device] ?? 0)) * (milliFree[device] ?? 0)
  let lackBoth = 0
  let lackGpu = 0
  let lackCpu = 0
  let noGpuAsked = 0
  let noGpuLackCpu = 0
  let noAccess = 0
  for (let row = 0; row < table.count; row += 1) {
    const share = table.share[row] ?? 0
    const enoughCpu = cpuFree >= (table.cpu[row] ?? 0)
    const gpuCount = table.gpuCount[row] ?? 0
    if (gpuCount === 0) {
      if (enoughCpu) noGpuAsked += share * idle
      else noGpuLackCpu += share * idle
      continue
    }
    const milli = table.gpuMilli[row] ?? 0
    const models = table.gpuModels[row] ?? null
    let accepted = 0
    let fitting = 0
    let useless = 0
    for (let device = start; device < end; device += 1) {
      const left = milliFree[device] ?? 0
      const alike = times === null ? 1 : (times[device] ?? 0)
      const isAccepted = models === null || models[model[device] ?? 0] === 1
      if (isAccepted) accepted += alike
      if (isAccepted && left >= milli) fitting += alike
      else useless += alike * left
    }
    if (accepted === 0) noAccess += share * idle
    else if (fitting < gpuCount) {
      if (enoughCpu) lackGpu += share * idle
      else lackBoth += share * idle
    } else if (enoughCpu) lackGpu += share * useless
    else lackCpu += share * idle
  }
  return lackBoth + lackGpu + lackCpu + noGpuAsked + noGpuLackCpu + noAccess
}
