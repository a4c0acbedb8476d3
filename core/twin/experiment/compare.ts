/** Our figures beside the published ones. */
import type { ExperimentColumns } from './columns.ts'
import { type Measure, type Published, publishedColumns } from './published.ts'

/** Published values are rounded: allocation to two decimals, ratios to six. */
const exactTolerance: Readonly<Record<Measure, number>> = { allocation: 0.01, fragmentRatio: 1e-6 }
/** Of allocations that are means over ten seeds, where the draws of the published runs are not known. */
const meanTolerance = 0.5
const meanSeeds = 10

export type Verdict = 'reproduced' | 'differs' | 'not published'

export type Comparison = {
  /** those that were published, or, where none was, all that were run */
  seeds: number[]
  /** means over these seeds, in the order of `publishedColumns` */
  ours: number[]
  /** null where nothing was published */
  published: (number | null)[]
  /**
   * Of all seeds and columns, the difference that comes nearest to its tolerance or goes furthest beyond; of a policy
   * that draws, of the means over the seeds. Null where nothing was published.
   */
  difference: number | null
  tolerance: number
  verdict: Verdict
}

export type Compared = { workload: string; policy: string; deterministic: boolean }

/** `runs` are the columns of one workload and policy by seed. */
export function compare(
  published: Published,
  { workload, policy, deterministic }: Compared,
  runs: ReadonlyMap<number, ExperimentColumns>,
  measure: Measure,
): Comparison {
  const ours = (seed: number, column: number) => runs.get(seed)?.[measure][column] ?? Number.NaN
  const theirs = (seed: number, column: number) => published(measure, { workload, policy, seed, column })
  const common = [...runs.keys()].filter((seed) =>
    publishedColumns.every((column) => theirs(seed, column) !== undefined),
  )
  const ourMean = (of: readonly number[], column: number) => mean(of.map((seed) => ours(seed, column)))
  const theirAll = (column: number) => common.map((seed) => theirs(seed, column) ?? Number.NaN)
  const gaps = publishedColumns.flatMap((column): Gap[] =>
    deterministic
      ? common.map((seed) => ({
          difference: Math.abs(ours(seed, column) - (theirs(seed, column) ?? Number.NaN)),
          tolerance: exactTolerance[measure],
        }))
      : [
          {
            difference: Math.abs(ourMean(common, column) - mean(theirAll(column))),
            tolerance: drawTolerance(measure, theirAll(column)),
          },
        ],
  )
  const [worst] = gaps.toSorted((a, b) => b.difference / b.tolerance - a.difference / a.tolerance)
  const isPublished = common.length > 0 && worst !== undefined
  const seeds = isPublished ? common : [...runs.keys()]
  return {
    seeds,
    ours: publishedColumns.map((column) => ourMean(seeds, column)),
    published: publishedColumns.map((column) => (isPublished ? mean(theirAll(column)) : null)),
    difference: isPublished ? worst.difference : null,
    tolerance: isPublished ? worst.tolerance : exactTolerance[measure],
    verdict: isPublished ? verdictOf(worst) : 'not published',
  }
}

type Gap = { difference: number; tolerance: number }

/**
 * Fewer seeds make a noisier mean. Ratios of one seed and the next differ by points while the cluster fills: there, three
 * standard errors of a difference of two means, by the spread of the published seeds, where that is more.
 */
function drawTolerance(measure: Measure, published: readonly number[]): number {
  const count = Math.max(1, published.length)
  const plain = meanTolerance * Math.sqrt(Math.max(1, meanSeeds / count))
  if (measure === 'allocation' || count === 1) return plain
  const centre = mean(published)
  const variance = published.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (count - 1)
  return Math.max(plain, 3 * Math.sqrt((2 * variance) / count))
}

function verdictOf({ difference, tolerance }: Gap): Verdict {
  // The difference of two decimals carries an error of its own.
  return difference <= tolerance + 1e-9 ? 'reproduced' : 'differs'
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
