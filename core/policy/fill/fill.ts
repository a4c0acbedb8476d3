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
import type { Target } from '../../inventory/target.ts'
import type { PreparedScore, Score } from '../model.ts'
import { fillAnswer, standingCreate } from './answer.ts'
import { fillGround, isSameGround } from './ground.ts'
import { type FillOptions, type FillTable, fillTable, fillTableOf } from './table.ts'
import { type FillValues, fillValues } from './values.ts'

/** Differences below this are noise of eight sequences: from 20 to 160 the results are level, without it they fall. */
const roundedMilli = 80

/** An inventory may live for months: with more states than this, remembering begins anew. */
const statesMax = 2 ** 16

/** The score, whole or, for an ablation, without a part of it or with another number of sequences. */
export function fillScore(options: FillOptions = {}): Score {
  const known = knownCreate(options)
  const asked = (inventory: PlannerInventory, request: Request, node: number) =>
    fillAnswer(valuesOf(known, inventory, request), inventory, request, node)
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
  /** the last that were made for it */
  byTarget: WeakMap<Target, FillValues>
  byRequest: WeakMap<Request, FillValues>
}
type OfInventory = { target: unknown; models: number; devices: number; values: FillValues }

function knownCreate(options: FillOptions): Known {
  return { options, byInventory: new WeakMap(), byTarget: new WeakMap(), byRequest: new WeakMap() }
}

/** For the inventory's target; where it has none, the request stands for all work. */
function valuesOf(
  { options, byInventory, byTarget, byRequest }: Known,
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
  const values =
    valuesShared(byTarget, inventory) ?? fillValues(inventory, fillTable(inventory, options), stepMilli)
  byInventory.set(inventory, { target, models: gpuModels.length, devices: deviceCount, values })
  if (target !== null) byTarget.set(target, values)
  return values
}

/** Runs of one experiment, forks and copies ask about one target: what one of them found out serves the next. */
function valuesShared(byTarget: Known['byTarget'], inventory: PlannerInventory): FillValues | undefined {
  const last = inventory.target === null ? undefined : byTarget.get(inventory.target)
  if (last === undefined || last.states.count >= statesMax) return undefined
  return isSameGround(last.ground, fillGround(inventory)) ? last : undefined
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
  const standing = standingCreate(inventory.count)
  return {
    of: (_, request, node) => fillAnswer(values, inventory, request, node, standing).points,
    device: (_, request, node) => fillAnswer(values, inventory, request, node, standing).device,
    changed: (node) => (standing.worth[node] = Number.NaN),
  }
}
