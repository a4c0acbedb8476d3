/**
 * What nodes are worth to the target workload, remembered: a value depends on the free cores and on what is left of
 * which models of devices, in any order, and a run comes to the same few thousand combinations again and again.
 */
import { gpusMax } from '@orrery/api/quantity.ts'
import type { PlannerInventory } from '../../inventory/model.ts'
import { randomStream, randomUint32 } from '../../random.ts'
import { type Devices, devicesCreate, devicesRead } from '../fragment.ts'
import { type FillGround, fillGround } from './ground.ts'
import { type Memo, memoAdd, memoCreate, memoGet } from './memo.ts'
import { type Play, playCreate, playSequences, sequencePlay, severalExpect } from './play.ts'
import { type Ranges, rangeOf, rangesAdd, rangesCreate, rangesFind } from './ranges.ts'
import type { FillTable } from './table.ts'

export type FillValues = {
  ground: FillGround
  table: FillTable
  /** differences are rounded to so many thousandths; 0: not at all */
  stepMilli: number
  /** by model; models that the same work may use are of one kind */
  kinds: Int32Array
  /** random words by model and thousandths left, the same for a kind; their sums are the key of what a node has left. 0 where it is of no use. */
  lows: readonly Int32Array[]
  highs: readonly Int32Array[]
  /** by kind, for nodes with devices of one kind; by kinds, for the others */
  playsOfOne: Play[]
  plays: Map<string, Play>
  /** numbers of the combinations of what is left, by their keys */
  states: Memo
  /** for ranges of free micro-cores: what a sequence fills, by state and sequence, and what it all comes to, by state */
  filled: Ranges
  worths: Ranges
}

/** A node as it is: its devices in `devices`, and their key. */
export type Situation = { devices: Devices; low: number; high: number }

export function fillValues(inventory: PlannerInventory, table: FillTable, stepMilli: number): FillValues {
  const stream = randomStream(2, 'fill')
  const ground = fillGround(inventory)
  const floors = floorsOf(table, ground.milliMost)
  const words = () => {
    const drawn = floors.map(() => randomUint32(stream) | 0)
    return floors.map((floor) => (floor === 0 ? 0 : (drawn[floor] ?? 0)))
  }
  const kinds = kindsOf(inventory, table)
  const lows = inventory.gpuModels.map(words)
  const highs = inventory.gpuModels.map(words)
  const ofKind = (each: readonly Int32Array[]) => Array.from(kinds, (kind) => each[kind] ?? new Int32Array(0))
  return {
    ground,
    table,
    stepMilli,
    kinds,
    lows: ofKind(lows),
    highs: ofKind(highs),
    playsOfOne: [],
    plays: new Map(),
    states: memoCreate(),
    filled: rangesCreate(),
    worths: rangesCreate(),
  }
}

/**
 * By thousandths left of a device, the most of them that any tasks of the table fill together. What is above is of no use
 * to them, in whichever order they come: best fit takes devices with the same floors for the same tasks.
 */
function floorsOf({ sequences, several }: FillTable, milliMost: number): Int32Array {
  const sizes = new Set([...sequences.flat(), ...several].map(({ gpuMilli }) => gpuMilli))
  const floors = new Int32Array(milliMost + 1)
  for (let milli = 1; milli <= milliMost; milli += 1) {
    const isFilled = Array.from(sizes).some((size) => size <= milli && floors[milli - size] === milli - size)
    floors[milli] = isFilled ? milli : (floors[milli - 1] ?? 0)
  }
  return floors
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
  const { milliFree, model, count } = to.devices
  to.low = 0
  to.high = 0
  for (let device = 0; device < count; device += 1) {
    to.low = (to.low + lowOf(values, model[device], milliFree[device])) | 0
    to.high = (to.high + highOf(values, model[device], milliFree[device])) | 0
  }
}

/** Sets what is left on one device, and the key with it. */
export function situationSet(values: FillValues, situation: Situation, device: number, milli: number): void {
  const { milliFree, model } = situation.devices
  const before = milliFree[device]
  situation.low += lowOf(values, model[device], milli) - lowOf(values, model[device], before)
  situation.high += highOf(values, model[device], milli) - highOf(values, model[device], before)
  situation.low |= 0
  situation.high |= 0
  milliFree[device] = milli
}

/** The part of a key, added up over the devices of a node, that stands for one with so much left. */
export function lowOf({ lows }: FillValues, model = 0, milli = 0): number {
  return lows[model]?.[milli] ?? 0
}

export function highOf({ highs }: FillValues, model = 0, milli = 0): number {
  return highs[model]?.[milli] ?? 0
}

/** GPU thousandths that the target workload would fill, with so many micro-cores. */
export function valueOf(values: FillValues, { devices, low, high }: Situation, cpuFree: number): number {
  const known = valueKnown(values, low, high, cpuFree)
  return Number.isNaN(known)
    ? worthFind(values, stateOf(values, low, high), devices, cpuLeast(cpuFree))
    : known
}

/** The same by the key alone; NaN: it was never asked for. */
export function valueKnown(values: FillValues, low: number, high: number, cpuFree: number): number {
  if (low === 0 && high === 0) return 0
  const state = memoGet(values.states, low, high)
  return Number.isNaN(state) ? state : rangesFind(values.worths, state, cpuLeast(cpuFree))
}

/** A node that gave away more than it has has none left. */
function cpuLeast(cpuFree: number): number {
  return Math.max(0, cpuFree)
}

/** Few cores more or less change a sequence seldom: each is played once for all numbers of them that end alike. */
function worthFind(values: FillValues, state: number, devices: Devices, cpuFree: number): number {
  const { filled, worths } = values
  const play = playOf(values, devices)
  const sequences = playSequences(play)
  let from = 0
  let below = Number.POSITIVE_INFINITY
  let sum = 0
  for (let sequence = 0; sequence < sequences; sequence += 1) {
    const question = state * sequences + sequence
    let range = rangeOf(filled, question, cpuFree)
    if (range < 0) range = rangesAdd(filled, question, sequencePlay(play, sequence, cpuFree, devices))
    sum += filled.value[range] ?? 0
    from = Math.max(from, filled.from[range] ?? 0)
    below = Math.min(below, filled.below[range] ?? 0)
  }
  const several = severalExpect(play, cpuFree, devices)
  const value = (sequences === 0 ? 0 : sum / sequences) + several.value
  rangesAdd(worths, state, {
    from: Math.max(from, several.from),
    below: Math.min(below, several.below),
    value,
  })
  return value
}

function stateOf({ states }: FillValues, low: number, high: number): number {
  const known = memoGet(states, low, high)
  if (!Number.isNaN(known)) return known
  const made = states.count
  memoAdd(states, low, high, made)
  return made
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
