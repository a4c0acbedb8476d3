/**
 * Numbers for sequences of devices: what is left on each, and its model. The sequences stand one after the other in a few
 * growing columns; thousands of small arrays would keep the garbage collector busy.
 */
import { gpusMax } from '@orrery/api/quantity.ts'
import { type Devices, devicesCreate } from './fragment.ts'

export type DeviceStates = {
  count: number
  /** the sequence of state n begins at the nth and ends before the next one */
  starts: Int32Array
  sequences: Devices
  used: number
  /** the last state of each hash, and for each state the one before it with the same */
  byHash: Map<number, number>
  before: Int32Array
  /** refilled by each call of `mergedOf` */
  merged: Devices & { times: Int32Array }
}

export function deviceStatesCreate(): DeviceStates {
  return {
    count: 0,
    starts: new Int32Array(1024),
    sequences: devicesCreate(4096),
    used: 0,
    byHash: new Map(),
    before: new Int32Array(1024),
    merged: { ...devicesCreate(gpusMax), times: new Int32Array(gpusMax) },
  }
}

/** The number of a sequence, given to it when it is first seen. `devices` start at 0. */
export function stateOf(all: DeviceStates, { count, milliFree, model }: Devices): number {
  let hash = count
  for (let device = 0; device < count; device += 1) {
    hash = Math.imul(hash ^ ((milliFree[device] ?? 0) * 64 + (model[device] ?? 0)), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  // Small integers are the fastest keys; those that share one are told apart.
  hash &= 0x3fffffff
  const last = all.byHash.get(hash) ?? -1
  for (let state = last; state >= 0; state = all.before[state] ?? -1) {
    if (isSame(all, state, count, milliFree, model)) return state
  }
  const made = all.count
  roomMake(all, count)
  all.count += 1
  all.starts[made] = all.used
  all.before[made] = last
  for (let device = 0; device < count; device += 1) {
    all.sequences.milliFree[all.used + device] = milliFree[device] ?? 0
    all.sequences.model[all.used + device] = model[device] ?? 0
  }
  all.used += count
  all.starts[all.count] = all.used
  all.byHash.set(hash, made)
  return made
}

/** Points `to` at the sequence of a state. Good until the next state is made. */
export function sequenceOf({ sequences, starts }: DeviceStates, state: number): Devices {
  sequences.start = starts[state] ?? 0
  sequences.count = (starts[state + 1] ?? 0) - sequences.start
  return sequences
}

/** The devices of a state, equal ones as one entry. Good until the next call. */
export function mergedOf(all: DeviceStates, state: number): Devices {
  const { merged } = all
  const { start, count, milliFree, model } = sequenceOf(all, state)
  merged.count = 0
  for (let device = start; device < start + count; device += 1) {
    let at = 0
    while (
      at < merged.count &&
      (merged.milliFree[at] !== milliFree[device] || merged.model[at] !== model[device])
    )
      at += 1
    if (at < merged.count) merged.times[at] = (merged.times[at] ?? 0) + 1
    else {
      merged.milliFree[at] = milliFree[device] ?? 0
      merged.model[at] = model[device] ?? 0
      merged.times[at] = 1
      merged.count += 1
    }
  }
  return merged
}

function isSame(
  { starts, sequences }: DeviceStates,
  state: number,
  count: number,
  milliFree: Int32Array,
  model: Int32Array,
): boolean {
  const start = starts[state] ?? 0
  if ((starts[state + 1] ?? 0) - start !== count) return false
  for (let device = 0; device < count; device += 1) {
    if (sequences.milliFree[start + device] !== milliFree[device]) return false
    if (sequences.model[start + device] !== model[device]) return false
  }
  return true
}

function roomMake(all: DeviceStates, devices: number): void {
  if (all.count + 2 > all.starts.length) {
    all.starts = wider(all.starts)
    all.before = wider(all.before)
  }
  if (all.used + devices > all.sequences.model.length) {
    all.sequences.milliFree = wider(all.sequences.milliFree)
    all.sequences.model = wider(all.sequences.model)
  }
}

function wider(column: Int32Array): Int32Array {
  const result = new Int32Array(2 * column.length)
  result.set(column)
  return result
}
