import type { Decision } from '@orrery/api/plan.ts'

/** What a person can do about a workload that waits, from what removed the most nodes. */
export function nextSteps(decision: Pick<Decision, 'outcome' | 'considered' | 'filters'>): string[] {
  if (decision.outcome === 'placed') return []
  if (decision.considered === 0)
    return ['There were no nodes to look at: register one, or enable a provider that has some.']
  const most = decision.filters.toSorted((one, other) => other.removed - one.removed)[0]
  const steps: string[] = []
  if (most !== undefined && most.removed > 0) {
    const name = most.filter.toLowerCase()
    if (/cpu|memory|disk|gpu|capacity|fit|room/.test(name))
      steps.push('Make its demand smaller, stop something else, or add a node with more room.')
    else if (/state|ready/.test(name))
      steps.push('Bring nodes back into service: activate drained ones, look at unreachable ones.')
    else steps.push(`Loosen the constraint that removed the most nodes (${most.filter}).`)
  }
  steps.push('It is tried again by itself whenever room appears.')
  return steps
}
