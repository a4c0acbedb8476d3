/** What a node would lose of its worth to the target workload if it took a request, and on which device it would lose least. */
import type { PlannerInventory } from '../../inventory/model.ts'
import type { Request } from '../../inventory/request.ts'
import { cpuFree } from '../free.ts'
import {
  type FillValues,
  highOf,
  lowOf,
  situationCreate,
  situationRead,
  situationSet,
  valueKnown,
  valueOf,
} from './values.ts'

/** Nodes as they stand: their keys and what they are worth; NaN: to be looked at again. */
export type Standing = { worth: Float64Array; low: Int32Array; high: Int32Array }

export function standingCreate(nodes: number): Standing {
  return {
    worth: new Float64Array(nodes).fill(Number.NaN),
    low: new Int32Array(nodes),
    high: new Int32Array(nodes),
  }
}

const here = situationCreate()
const found = { points: 0, device: -1 }
const stands = { worth: 0, low: 0, high: 0 }

/** What a node would lose by a request, in points, and for a share the device; good until the next answer. */
export function fillAnswer(
  values: FillValues,
  inventory: PlannerInventory,
  request: Request,
  node: number,
  standing?: Standing,
): typeof found {
  if (standing !== undefined && !Number.isNaN(standing.worth[node])) {
    stands.worth = standing.worth[node] ?? 0
    stands.low = standing.low[node] ?? 0
    stands.high = standing.high[node] ?? 0
  } else {
    situationRead(values, inventory, node, here)
    stands.worth = valueOf(values, here, cpuFree(inventory, node))
    stands.low = here.low
    stands.high = here.high
    if (standing !== undefined) {
      standing.worth[node] = stands.worth
      standing.low[node] = stands.low
      standing.high[node] = stands.high
    }
  }
  return request.gpuCount === 1 && request.gpuMilli < 1000
    ? shareAnswer(values, inventory, request, node)
    : wholeAnswer(values, inventory, request, node)
}

/** Devices as `gpuChoose` takes them: the first with enough left. */
function wholeAnswer(
  values: FillValues,
  inventory: PlannerInventory,
  request: Request,
  node: number,
): typeof found {
  const { nodes, devices } = inventory
  const { worth: before, low, high } = stands
  const { gpuMilli } = request
  const start = nodes.gpuStart[node] ?? 0
  const end = start + (nodes.gpuCount[node] ?? 0)
  let pieces = 0
  let lowAfter = low
  let highAfter = high
  for (let device = start, wanted = request.gpuCount; wanted > 0 && device < end; device += 1) {
    if (!fits(inventory, request, device)) continue
    const left = devices.milliFree[device] ?? 0
    const model = devices.model[device]
    pieces += pieceOf(values, left - gpuMilli) - pieceOf(values, left)
    lowAfter = (lowAfter + lowOf(values, model, left - gpuMilli) - lowOf(values, model, left)) | 0
    highAfter = (highAfter + highOf(values, model, left - gpuMilli) - highOf(values, model, left)) | 0
    wanted -= 1
  }
  const free = cpuFree(inventory, node) - request.cpu
  let after = valueKnown(values, lowAfter, highAfter, free)
  if (Number.isNaN(after)) {
    situationRead(values, inventory, node, here)
    for (let device = start, wanted = request.gpuCount; wanted > 0 && device < end; device += 1) {
      if (!fits(inventory, request, device)) continue
      situationSet(values, here, device - start, (devices.milliFree[device] ?? 0) - gpuMilli)
      wanted -= 1
    }
    after = valueOf(values, here, free)
  }
  found.device = -1
  found.points = points(values, after - before, pieces)
  return found
}

/** On the fullest device with room or the next fuller one: emptier ones hardly ever lose less, and each must be asked. */
function shareAnswer(
  values: FillValues,
  inventory: PlannerInventory,
  request: Request,
  node: number,
): typeof found {
  const { milliFree } = inventory.devices
  const start = inventory.nodes.gpuStart[node] ?? 0
  const end = start + (inventory.nodes.gpuCount[node] ?? 0)
  let fullest = -1
  let next = -1
  let fullestLeft = Number.POSITIVE_INFINITY
  let nextLeft = Number.POSITIVE_INFINITY
  for (let device = start; device < end; device += 1) {
    const left = milliFree[device] ?? 0
    if (left >= nextLeft || left === fullestLeft || !fits(inventory, request, device)) continue
    if (left < fullestLeft) {
      next = fullest
      nextLeft = fullestLeft
      fullest = device
      fullestLeft = left
    } else {
      next = device
      nextLeft = left
    }
  }
  found.device = -1
  found.points = Number.NEGATIVE_INFINITY
  if (fullest < 0) return found
  const onFullest = sharePoints(values, inventory, request, node, fullest)
  const onNext = next < 0 ? Number.NEGATIVE_INFINITY : sharePoints(values, inventory, request, node, next)
  // Of devices that are level the first counts.
  const isNext = onNext > onFullest || (onNext === onFullest && next < fullest)
  found.points = isNext ? onNext : onFullest
  found.device = (isNext ? next : fullest) - start
  return found
}

function sharePoints(
  values: FillValues,
  inventory: PlannerInventory,
  request: Request,
  node: number,
  device: number,
): number {
  const { milliFree, model } = inventory.devices
  const { worth, low, high } = stands
  const free = cpuFree(inventory, node) - request.cpu
  const left = milliFree[device] ?? 0
  const rest = left - request.gpuMilli
  const kind = model[device]
  const lowAfter = (low + lowOf(values, kind, rest) - lowOf(values, kind, left)) | 0
  const highAfter = (high + highOf(values, kind, rest) - highOf(values, kind, left)) | 0
  let after = valueKnown(values, lowAfter, highAfter, free)
  if (Number.isNaN(after)) {
    situationRead(values, inventory, node, here)
    situationSet(values, here, device - (inventory.nodes.gpuStart[node] ?? 0), rest)
    after = valueOf(values, here, free)
  }
  return points(values, after - worth, pieceOf(values, rest) - pieceOf(values, left))
}

function points({ stepMilli }: FillValues, milliGained: number, piecesGained: number): number {
  if (stepMilli === 0) return milliGained + piecesGained
  return stepMilli * Math.round(milliGained / stepMilli) + Math.round(piecesGained)
}

function pieceOf({ table: { pieces } }: FillValues, milli: number): number {
  return pieces[Math.min(milli, pieces.length - 1)] ?? 0
}

/** `device` counts over the whole inventory. */
function fits({ devices }: PlannerInventory, { gpuMilli, gpuModels }: Request, device: number): boolean {
  if ((devices.milliFree[device] ?? 0) < gpuMilli) return false
  return gpuModels === null || gpuModels[devices.model[device] ?? 0] === 1
}
