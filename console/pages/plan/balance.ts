import type { PlanStep } from '@orrery/api/plan.ts'

export type NodeChange = { node: string; arrives: string[]; leaves: string[] }

/** What each node gains and loses by a plan, the most changed first. */
export function nodeChanges(steps: readonly PlanStep[]): NodeChange[] {
  const nodes = new Map<string, NodeChange>()
  const at = (node: string) => {
    const known = nodes.get(node) ?? { node, arrives: [], leaves: [] }
    nodes.set(node, known)
    return known
  }
  for (const step of steps) {
    if (step.workloadName === null) continue
    if (step.kind === 'place' || step.kind === 'migrate') {
      if (step.nodeName !== null) at(step.nodeName).arrives.push(step.workloadName)
      if (step.fromNodeName !== null) at(step.fromNodeName).leaves.push(step.workloadName)
    }
    if (step.kind === 'unbind') {
      const from = step.fromNodeName ?? step.nodeName
      if (from !== null) at(from).leaves.push(step.workloadName)
    }
  }
  const size = (change: NodeChange) => change.arrives.length + change.leaves.length
  return [...nodes.values()].toSorted(
    (one, other) => size(other) - size(one) || one.node.localeCompare(other.node),
  )
}
