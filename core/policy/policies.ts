/** The registry of policies: one array, used by the live planner, the twin, the CLI and the console alike. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { PolicyNetwork } from '@orrery/api/policy.ts'
import type { PlannerPolicy, Score, WeightedScore } from './model.ts'
import { compositionParse, isComposition, policyCompose } from './compose.ts'
import { gpuClustering, gpuPacking } from './gpu-scores.ts'
import { fill } from './fill/fill.ts'
import { gradient } from './gradient.ts'
import { networkOf } from './network/network.ts'
import { networkPolicy } from './network/policy.ts'
import { bestFit, carbon, dotProduct, draw, lowLatency, spread, weighable } from './scores.ts'

const alone = (score: Score): WeightedScore[] => [{ score, weight: 1 }]

/** It is not in the registry, for it is nothing without its network. */
export const learnedAlgorithm = 'learned'

export const policies: readonly PlannerPolicy[] = [
  {
    name: 'random',
    title: 'Random',
    description: 'Any node with room, each as likely.',
    deterministic: false,
    scores: alone(draw),
    gpuRule: 'random',
  },
  {
    name: 'first-fit',
    title: 'First fit',
    description: 'The first node with room.',
    deterministic: true,
    scores: [],
    gpuRule: 'best',
  },
  {
    name: 'best-fit',
    title: 'Best fit',
    description: 'The node with the least left over after the placement.',
    deterministic: true,
    scores: alone(bestFit),
    gpuRule: 'best',
  },
  {
    name: 'worst-fit',
    title: 'Worst fit (spread)',
    description: 'The node with the most left over, as a share of its own size.',
    deterministic: true,
    scores: alone(spread),
    gpuRule: 'best',
  },
  {
    name: 'dot-product',
    title: 'Dot product',
    description: 'The node where the product of what is free and what is asked for is smallest.',
    deterministic: true,
    scores: alone(dotProduct),
    gpuRule: 'best',
  },
  {
    name: 'gpu-packing',
    title: 'GPU packing',
    description: 'GPUs in use are filled before idle ones, and nodes in use before untouched ones.',
    deterministic: true,
    scores: alone(gpuPacking),
    gpuRule: 'best',
  },
  {
    name: 'gpu-clustering',
    title: 'GPU clustering',
    description: 'GPU work of one kind keeps together: shares of a GPU, single GPUs, pairs and so on.',
    deterministic: true,
    scores: alone(gpuClustering),
    gpuRule: 'best',
  },
  {
    name: 'fgd',
    title: 'Fragmentation gradient descent (FGD)',
    description: 'The node and GPU where the placement leaves least that the usual work cannot use.',
    deterministic: true,
    scores: alone(gradient),
    gpuRule: 'score',
  },
  {
    name: 'fill',
    title: 'Fillable GPUs',
    description: 'The node and GPU where least is lost of what the usual work could still fill.',
    deterministic: true,
    scores: alone(fill),
    gpuRule: 'score',
  },
  {
    name: 'first-fit-decreasing',
    title: 'First fit decreasing',
    description: 'The first node with room; of those who wait, who asks for most is served first.',
    deterministic: true,
    scores: [],
    gpuRule: 'best',
    order: 'decreasing',
  },
  {
    name: 'carbon-aware',
    title: 'Carbon-aware',
    description:
      'The node where the energy that the placement adds brings least carbon: clean sites, and nodes that are awake.',
    deterministic: true,
    scores: alone(carbon),
    gpuRule: 'best',
  },
  {
    name: 'latency-aware',
    title: 'Latency-aware',
    description: 'The node nearest to the site that the workload names, or else to the core cloud.',
    deterministic: true,
    scores: alone(lowLatency),
    gpuRule: 'best',
  },
  {
    name: 'weighted',
    title: 'Weighted',
    description: `A sum of scores between 0 and 1, each with a weight: ${weighable.map(({ name }) => name).join(', ')}.`,
    deterministic: true,
    scores: [
      { score: spread, weight: 1 },
      ...weighable.filter(({ name }) => name === 'gpuSaving').map((score) => ({ score, weight: 0.5 })),
    ],
    gpuRule: 'best',
  },
]

/**
 * The policy that a stored policy means: an algorithm of the registry and, for `weighted`, the weights of its scores
 * (none: its own); or a sum of scores, as `best-fit*0.7+carbon*0.3`; or, for `learned`, a network. Throws `invalid` for names that are not there and
 * for weights where none apply.
 */
export function policyResolve(choice: {
  algorithm: string
  weights?: Readonly<Record<string, number>>
  network?: PolicyNetwork | null
}): PlannerPolicy {
  const network = choice.network ?? null
  if (choice.algorithm === learnedAlgorithm) return learnedResolve(network, choice.weights ?? {})
  if (network !== null) {
    throw new OrreryError(
      'invalid',
      `"${choice.algorithm}" has no network; only "${learnedAlgorithm}" takes one`,
    )
  }
  const policy = isComposition(choice.algorithm)
    ? policyCompose(choice.algorithm, compositionParse(choice.algorithm))
    : policies.find(({ name }) => name === choice.algorithm)
  if (policy === undefined) {
    throw new OrreryError(
      'invalid',
      `there is no policy algorithm "${choice.algorithm}"; there are ${policies.map(({ name }) => name).join(', ')}, and sums of scores as best-fit*0.7+carbon*0.3`,
    )
  }
  const weights = Object.entries(choice.weights ?? {})
  if (weights.length === 0) return policy
  if (policy.name !== 'weighted') {
    throw new OrreryError('invalid', `"${policy.name}" has no weights; only "weighted" takes them`)
  }
  return { ...policy, scores: weights.map(([name, weight]) => ({ score: scoreNamed(name), weight })) }
}

function learnedResolve(
  network: PolicyNetwork | null,
  weights: Readonly<Record<string, number>>,
): PlannerPolicy {
  if (network === null) {
    throw new OrreryError('invalid', `"${learnedAlgorithm}" needs the network that was learned`)
  }
  if (Object.keys(weights).length > 0) {
    throw new OrreryError('invalid', `"${learnedAlgorithm}" has no weights; only "weighted" takes them`)
  }
  return networkPolicy(learnedAlgorithm, networkOf(network))
}

function scoreNamed(name: string): Score {
  const score = weighable.find((each) => each.name === name)
  if (score === undefined) {
    throw new OrreryError(
      'invalid',
      `there is no score "${name}"; there are ${weighable.map((each) => each.name).join(', ')}`,
    )
  }
  return score
}
