/** Runs side by side: each measure as a mean over the seeds of a policy, and which policy is best by it. */
import type { SimulationResult } from './result.ts'

export type Measure = {
  name: string
  title: string
  unit: '%' | 'tasks' | 'seconds'
  better: 'more' | 'less'
  /** null: it does not apply, as to GPUs where there are none */
  of(result: SimulationResult): number | null
}

const percent = (share: number | null) => (share === null ? null : 100 * share)

export const measures: readonly Measure[] = [
  {
    name: 'gpuAllocated',
    title: 'GPUs allocated, over time',
    unit: '%',
    better: 'more',
    of: ({ allocated }) => percent(allocated.gpu),
  },
  {
    name: 'cpuAllocated',
    title: 'cores allocated, over time',
    unit: '%',
    better: 'more',
    of: ({ allocated }) => percent(allocated.cpu),
  },
  {
    name: 'memoryAllocated',
    title: 'memory allocated, over time',
    unit: '%',
    better: 'more',
    of: ({ allocated }) => percent(allocated.memory),
  },
  {
    name: 'fragmented',
    title: 'idle GPUs of no use to the usual task',
    unit: '%',
    better: 'less',
    of: ({ fragmentShare }) => percent(fragmentShare),
  },
  { name: 'placed', title: 'got a place', unit: 'tasks', better: 'more', of: ({ placed }) => placed },
  { name: 'finished', title: 'finished', unit: 'tasks', better: 'more', of: ({ finished }) => finished },
  { name: 'rejected', title: 'turned away', unit: 'tasks', better: 'less', of: ({ rejected }) => rejected },
  {
    name: 'waiting',
    title: 'waiting, over time',
    unit: 'tasks',
    better: 'less',
    of: ({ waitingMean }) => waitingMean,
  },
  {
    name: 'waitMean',
    title: 'wait of who got a place, mean',
    unit: 'seconds',
    better: 'less',
    of: ({ waitSecondsMean }) => waitSecondsMean,
  },
  {
    name: 'waitMost',
    title: 'wait of who got a place, longest',
    unit: 'seconds',
    better: 'less',
    of: ({ waitSecondsMost }) => waitSecondsMost,
  },
]

export type ComparedMeasure = {
  measure: Omit<Measure, 'of'>
  /** by policy, in the order of the results */
  values: { policy: string; mean: number | null; isBest: boolean }[]
}

/** Where all are level, none is best. */
export function resultsCompare(results: readonly SimulationResult[]): ComparedMeasure[] {
  const names = [...new Set(results.map(({ policy }) => policy))]
  return measures.map(({ of, ...measure }) => {
    const means = names.map((policy) => mean(results.filter((each) => each.policy === policy).map(of)))
    const known = means.filter((each) => each !== null)
    const best = measure.better === 'more' ? Math.max(...known) : Math.min(...known)
    const isLevel = known.every((each) => each === best)
    return {
      measure,
      values: names.map((policy, at) => ({
        policy,
        mean: means[at] ?? null,
        isBest: !isLevel && means[at] === best,
      })),
    }
  })
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((each) => each !== null)
  return known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0) / known.length
}
