/** Our own policies in the published experiment, beside what was published of the best one there. */
import { policyResolve } from '../../policy/policies.ts'
import { arrivalsOf } from './arrivals.ts'
import { columnMax, columnsOf } from './columns.ts'
import type { Experiment } from './experiment.ts'
import { type Published, publishedColumns } from './published.ts'
import { experimentRun } from './run.ts'

export const ownPolicies: readonly string[] = ['fill']
/** Whom they are to beat, in no more than so many times its time. */
export const rivalPolicy = 'fgd'
export const timesRivalMax = 2

export type Outdone = {
  workload: string
  policy: string
  /** those with published figures, or, where there are none, all that were run */
  seeds: number[]
  /** allocation, percent of all GPUs: means over the seeds, in the order of `publishedColumns` */
  ours: number[]
  /** of the rival; null where nothing was published */
  published: (number | null)[]
  /** ours less published at the last column; null where nothing was published */
  difference: number | null
  seedsBetter: number
  verdict: 'better' | 'level' | 'worse' | 'not published'
}

type Asked = { workload: string; policy: string; seeds: readonly number[] }

/**
 * Yields before each run what it will be, the rival's and ours in turn, so that whoever drives it can stop and can take
 * the time of both under the same conditions.
 */
export function* outdo(
  experiment: Experiment,
  published: Published,
  { workload, policy, seeds }: Asked,
): Generator<{ policy: string; seed: number }, Outdone> {
  const allocations = new Map<number, Float64Array>()
  for (const seed of seeds) {
    const arrivals = arrivalsOf(experiment, seed)
    for (const algorithm of [rivalPolicy, policy]) {
      yield { policy: algorithm, seed }
      const run = experimentRun(experiment, arrivals, policyResolve({ algorithm }), seed)
      // Of both, for it is part of the time; ours is the last.
      allocations.set(seed, columnsOf(run, experiment.capacityMilli).allocation)
    }
  }
  return outdone(published, { workload, policy }, allocations)
}

/** `allocations` are our columns by seed. */
export function outdone(
  published: Published,
  { workload, policy }: Omit<Asked, 'seeds'>,
  allocations: ReadonlyMap<number, Float64Array>,
): Outdone {
  const theirs = (seed: number, column: number) =>
    published('allocation', { workload, policy: rivalPolicy, seed, column })
  const ours = (seed: number, column: number) => allocations.get(seed)?.[column] ?? Number.NaN
  const common = [...allocations.keys()].filter((seed) =>
    publishedColumns.every((column) => theirs(seed, column) !== undefined),
  )
  const isPublished = common.length > 0
  const seeds = isPublished ? common : [...allocations.keys()]
  const gaps = common.map((seed) => ours(seed, columnMax) - (theirs(seed, columnMax) ?? Number.NaN))
  const difference = isPublished ? mean(gaps) : null
  return {
    workload,
    policy,
    seeds,
    ours: publishedColumns.map((column) => mean(seeds.map((seed) => ours(seed, column)))),
    published: publishedColumns.map((column) =>
      isPublished ? mean(seeds.map((seed) => theirs(seed, column) ?? Number.NaN)) : null,
    ),
    difference,
    seedsBetter: gaps.filter((gap) => isMore(gap)).length,
    verdict:
      difference === null
        ? 'not published'
        : isMore(difference)
          ? 'better'
          : isMore(-difference)
            ? 'worse'
            : 'level',
  }
}

/** Published allocations have two decimals. */
function isMore(difference: number): boolean {
  return difference >= 0.005
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
