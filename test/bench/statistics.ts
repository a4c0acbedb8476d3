export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** The smallest value that at least `percent` of all values do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) throw new Error('there is no percentile of no values')
  const sorted = Float64Array.from(values).sort()
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1))
  return sorted[index] ?? Number.NaN
}

export type Rounds<Name extends string> = {
  /** median of each contender */
  of(name: Name): number
  /** median over the rounds of one contender's value by another's in the same round */
  ratio(name: Name, to: Name): number
}

/**
 * Runs each contender once per round, in turn, so that what else the machine does meets all of them. The first round
 * warms up and is not counted.
 */
export async function rounds<Name extends string>(
  count: number,
  contenders: Record<Name, () => Promise<number>>,
  each: (name: Name, round: number, value: number) => void = () => undefined,
): Promise<Rounds<Name>> {
  const names = Object.keys(contenders) as Name[]
  const values = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round <= count; round += 1) {
    for (const name of names) {
      const value = await contenders[name]()
      if (round === 0) continue
      values.get(name)?.push(value)
      each(name, round, value)
    }
  }
  const of = (name: Name): number[] => values.get(name) ?? []
  return {
    of: (name) => median(of(name)),
    ratio: (name, to) => median(of(name).map((value, round) => value / (of(to)[round] ?? Number.NaN))),
  }
}
