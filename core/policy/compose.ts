/**
 * Policies given as data: a sum of scores with weights, or the same as text, `best-fit*0.7+carbon*0.3`. Scores that count
 * in points are brought to about 0 to 1 first, so that weights compare.
 */
import { OrreryError } from '@orrery/api/errors.ts'
import { fill } from './fill/fill.ts'
import { gpuClustering, gpuPacking } from './gpu-scores.ts'
import { gradient } from './gradient.ts'
import type { PlannerPolicy, Score } from './model.ts'
import { bestFit, dotProduct, weighable } from './scores.ts'

/** `by`: what a score is multiplied with. Those of `fill` are thousandths of a GPU, the others points of 100. */
type Composable = { name: string; score: Score; by: number }

const points = 0.01
const thousandths = 0.001

export const composable: readonly Composable[] = [
  { name: 'best-fit', score: bestFit, by: points },
  { name: 'dot-product', score: dotProduct, by: points },
  { name: 'gpu-packing', score: gpuPacking, by: points },
  { name: 'gpu-clustering', score: gpuClustering, by: points },
  { name: 'fgd', score: gradient, by: points },
  { name: 'fill', score: fill, by: thousandths },
  ...weighable.map((score) => ({ name: kebab(score.name), score, by: 1 })),
]

/** Any finite weight but 0; a negative one turns a score round. */
export type ComposedScore = { name: string; weight: number }

const weightMost = 1000
const termsMax = 32

/** Throws `invalid`, naming what is there. Filters are not part of it: those of core/planner/filters.ts hold for all. */
export function policyCompose(name: string, terms: readonly ComposedScore[]): PlannerPolicy {
  if (terms.length === 0 || terms.length > termsMax) {
    throw new OrreryError(
      'invalid',
      `a policy is a sum of 1 to ${termsMax} scores; this one has ${terms.length}`,
    )
  }
  const twice = terms.find((term, at) => terms.findIndex((each) => each.name === term.name) !== at)
  if (twice !== undefined) throw new OrreryError('invalid', `the score "${twice.name}" is there twice`)
  const scores = terms.map(({ name: wanted, weight }) => {
    if (!Number.isFinite(weight) || weight === 0 || Math.abs(weight) > weightMost) {
      throw new OrreryError(
        'invalid',
        `the weight of "${wanted}" must be a number from -${weightMost} to ${weightMost} and not 0; got ${weight}`,
      )
    }
    const { score, by } = composableNamed(wanted)
    return { score, weight: weight * by }
  })
  return {
    name,
    title: 'Composed',
    description: terms.map((term) => `${term.name} times ${term.weight}`).join(', '),
    deterministic: true,
    scores,
    gpuRule: scores.some(({ score }) => score.device !== undefined) ? 'score' : 'best',
  }
}

/** It has a weight or a sum in it, which the name of a policy never has. */
export function isComposition(text: string): boolean {
  return /[*+]/.test(text)
}

/** `best-fit*0.7+carbon*0.3`; a score alone counts once, and a weight may come first. */
export function compositionParse(text: string): ComposedScore[] {
  return text.split('+').map((term) => {
    const factors = term.split('*').map((factor) => factor.trim())
    const numbers = factors.filter((factor) => /^-?(\d+\.?\d*|\.\d+)$/.test(factor))
    const [name, ...others] = factors.filter((factor) => !numbers.includes(factor))
    if (name === undefined || name === '' || others.length > 0 || numbers.length > 1) {
      throw new OrreryError(
        'invalid',
        `"${term.trim()}" is not a score with a weight, as best-fit*0.7, in "${text}"; ${composableInWords()}`,
      )
    }
    return { name, weight: numbers[0] === undefined ? 1 : Number(numbers[0]) }
  })
}

export function composableInWords(): string {
  return `there are the scores ${composable.map(({ name }) => name).join(', ')}`
}

function composableNamed(name: string): Composable {
  const found = composable.find((each) => each.name === name || each.score.name === name)
  if (found === undefined) {
    throw new OrreryError('invalid', `there is no score "${name}"; ${composableInWords()}`)
  }
  return found
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
