/** Runs side by side: each measure as a mean over the seeds of a policy, and which policy is best by it. */
import { type Measure, measures } from './measures.ts'
import type { SimulationResult } from './result.ts'

/** By the names of the measures, so that they can be kept and compared later. */
export type Figures = Record<string, number | null>

export function figuresOf(result: SimulationResult): Figures {
  return Object.fromEntries(measures.map(({ name, of }) => [name, of(result)]))
}

export type ComparedMeasure = {
  measure: Omit<Measure, 'of' | 'rare'>
  /** by policy, in the order of the results */
  values: { policy: string; mean: number | null; isBest: boolean }[]
}

export function resultsCompare(results: readonly SimulationResult[]): ComparedMeasure[] {
  return figuresCompare(results.map((result) => ({ policy: result.policy, figures: figuresOf(result) })))
}

/** Where all are level, none is best. What is rare and did not happen is left out. */
export function figuresCompare(rows: readonly { policy: string; figures: Figures }[]): ComparedMeasure[] {
  const policies = [...new Set(rows.map(({ policy }) => policy))]
  return measures.flatMap(({ of: _, rare, ...measure }) => {
    const means = policies.map((policy) =>
      mean(rows.filter((row) => row.policy === policy).map(({ figures }) => figures[measure.name] ?? null)),
    )
    if (rare === true && means.every((each) => each === null || each === 0)) return []
    const known = means.filter((each) => each !== null)
    const best = measure.better === 'more' ? Math.max(...known) : Math.min(...known)
    const isLevel = known.every((each) => each === best)
    return {
      measure,
      values: policies.map((policy, at) => ({
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
