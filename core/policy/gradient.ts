/**
 * Fragmentation gradient descent (Weng et al., "Beware of Fragmentation", USENIX ATC 2023): a workload goes where it adds
 * least fragmentation. Scores are whole points, which makes ties that the order of the nodes then breaks: with neither,
 * the policy places worse than best fit does.
 */
import type { PlannerInventory } from '../inventory/model.ts'
import type { Request } from '../inventory/request.ts'
import { gpusMax } from '@orrery/api/quantity.ts'
import { type TargetTable, devicesCreate, devicesRead, fragmentAmount, targetTable } from './fragment.ts'
import { cpuFree } from './free.ts'
import { gradientPoints } from './gradient-points.ts'
import { gradientPrepare } from './gradient-prepared.ts'
import type { Score } from './model.ts'

export const gradient: Score = {
  name: 'gradient',
  title: 'Fragmentation gradient',
  description: 'Least fragmentation added, 0 to 100 in whole points; 50 where the placement changes nothing.',
  local: true,
  of(inventory, request, node) {
    return isShare(request)
      ? deviceBest(inventory, request, node).points
      : gradientWhole(targetTable(inventory, request), inventory, request, node)
  },
  device: gradientDevice,
  prepare: (inventory) => (inventory.target === null ? gradient : gradientPrepare(inventory)),
}

/** The device that a share of a GPU goes to: the first with the highest score. -1: none has enough left. */
export function gradientDevice(inventory: PlannerInventory, request: Request, node: number): number {
  return deviceBest(inventory, request, node).device
}

function isShare({ gpuCount, gpuMilli }: Request): boolean {
  return gpuCount === 1 && gpuMilli < 1000
}

// Refilled for each node, so that a scan over thousands of them makes no garbage.
const scratch = devicesCreate(gpusMax)

function gradientWhole(
  table: TargetTable,
  inventory: PlannerInventory,
  request: Request,
  node: number,
): number {
  const devices = devicesRead(inventory, node, scratch)
  const free = cpuFree(inventory, node)
  const before = fragmentAmount(table, free, devices)
  let wanted = request.gpuCount
  for (let device = 0; device < devices.count && wanted > 0; device += 1) {
    if (!fits(request, device)) continue
    devices.milliFree[device] = (devices.milliFree[device] ?? 0) - request.gpuMilli
    wanted -= 1
  }
  return gradientPoints(before - fragmentAmount(table, free - request.cpu, devices))
}

function deviceBest(
  inventory: PlannerInventory,
  request: Request,
  node: number,
): { device: number; points: number } {
  const table = targetTable(inventory, request)
  const devices = devicesRead(inventory, node, scratch)
  const free = cpuFree(inventory, node)
  const before = fragmentAmount(table, free, devices)
  let best = -1
  let points = -1
  for (let device = 0; device < devices.count; device += 1) {
    if (!fits(request, device)) continue
    const left = devices.milliFree[device] ?? 0
    devices.milliFree[device] = left - request.gpuMilli
    const here = gradientPoints(before - fragmentAmount(table, free - request.cpu, devices))
    devices.milliFree[device] = left
    if (here > points) {
      best = device
      points = here
    }
  }
  return { device: best, points }
}

function fits({ gpuMilli, gpuModels }: Request, device: number): boolean {
  if ((scratch.milliFree[device] ?? 0) < gpuMilli) return false
  return gpuModels === null || gpuModels[scratch.model[device] ?? 0] === 1
}
