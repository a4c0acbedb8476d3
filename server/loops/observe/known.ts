import type { MirrorNode, MirrorWorkload } from '../../db/mirror/rows.ts'
import type { Mirror } from '../../db/mirror/mirror.ts'
import { eachBreathing } from '../breathe.ts'

/** What the inventory knows of one provider, by the provider's own names. Rows may be a moment old: changes are guarded. */
export type Known = {
  nodes: Map<string, MirrorNode>
  /** workloads with a machine there that should be up or coming up (or was found failed) */
  machines: Map<string, MirrorWorkload>
}

const piece = 5000

/** One pass over the inventory for all providers. */
export async function knownOf(mirror: Mirror, providerIds: readonly string[]): Promise<Map<string, Known>> {
  const known = new Map<string, Known>(
    providerIds.map((id) => [id, { nodes: new Map(), machines: new Map() }]),
  )
  if (known.size === 0) return known
  await eachBreathing(mirror.nodes.values(), piece, (node) => {
    known.get(node.providerId)?.nodes.set(node.providerRef ?? node.name, node)
  })
  await eachBreathing(mirror.workloads.values(), piece, (workload) => {
    if (workload.nodeId === null || workload.providerRef === null) return
    const node = mirror.nodes.get(workload.nodeId)
    if (node !== undefined) known.get(node.providerId)?.machines.set(workload.providerRef, workload)
  })
  return known
}
