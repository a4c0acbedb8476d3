/** A learned network as a policy of the planner, among all others. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { PlannerPolicy, Score } from '../model.ts'
import { features } from './features.ts'
import { type Network, networkScorer } from './network.ts'

/** Throws `invalid` where the network wants to know what a planner does not. */
export function networkPolicy(name: string, network: Network): PlannerPolicy {
  return {
    name,
    title: 'Learned',
    description: 'The node that a learned network scores highest.',
    deterministic: true,
    scores: [{ score: networkScore(network), weight: 1 }],
    // Who learned in the environment saw devices taken by this rule.
    gpuRule: 'best',
  }
}

function networkScore(network: Network): Score {
  const wanted = network.features.map((name) => {
    const feature = Object.hasOwn(features, name) ? features[name] : undefined
    if (feature !== undefined) return feature
    throw new OrreryError(
      'invalid',
      `a planner knows no feature "${name}"; it knows ${Object.keys(features).join(', ')}`,
    )
  })
  const score = networkScorer(network)
  const row = new Float64Array(wanted.length)
  return {
    name: 'learned',
    title: 'Learned',
    description: 'What the network says to what is free on the node and what is asked for.',
    local: true,
    of(inventory, request, node) {
      for (let at = 0; at < wanted.length; at += 1) row[at] = wanted[at]?.(inventory, request, node) ?? 0
      return score(row)
    },
  }
}
