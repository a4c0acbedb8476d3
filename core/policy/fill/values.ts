/**
 * What nodes are worth to the target workload, remembered: a value depends on the free cores and on what is left of
 * which models of devices, in any order, and a run comes to the same few thousand combinations again and again.
 */
import { gpusMax } from '@orrery/api/quantity.ts'
import type { PlannerInventory } from '../../inventory/model.ts'
import { randomStream, randomUint32 } from '../../random.ts'
import { type Devices, devicesCreate, devicesRead } from '../fragment.ts'
import { type Memo, memoAdd, memoCreate, memoGet } from './memo.ts'
import { type Play, playCreate, playOut } from './play.ts'
import type { FillTable } from './table.ts'

export type FillValues = {
  table: FillTable
  /** by model; models that the same work may use are of one kind */
  kinds: Int32Array
  /** random words by model and thousandths left, the same for a kind; their sums are the key of what a node has left. 0 where it is of no use. */
  lows: readonly Int32Array[]
  highs: readonly Int32Array[]
  /** by kind, for nodes with devices of one kind; by kinds, for the others */
  playsOfOne: Play[]
  plays: Map<string, Play>
  /** the value where the cores are no limit, and from how many cores on that is so */
  unlimited: Memo
  enoughCpu: Memo
  limited: Memo
}

/** A node as it is: its devices in `devices`, and their key. */
export type Situation = { devices: Devices; low: number; high: number }

export function fillValues(inventory: PlannerInventory, table: FillTable): FillValues {
  const stream = randomStream(2, 'fill')
  const milliMost = inventory.devices.milliCapacity.reduce((most, milli) => Math.max(most, milli), 1000)
  const words = () =>
    Int32Array.from({ length: milliMost + 1 }, (_, milli) =>
      milli < table.milliLeast ? 0 : randomUint32(stream) | 0,
    )
  const kinds = kindsOf(inventory, table)
  const lows = inventory.gpuModels.map(words)
  const highs = inventory.gpuModels.map(words)
  const ofKind = (each: readonly Int32Array[]) => Array.from(kinds, (kind) => each[kind] ?? new Int32Array(0))
  return {
    table,
    kinds,
    lows: ofKind(lows),
    highs: ofKind(highs),
    playsOfOne: [],
    plays: new Map(),
    unlimited: memoCreate(),
    enoughCpu: memoCreate(),
    limited: memoCreate(),
  }
}

/** The first model that the same classes of work accept. */
function kindsOf({ gpuModels }: PlannerInventory, { sequences, several }: FillTable): Int32Array {
  const classes = [...new Set([...sequences.flat(), ...several])]
  const accepting = gpuModels.map((_, model) =>
    classes.map((each) => (each.gpuModels === null ? 1 : (each.gpuModels[model] ?? 0))).join(''),
  )
  return Int32Array.from(accepting, (each) => accepting.indexOf(each))
}

export function situationCreate(): Situation {
  return { devices: devicesCreate(gpusMax), low: 0, high: 0 }
}

export function situationRead(
  values: FillValues,
  inventory: PlannerInventory,
  node: number,
  to: Situation,
): void {
  devicesRead(inventory, node, to.devices)
  to.low = 0
  to.high = 0
  for (let device = 0; device < to.devices.count; device += 1) {
    to.low = (to.low + lowOf(values, to.devices, device)) | 0
    to.high = (to.high + highOf(values, to.devices, device)) | 0
  }
}

/** Sets what is left on one device, and the key with it. */
export function situationSet(values: FillValues, situation: Situation, device: number, milli: number): void {
  const { devices } = situation
  situation.low = (situation.low - lowOf(values, devices, device)) | 0
  situation.high = (situation.high - highOf(values, devices, device)) | 0
  devices.milliFree[device] = milli
  situation.low = (situation.low + lowOf(values, devices, device)) | 0
  situation.high = (situation.high + highOf(values, devices, device)) | 0
}

function lowOf({ lows }: FillValues, { milliFree, model }: Devices, device: number): number {
  return lows[model[device] ?? 0]?.[milliFree[device] ?? 0] ?? 0
}

function highOf({ highs }: FillValues, { milliFree, model }: Devices, device: number): number {
  return highs[model[device] ?? 0]?.[milliFree[device] ?? 0] ?? 0
}

/** GPU thousandths that the target workload would fill, with so many micro-cores. */
export function valueOf(values: FillValues, { devices, low, high }: Situation, cpuFree: number): number {
  if (low === 0 && high === 0) return 0
  const { unlimited, enoughCpu, limited } = values
  let whole = memoGet(unlimited, low, high)
  let enough = memoGet(enoughCpu, low, high)
  if (Number.isNaN(whole)) {
    const played = playOut(playOf(values, devices), Number.MAX_SAFE_INTEGER, devices)
    memoAdd(unlimited, low, high, (whole = played.milli))
    memoAdd(enoughCpu, low, high, (enough = played.cpu))
  }
  if (cpuFree >= enough) return whole
  const cpuWord = Math.imul((cpuFree % 0x7fffffff) | 0, 0x9e3779b1) ^ Math.floor(cpuFree / 0x7fffffff)
  const keyLow = (low ^ cpuWord) | 0
  const keyHigh = (high + Math.imul(cpuWord, 0x85ebca6b)) | 0
  const known = memoGet(limited, keyLow, keyHigh)
  if (!Number.isNaN(known)) return known
  const { milli } = playOut(playOf(values, devices), cpuFree, devices)
  memoAdd(limited, keyLow, keyHigh, milli)
  return milli
}

/** By the models of the devices that are still of use. */
function playOf(values: FillValues, { milliFree, model, count }: Devices): Play {
  const { table, kinds, playsOfOne, plays } = values
  let only = -1
  let isMixed = false
  for (let device = 0; device < count; device += 1) {
    if ((milliFree[device] ?? 0) < table.milliLeast) continue
    const here = kinds[model[device] ?? 0] ?? 0
    isMixed ||= only >= 0 && only !== here
    only = here
  }
  if (!isMixed) return (playsOfOne[only] ??= playCreate(table, new Set([only])))
  const models = new Set<number>()
  for (let device = 0; device < count; device += 1) {
    if ((milliFree[device] ?? 0) >= table.milliLeast) models.add(kinds[model[device] ?? 0] ?? 0)
  }
  const key = [...models].toSorted((a, b) => a - b).join(' ')
  let play = plays.get(key)
  if (play === undefined) plays.set(key, (play = playCreate(table, models)))
  return play
}
