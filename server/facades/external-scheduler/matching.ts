/**
 * Which node an OpenNebula host id means, and which workload a VM id. Four ways, in this order; the first one under which
 * any host of a question is known holds for the whole question, so that ids of two kinds never mix:
 *
 * 1. the label `opennebula` with the number as its value;
 * 2. the text id that the environment's clients use, which is how the original's monitor registers hosts;
 * 3. the environment's state id;
 * 4. the name.
 *
 * A VM is known by the first two.
 */
import type { Ctx } from '../../verbs/context.ts'

export const opennebulaLabel = 'opennebula'

export type Matching = {
  /** node id by host id; hosts that nothing here stands for are left out */
  nodes: ReadonlyMap<bigint, string>
  workloadOf(vmId: bigint): string | undefined
}

type NodeLike = {
  name: string
  aliasKey: string | null
  aliasNumber: number | null
  labels: Record<string, string>
}
const ways: readonly ((node: NodeLike) => string | null | undefined)[] = [
  (node) => node.labels[opennebulaLabel],
  (node) => node.aliasKey,
  (node) => (node.aliasNumber === null ? null : String(node.aliasNumber)),
  (node) => node.name,
]

export function matchingOf({ mirror }: Pick<Ctx, 'mirror'>, hostIds: ReadonlySet<bigint>): Matching {
  const wanted = new Map(Array.from(hostIds, (id) => [String(id), id]))
  const nodes = new Map<bigint, string>()
  for (const way of ways) {
    for (const node of mirror.nodes.values()) {
      const hostId = wanted.get(way(node) ?? '')
      if (hostId !== undefined) nodes.set(hostId, node.id)
    }
    if (nodes.size > 0) break
  }
  let workloads: Map<string, string> | null = null
  return {
    nodes,
    workloadOf(vmId) {
      workloads ??= workloadsByNumber(mirror)
      return workloads.get(String(vmId))
    },
  }
}

function workloadsByNumber(mirror: Ctx['mirror']): Map<string, string> {
  const found = new Map<string, string>()
  for (const { id, aliasKey, labels } of mirror.workloads.values()) {
    const label = labels[opennebulaLabel]
    if (label !== undefined) found.set(label, id)
    else if (aliasKey !== null && !found.has(aliasKey) && /^\d+$/.test(aliasKey)) found.set(aliasKey, id)
  }
  return found
}
