/** Draws that cost a table look-up each, and that every machine answers alike. */
import { type RandomStream, randomUint32 } from '../../random.ts'

/** Walker's alias method (1977): one draw picks an index by weight. */
export type AliasTable = { keep: Float64Array; alias: Int32Array }

export function aliasTable(weights: readonly number[]): AliasTable {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const keep = Float64Array.from(weights, (weight) => (weight * weights.length) / total)
  const alias = Int32Array.from(weights, (_, index) => index)
  const small = [...keep.keys()].filter((index) => (keep[index] ?? 0) < 1)
  const large = [...keep.keys()].filter((index) => (keep[index] ?? 0) >= 1)
  for (let poor = small.pop(); poor !== undefined; poor = small.pop()) {
    const rich = large.pop()
    // Only rounding can leave a poor one without a rich one.
    if (rich === undefined) {
      keep[poor] = 1
      continue
    }
    alias[poor] = rich
    keep[rich] = (keep[rich] ?? 0) - (1 - (keep[poor] ?? 0))
    if ((keep[rich] ?? 0) < 1) small.push(rich)
    else large.push(rich)
  }
  for (const rich of large) keep[rich] = 1
  return { keep, alias }
}

export function aliasDraw({ keep, alias }: AliasTable, stream: RandomStream): number {
  const at = (randomUint32(stream) / 2 ** 32) * keep.length
  const index = Math.floor(at)
  return at - index < (keep[index] ?? 1) ? index : (alias[index] ?? index)
}

const quantileBits = 10
/** The exponential distribution of mean 1 at 1,024 even quantiles, scaled so that the mean of the table is 1 too. */
const quantiles = exponentialQuantiles(2 ** quantileBits)
export const lifeMost = quantiles.at(-1) ?? 0

/** A whole number of at least 1, exponential with about this mean, at most `lifeMost` times it. */
export function lifeDraw(stream: RandomStream, mean: number): number {
  const life = Math.round(mean * (quantiles[randomUint32(stream) >>> (32 - quantileBits)] ?? 1))
  return life < 1 ? 1 : life
}

function exponentialQuantiles(count: number): Float64Array {
  const table = Float64Array.from({ length: count }, (_, at) => -Math.log1p(-(at + 0.5) / count))
  const mean = table.reduce((sum, value) => sum + value, 0) / count
  return table.map((value) => value / mean)
}
