import type { Decision } from '@orrery/api/plan.ts'

/** The planner's own words, in `core/planner/explain.ts`, for: stopping others would not help. */
const evenEmpty = 'Not even an empty node would do'

type Advised = Pick<Decision, 'outcome' | 'considered' | 'filters' | 'message'>

/** What a person can do about a workload that waits, from what removed the most nodes. */
export function nextSteps(decision: Advised): string[] {
  if (decision.outcome === 'placed') return []
  if (decision.considered === 0)
    return ['There were no nodes to look at: register one, or enable a provider that has some.']
  const most = decision.filters.toSorted((one, other) => other.removed - one.removed)[0]
  const name = most !== undefined && most.removed > 0 ? most.filter.toLowerCase() : null
  const isRoom = name !== null && /cpu|memory|disk|gpu|capacity|fit|room/.test(name)
  const isState = name !== null && !isRoom && /state|ready/.test(name)
  const steps: string[] = []
  if (isState) steps.push('Bring nodes back into service: activate drained ones, look at unreachable ones.')
  else if (name !== null && !isRoom)
    steps.push(`Loosen the constraint that removed the most nodes (${most?.filter}).`)
  if (decision.message.includes(evenEmpty)) {
    steps.push(
      'Make its demand smaller, or add a node that is large enough.',
      'It is tried again by itself when such a node is there.',
    )
    return steps
  }
  if (isRoom) steps.push('Make its demand smaller, stop something else, or add a node with more room.')
  steps.push('It is tried again by itself whenever room appears.')
  return steps
}
