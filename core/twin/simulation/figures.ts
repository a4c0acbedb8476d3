/** Results as plain figures by the names of the measures, so that they can be kept and compared later. */
import { type ComparedMeasure, measures } from './compare.ts'
import type { SimulationResult } from './result.ts'

export type Figures = Record<string, number | null>

export function figuresOf(result: SimulationResult): Figures {
  return Object.fromEntries(measures.map(({ name, of }) => [name, of(result)]))
}

/** The mean over the seeds of each policy, and the best of each measure; where all are level, none is. */
export function figuresCompare(rows: readonly { policy: string; figures: Figures }[]): ComparedMeasure[] {
  const policies = [...new Set(rows.map(({ policy }) => policy))]
  return measures.map(({ of: _, ...measure }) => {
    const means = policies.map((policy) =>
      mean(rows.filter((row) => row.policy === policy).map(({ figures }) => figures[measure.name] ?? null)),
    )
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
