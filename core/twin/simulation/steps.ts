/** A value that holds until the next one: carbon and prices of sites, usage of tasks. */

export type Steps = {
  /** when each value begins, ascending; the first at 0 */
  seconds: Float64Array
  values: Float64Array
  /** after so many seconds it begins anew; infinity: the last value holds for ever */
  periodSeconds: number
}

export function stepsConstant(value: number): Steps {
  return stepsOf([[0, value]])
}

export function stepsOf(
  pairs: readonly (readonly [seconds: number, value: number])[],
  periodSeconds = Number.POSITIVE_INFINITY,
): Steps {
  return {
    seconds: Float64Array.from(pairs, ([seconds]) => seconds),
    values: Float64Array.from(pairs, ([, value]) => value),
    periodSeconds,
  }
}

export function stepsAt(steps: Steps, atSeconds: number): number {
  return steps.values[indexAt(steps, atSeconds)] ?? 0
}

/** When the value after the one that holds begins, counted from where `atSeconds` is; infinity: never. */
export function stepsNext(steps: Steps, atSeconds: number, zeroSeconds = 0): number {
  const { seconds, periodSeconds } = steps
  // One value alone begins anew as what it was.
  if (seconds.length < 2) return Number.POSITIVE_INFINITY
  const elapsed = atSeconds - zeroSeconds
  const next = indexAt(steps, elapsed) + 1
  const begins = beginsAt(steps, elapsed)
  const due = zeroSeconds + begins + (next < seconds.length ? (seconds[next] ?? 0) : periodSeconds)
  // A sum of times may round to the instant it starts from.
  return due > atSeconds ? due : atSeconds + 1e-6
}

/** When it last began anew. */
function beginsAt({ periodSeconds }: Steps, atSeconds: number): number {
  return Number.isFinite(periodSeconds) ? Math.floor(atSeconds / periodSeconds) * periodSeconds : 0
}

function indexAt(steps: Steps, atSeconds: number): number {
  const { seconds } = steps
  const begins = beginsAt(steps, atSeconds)
  let low = 0
  let high = seconds.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    // The same sum as in `stepsNext`, so that what begins then has begun then.
    if (begins + (seconds[middle] ?? 0) <= atSeconds) low = middle
    else high = middle - 1
  }
  return low
}
