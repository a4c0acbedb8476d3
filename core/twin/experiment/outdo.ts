/** Our own policies in the published experiment, beside the best one there: as published, or on other lists as it comes out. */
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
  /** of the rival: as published, or, where nothing was, as it came out here */
  theirs: number[]
  isPublished: boolean
  /** ours less theirs at the last column */
  difference: number
  seedsBetter: number
  verdict: 'better' | 'level' | 'worse'
}

type Asked = { workload: string; policy: string; seeds: readonly number[] }
/** Columns by seed. */
type Allocations = ReadonlyMap<number, Float64Array>

/**
 * Yields before each run what it will be, the rival's and ours in turn, so that whoever drives it can stop and can take
 * the time of both under the same conditions.
 */
export function* outdo(
  experiment: Experiment,
  published: Published,
  { workload, policy, seeds }: Asked,
): Generator<{ policy: string; seed: number }, Outdone> {
  const allocations = { ours: new Map<number, Float64Array>(), theirs: new Map<number, Float64Array>() }
  for (const seed of seeds) {
    const arrivals = arrivalsOf(experiment, seed)
    for (const [whose, algorithm] of [
      ['theirs', rivalPolicy],
      ['ours', policy],
    ] as const) {
      yield { policy: algorithm, seed }
      const run = experimentRun(experiment, arrivals, policyResolve({ algorithm }), seed)
      allocations[whose].set(seed, columnsOf(run, experiment.capacityMilli).allocation)
    }
  }
  return outdone(published, { workload, policy }, allocations)
}

export function outdone(
  published: Published,
  { workload, policy }: Omit<Asked, 'seeds'>,
  { ours, theirs }: { ours: Allocations; theirs: Allocations },
): Outdone {
  const asPublished = (seed: number, column: number) =>
    published('allocation', { workload, policy: rivalPolicy, seed, column })
  const common = [...ours.keys()].filter((seed) =>
    publishedColumns.every((column) => asPublished(seed, column) !== undefined),
  )
  const isPublished = common.length > 0
  const seeds = isPublished ? common : [...ours.keys()]
  const our = (seed: number, column: number) => ours.get(seed)?.[column] ?? Number.NaN
  const their = (seed: number, column: number) =>
    (isPublished ? asPublished(seed, column) : theirs.get(seed)?.[column]) ?? Number.NaN
  const gaps = seeds.map((seed) => our(seed, columnMax) - their(seed, columnMax))
  const difference = mean(gaps)
  return {
    workload,
    policy,
    seeds,
    ours: publishedColumns.map((column) => mean(seeds.map((seed) => our(seed, column)))),
    theirs: publishedColumns.map((column) => mean(seeds.map((seed) => their(seed, column)))),
    isPublished,
    difference,
    seedsBetter: gaps.filter((gap) => isMore(gap)).length,
    verdict: isMore(difference) ? 'better' : isMore(-difference) ? 'worse' : 'level',
  }
}

/** Published allocations have two decimals. */
function isMore(difference: number): boolean {
  return difference >= 0.005
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
