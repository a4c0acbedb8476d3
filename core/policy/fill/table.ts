/**
 * What the fill policy knows of a target workload before any node is looked at: a few random sequences of the tasks it
 * consists of, the same for every node, and what a leftover of a device is worth to it.
 */
import type { PlannerInventory } from '../../inventory/model.ts'
import { acceptedModels } from '../../inventory/request.ts'
import { demandCpu } from '../../inventory/reserve.ts'
import type { TargetClass } from '../../inventory/target.ts'
import { randomFloat, randomStream } from '../../random.ts'
import { type Cut, pieceValues } from './cutting-stock.ts'
import { fillGround } from './ground.ts'

export type FillClass = {
  share: number
  /** micro-cores */
  cpu: number
  gpuCount: number
  gpuMilli: number
  /** 1 for each accepted index of the inventory's models; null accepts every model */
  gpuModels: Uint8Array | null
}

export type FillTable = {
  sequences: readonly (readonly FillClass[])[]
  /** classes that take several devices, of all work: too rare for the target, and first to lose their place */
  several: readonly FillClass[]
  /** by thousandths left of a device, 0 to 1000 */
  pieces: Float64Array
  /** of less than this on a device nothing can be made */
  milliLeast: number
}

/** What a policy can be made without, to see what it is for. */
export type FillPart = 'fillTerm' | 'deviceValue' | 'roomTerm' | 'rounding'
export type FillOptions = { without?: FillPart; sequences?: number }

/** Eight sequences rank nodes as well as thirty; with two, chance decides. Sixty tasks fill the largest node. */
const sequenceCount = 8
const sequenceLength = 60
const seed = 1
/** However much work for several devices there is, the rest is not squeezed on fewer than these. */
const devicesShareLeast = 0.2

export function fillTable(inventory: PlannerInventory, options: FillOptions = {}): FillTable {
  const { target } = inventory
  return fillTableOf(
    inventory,
    (target?.classes ?? []).flatMap((each) => classOf(inventory, each)),
    (target?.several ?? []).flatMap((each) => classOf(inventory, each)),
    options,
  )
}

export function fillTableOf(
  inventory: PlannerInventory,
  classes: readonly FillClass[],
  several: readonly FillClass[],
  { without, sequences = sequenceCount }: FillOptions = {},
): FillTable {
  return {
    sequences: sequencesDraw(classes, without === 'fillTerm' ? 0 : sequences),
    several: without === 'roomTerm' ? [] : several,
    pieces: piecesOf(without === 'deviceValue' ? [] : classes, fillGround(inventory).deviceCount),
    milliLeast: classes.reduce((least, { gpuMilli }) => Math.min(least, gpuMilli), 1000),
  }
}

/** Work without GPUs fills none. */
function classOf(inventory: PlannerInventory, { demand, share }: TargetClass): FillClass[] {
  if (demand.gpu.count === 0) return []
  const { count: gpuCount, milli: gpuMilli } = demand.gpu
  return [{ share, cpu: demandCpu(demand), gpuCount, gpuMilli, gpuModels: acceptedModels(inventory, demand) }]
}

function sequencesDraw(classes: readonly FillClass[], count: number): FillClass[][] {
  const stream = randomStream(seed, 'fill')
  const total = classes.reduce((sum, { share }) => sum + share, 0)
  const draw = (): FillClass[] => {
    let left = randomFloat(stream) * total
    const drawn = classes.find(({ share }) => (left -= share) < 0) ?? classes.at(-1)
    return drawn === undefined ? [] : [drawn]
  }
  return Array.from({ length: count }, () => Array.from({ length: sequenceLength }, draw).flat())
}

/** Supply and devices as when just as much work arrives as there are GPUs. */
function piecesOf(classes: readonly FillClass[], devices: number): Float64Array {
  const milliMean = classes.reduce((sum, each) => sum + each.share * each.gpuCount * each.gpuMilli, 0)
  const arrivals = milliMean > 0 ? (devices * 1000) / milliMean : 0
  const supply = new Map<number, number>()
  let taken = 0
  for (const { share, gpuCount, gpuMilli } of classes) {
    if (gpuCount === 1) supply.set(gpuMilli, (supply.get(gpuMilli) ?? 0) + share * arrivals)
    else taken += share * arrivals * gpuCount
  }
  const cuts = [...supply]
    .map(([milli, count]): Cut => ({ milli, supply: count }))
    .toSorted((a, b) => a.milli - b.milli)
  const values = pieceValues(cuts, Math.max(devicesShareLeast * devices, devices - taken))
  return Float64Array.from({ length: 1001 }, (_, milli) => values[Math.floor(milli / 10)] ?? 0)
}
