/** Our figures beside the published ones. */
import type { ExperimentColumns } from './columns.ts'
import { type Measure, type Published, publishedColumns } from './published.ts'

/** Published values are rounded: allocation to two decimals, ratios to six. */
const exactTolerance: Readonly<Record<Measure, number>> = { allocation: 0.01, fragmentRatio: 1e-6 }
/** Of means over ten seeds, where the draws of the published runs are not known: three standard errors, about. */
const meanTolerance = 0.5
const meanSeeds = 10

export type Verdict = 'reproduced' | 'differs' | 'not published'

export type Comparison = {
  /** means over the seeds, in the order of `publishedColumns` */
  ours: number[]
  /** null where nothing was published */
  published: (number | null)[]
  /** the largest over all seeds and columns; of a policy that draws, of the means over the seeds */
  difference: number | null
  tolerance: number
  verdict: Verdict
}

export type Compared = { workload: string; policy: string; deterministic: boolean }

/** `runs` are the columns of one workload and policy by seed. Seeds that were not published count for `ours` only. */
export function compare(
  published: Published,
  { workload, policy, deterministic }: Compared,
  runs: ReadonlyMap<number, ExperimentColumns>,
  measure: Measure,
): Comparison {
  const seeds = [...runs.keys()]
  const ours = (seed: number, column: number) => runs.get(seed)?.[measure][column] ?? Number.NaN
  const theirs = (seed: number, column: number) => published(measure, { workload, policy, seed, column })
  const common = seeds.filter((seed) =>
    publishedColumns.every((column) => theirs(seed, column) !== undefined),
  )
  const ourMeans = (of: readonly number[]) =>
    publishedColumns.map((column) => mean(of.map((seed) => ours(seed, column))))
  const theirMeans = publishedColumns.map((column) =>
    mean(common.map((seed) => theirs(seed, column) ?? Number.NaN)),
  )
  const differences = deterministic
    ? common.flatMap((seed) =>
        publishedColumns.map((column) => Math.abs(ours(seed, column) - (theirs(seed, column) ?? Number.NaN))),
      )
    : ourMeans(common).map((value, index) => Math.abs(value - (theirMeans[index] ?? Number.NaN)))
  // Fewer seeds make a noisier mean.
  const tolerance = deterministic
    ? exactTolerance[measure]
    : meanTolerance * Math.sqrt(Math.max(1, meanSeeds / Math.max(1, common.length)))
  const difference = common.length === 0 ? null : Math.max(...differences)
  return {
    ours: ourMeans(seeds),
    published: theirMeans.map((value) => (Number.isNaN(value) ? null : value)),
    difference,
    tolerance,
    verdict: verdictOf(difference, tolerance),
  }
}

function verdictOf(difference: number | null, tolerance: number): Verdict {
  if (difference === null) return 'not published'
  // The difference of two decimals carries an error of its own.
  return difference <= tolerance + 1e-9 ? 'reproduced' : 'differs'
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
