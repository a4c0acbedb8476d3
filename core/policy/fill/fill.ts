/**
 * A node is worth the GPU thousandths that the target workload could still fill on it; a workload goes where that falls
 * least. Fragmentation gradient descent (Weng et al., "Beware of Fragmentation", USENIX ATC 2023) asks of each class of
 * work by itself whether one more fits; here a few random sequences of the target are played out on what the node has
 * left, cores, devices and models together. All nodes are asked with the same sequences, so that differences are steady
 * with few of them (common random numbers, as in roll-outs; Bertsekas, "Dynamic Programming and Optimal Control").
 *
 * What a leftover of a device is worth beyond that comes from the prices of the cutting-stock problem; it only decides
 * between nodes that are level otherwise. The first part is rounded coarsely: chance in the sequences must not decide,
 * and ties go to the first node, which keeps the others whole.
 */
import type { PlannerInventory } from '../../inventory/model.ts'
import type { Request } from '../../inventory/request.ts'
import { cpuFree } from '../free.ts'
import type { PreparedScore, Score } from '../model.ts'
import { type FillOptions, type FillTable, fillTable, fillTableOf } from './table.ts'
import {
  type FillValues,
  fillValues,
  situationCreate,
  situationRead,
  situationSet,
  valueOf,
} from './values.ts'

/** Differences below this are noise of eight sequences: from 20 to 160 the results are level, without it they fall. */
const roundedMilli = 80

/** An inventory may live for months: with more states than this, remembering begins anew. */
const statesMax = 2 ** 16

/** The score, whole or, for an ablation, without a part of it or with another number of sequences. */
export function fillScore(options: FillOptions = {}): Score {
  const known = knownCreate(options)
  const asked = (inventory: PlannerInventory, request: Request, node: number) =>
    answer(valuesOf(known, inventory, request), inventory, request, node)
  const score: Score = {
    name: 'fill',
    title: 'Fillable GPUs',
    description:
      'How little is lost of the GPU thousandths that the usual work could still fill, in steps of 80; 0 when nothing is.',
    local: true,
    of: (inventory, request, node) => asked(inventory, request, node).points,
    /** The first with the highest score. -1: none has enough left. */
    device: (inventory, request, node) => asked(inventory, request, node).device,
    prepare: (inventory) => (inventory.target === null ? score : fillPrepare(known, inventory)),
  }
  return score
}

export const fill: Score = fillScore()

/** What one score remembers of inventories, and of requests that have no target. */
type Known = {
  options: FillOptions
  byInventory: WeakMap<PlannerInventory, OfInventory>
  byRequest: WeakMap<Request, FillValues>
}
type OfInventory = { target: unknown; models: number; devices: number; values: FillValues }

function knownCreate(options: FillOptions): Known {
  return { options, byInventory: new WeakMap(), byRequest: new WeakMap() }
}

/** For the inventory's target; where it has none, the request stands for all work. */
function valuesOf(
  { options, byInventory, byRequest }: Known,
  inventory: PlannerInventory,
  request: Request | null,
): FillValues {
  const { target, gpuModels, deviceCount } = inventory
  const stepMilli = options.without === 'rounding' ? 0 : roundedMilli
  if (target === null && request !== null) {
    const made =
      byRequest.get(request) ?? fillValues(inventory, tableAlone(inventory, request, options), stepMilli)
    byRequest.set(request, made)
    return made
  }
  const known = byInventory.get(inventory)
  if (
    known?.target === target &&
    known.models === gpuModels.length &&
    known.devices === deviceCount &&
    known.values.states.count < statesMax
  )
    return known.values
  const values = fillValues(inventory, fillTable(inventory, options), stepMilli)
  byInventory.set(inventory, { target, models: gpuModels.length, devices: deviceCount, values })
  return values
}

function tableAlone(
  inventory: PlannerInventory,
  { cpu, gpuCount, gpuMilli, gpuModels }: Request,
  options: FillOptions,
): FillTable {
  const classes = gpuCount === 0 ? [] : [{ share: 1, cpu, gpuCount, gpuMilli, gpuModels }]
  return fillTableOf(inventory, classes, [], options)
}

/** Remembers what each node is worth as it stands. */
function fillPrepare(known: Known, inventory: PlannerInventory): PreparedScore {
  const values = valuesOf(known, inventory, null)
  const before = new Float64Array(inventory.count).fill(Number.NaN)
  return {
    of: (_, request, node) => answer(values, inventory, request, node, before).points,
    device: (_, request, node) => answer(values, inventory, request, node, before).device,
    changed: (node) => (before[node] = Number.NaN),
  }
}

const here = situationCreate()
const found = { points: 0, device: -1 }

/** The answer is good until the next one. */
function answer(
  values: FillValues,
  inventory: PlannerInventory,
  request: Request,
  node: number,
  known?: Float64Array,
): { points: number; device: number } {
  const { gpuCount, gpuMilli } = request
  const free = cpuFree(inventory, node)
  situationRead(values, inventory, node, here)
  let before = known?.[node] ?? Number.NaN
  if (Number.isNaN(before)) {
    before = valueOf(values, here, free)
    if (known !== undefined) known[node] = before
  }
  const after = free - request.cpu
  found.device = -1
  if (gpuCount === 1 && gpuMilli < 1000) return shareAnswer(values, request, before, after)
  let pieces = 0
  for (let device = 0, wanted = gpuCount; wanted > 0 && device < here.devices.count; device += 1) {
    if (!fits(request, device)) continue
    const left = here.devices.milliFree[device] ?? 0
    pieces += pieceOf(values, left - gpuMilli) - pieceOf(values, left)
    situationSet(values, here, device, left - gpuMilli)
    wanted -= 1
  }
  found.points = points(values, valueOf(values, here, after) - before, pieces)
  return found
}

function shareAnswer(values: FillValues, request: Request, before: number, cpuAfter: number): typeof found {
  const { devices } = here
  const { milliFree, model } = devices
  found.points = Number.NEGATIVE_INFINITY
  for (let device = 0; device < devices.count; device += 1) {
    const left = milliFree[device] ?? 0
    if (!fits(request, device)) continue
    let twin = 0
    while (milliFree[twin] !== left || model[twin] !== model[device]) twin += 1
    // Of equal devices the first counts.
    if (twin < device) continue
    situationSet(values, here, device, left - request.gpuMilli)
    const gained = pieceOf(values, left - request.gpuMilli) - pieceOf(values, left)
    const score = points(values, valueOf(values, here, cpuAfter) - before, gained)
    situationSet(values, here, device, left)
    if (score <= found.points) continue
    found.points = score
    found.device = device
  }
  return found
}

function points({ stepMilli }: FillValues, milliGained: number, piecesGained: number): number {
  if (stepMilli === 0) return milliGained + piecesGained
  return stepMilli * Math.round(milliGained / stepMilli) + Math.round(piecesGained)
}

function pieceOf({ table: { pieces } }: FillValues, milli: number): number {
  return pieces[Math.min(milli, pieces.length - 1)] ?? 0
}

function fits({ gpuMilli, gpuModels }: Request, device: number): boolean {
  if ((here.devices.milliFree[device] ?? 0) < gpuMilli) return false
  return gpuModels === null || gpuModels[here.devices.model[device] ?? 0] === 1
}
