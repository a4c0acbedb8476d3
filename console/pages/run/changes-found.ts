import type { RunDetail } from '@orrery/api/run.ts'

export type NamedChange = { id: string; name: string; from: string | null; to: string | null }

/** Changes by names; what has none any more by its id. */
export function changesNamed({ changes }: Pick<RunDetail, 'changes'>): NamedChange[] {
  return changes.map(({ workloadId, workloadName, fromNodeId, fromNodeName, nodeName }) => ({
    id: workloadId,
    name: workloadName ?? workloadId,
    from: fromNodeName ?? fromNodeId,
    to: nodeName,
  }))
}

/** Those with every word in the name of the workload or of a node. */
export function changesFound(changes: readonly NamedChange[], words: string): readonly NamedChange[] {
  const asked = words.toLowerCase().split(/\s+/).filter(Boolean)
  if (asked.length === 0) return changes
  return changes.filter(({ name, from, to }) => {
    const text = `${name} ${from ?? ''} ${to ?? ''}`.toLowerCase()
    return asked.every((word) => text.includes(word))
  })
}
