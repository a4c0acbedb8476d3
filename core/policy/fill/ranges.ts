/**
 * Answers that hold for a range of a number, by question: "with 3 to 7 cores it is 1500". Ranges of one question do not
 * overlap, and are looked through from the highest down, for most of what is asked has more than enough.
 */
export type Ranges = {
  count: number
  /** by question, the highest range that is known; -1: none */
  highest: Int32Array
  /** by range */
  from: Float64Array
  below: Float64Array
  value: Float64Array
  /** the next lower range of the same question, or -1 */
  lower: Int32Array
}

export type Ranged = { value: number; from: number; below: number }

export function rangesCreate(): Ranges {
  const length = 4096
  return {
    count: 0,
    highest: new Int32Array(length).fill(-1),
    from: new Float64Array(length),
    below: new Float64Array(length),
    value: new Float64Array(length),
    lower: new Int32Array(length),
  }
}

/** NaN: nothing is known there. */
export function rangesFind(ranges: Ranges, question: number, at: number): number {
  const range = rangeOf(ranges, question, at)
  return range < 0 ? Number.NaN : (ranges.value[range] ?? 0)
}

/** The range that a question's answer is kept for, or -1. */
export function rangeOf({ highest, from, below, lower }: Ranges, question: number, at: number): number {
  let range = highest[question] ?? -1
  while (range >= 0 && at < (from[range] ?? 0)) range = lower[range] ?? -1
  return range >= 0 && at < (below[range] ?? 0) ? range : -1
}

/** It must not be known yet. Gives the range. */
export function rangesAdd(ranges: Ranges, question: number, { from, below, value }: Ranged): number {
  roomMake(ranges, question)
  const added = ranges.count
  ranges.count += 1
  ranges.from[added] = from
  ranges.below[added] = below
  ranges.value[added] = value
  let higher = -1
  let range = ranges.highest[question] ?? -1
  while (range >= 0 && (ranges.from[range] ?? 0) > from) {
    higher = range
    range = ranges.lower[range] ?? -1
  }
  ranges.lower[added] = range
  if (higher < 0) ranges.highest[question] = added
  else ranges.lower[higher] = added
  return added
}

function roomMake(ranges: Ranges, question: number): void {
  while (question >= ranges.highest.length) {
    const wider = new Int32Array(2 * ranges.highest.length).fill(-1)
    wider.set(ranges.highest)
    ranges.highest = wider
  }
  if (ranges.count < ranges.from.length) return
  for (const name of ['from', 'below', 'value'] as const) {
    const wider = new Float64Array(2 * ranges.count)
    wider.set(ranges[name])
    ranges[name] = wider
  }
  const wider = new Int32Array(2 * ranges.count)
  wider.set(ranges.lower)
  ranges.lower = wider
}
