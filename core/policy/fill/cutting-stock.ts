/**
 * What a piece of a device is worth when many tasks of a few sizes are to be cut from many devices: the dual values of
 * the cutting-stock problem's linear relaxation, solved by column generation (Gilmore and Gomory, "A linear programming
 * approach to the cutting-stock problem", Operations Research 9, 1961).
 */

/** In hundredths of a device: pieces finer than that are rounded up. */
const units = 100
const unitMilli = 10
const improvement = 1e-7
const stepsMax = 2000

export type Cut = { milli: number; supply: number }

/**
 * At 0 to 100 hundredths of a device left: how many thousandths the best pattern gets from them, less what its tasks
 * are worth elsewhere. `supply` is how many tasks of a size there are; `devices` how many devices they may take.
 */
export function pieceValues(cuts: readonly Cut[], devices: number): Float64Array {
  const sizes = cuts.map(({ milli }) => ({ milli, width: Math.ceil(milli / unitMilli) }))
  const [, ...prices] = dualPrices(cuts, sizes, devices)
  return patternBest(sizes, prices).values
}

type Size = { milli: number; width: number }
type Column = { cost: number; entries: Float64Array }

/** Price of a device first, then of a task of each size: the revised simplex method, from the empty packing on. */
function dualPrices(cuts: readonly Cut[], sizes: readonly Size[], devices: number): Float64Array {
  const rows = cuts.length + 1
  const inverse = Array.from({ length: rows }, (_, row) => {
    const line = new Float64Array(rows)
    line[row] = 1
    return line
  })
  const amounts = Float64Array.from([devices, ...cuts.map(({ supply }) => supply)])
  const costs = new Float64Array(rows)
  const prices = new Float64Array(rows)
  for (let step = 0; step < stepsMax; step += 1) {
    prices.fill(0)
    inverse.forEach((line, row) => {
      const cost = costs[row] ?? 0
      if (cost !== 0)
        for (let at = 0; at < rows; at += 1) prices[at] = (prices[at] ?? 0) + cost * (line[at] ?? 0)
    })
    const column = columnFind(sizes, prices)
    if (column === null || !pivot(inverse, amounts, costs, column)) break
  }
  return prices
}

/** The column that would gain most: a pattern for one more device, or less of something; null when none gains. */
function columnFind(sizes: readonly Size[], prices: Float64Array): Column | null {
  let gain = improvement
  let slack = -1
  prices.forEach((price, at) => {
    if (-price > gain) {
      gain = -price
      slack = at
    }
  })
  const { values, lasts } = patternBest(sizes, prices.subarray(1))
  const entries = new Float64Array(prices.length)
  if ((values[units] ?? 0) - (prices[0] ?? 0) > gain) {
    entries[0] = 1
    let cost = 0
    for (let left = units; left > 0;) {
      const last = lasts[left] ?? -1
      const size = sizes[last]
      if (size === undefined) {
        left -= 1
        continue
      }
      entries[last + 1] = (entries[last + 1] ?? 0) + 1
      cost += size.milli
      left -= size.width
    }
    return { cost, entries }
  }
  if (slack < 0) return null
  entries[slack] = 1
  return { cost: 0, entries }
}

/** By so many hundredths left: the most that a pattern gains over the prices of its tasks, and its last task. */
function patternBest(
  sizes: readonly Size[],
  prices: ArrayLike<number>,
): { values: Float64Array; lasts: Int32Array } {
  const values = new Float64Array(units + 1)
  const lasts = new Int32Array(units + 1).fill(-1)
  for (let left = 1; left <= units; left += 1) {
    values[left] = values[left - 1] ?? 0
    sizes.forEach(({ milli, width }, at) => {
      if (width > left) return
      const value = milli - (prices[at] ?? 0) + (values[left - width] ?? 0)
      if (value <= (values[left] ?? 0) + 1e-12) return
      values[left] = value
      lasts[left] = at
    })
  }
  return { values, lasts }
}

/** Brings the column into the basis. False when nothing limits it, which no column of a bounded problem does. */
function pivot(
  inverse: Float64Array[],
  amounts: Float64Array,
  costs: Float64Array,
  { cost, entries }: Column,
): boolean {
  const direction = inverse.map((line) => line.reduce((sum, each, at) => sum + each * (entries[at] ?? 0), 0))
  let leaving = -1
  let most = Number.POSITIVE_INFINITY
  direction.forEach((each, row) => {
    if (each <= 1e-9) return
    const limit = (amounts[row] ?? 0) / each
    if (limit >= most - 1e-12) return
    most = limit
    leaving = row
  })
  const line = inverse[leaving]
  if (line === undefined) return false
  direction.forEach((each, row) => {
    amounts[row] = row === leaving ? most : (amounts[row] ?? 0) - most * each
  })
  const by = direction[leaving] ?? 1
  for (let at = 0; at < line.length; at += 1) line[at] = (line[at] ?? 0) / by
  inverse.forEach((other, row) => {
    const factor = direction[row] ?? 0
    if (row === leaving || factor === 0) return
    for (let at = 0; at < other.length; at += 1) other[at] = (other[at] ?? 0) - factor * (line[at] ?? 0)
  })
  costs[leaving] = cost
  return true
}
