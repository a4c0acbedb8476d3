/** How full a node is: the largest of the shares of its cores, memory, disk and GPUs that are given away. */
import type { PlannerInventory } from '../../inventory/model.ts'
import type { Request } from '../../inventory/request.ts'
import type { PlannerPolicy } from '../../policy/model.ts'

/** With the request's demand `times` more on it: 0 as it is, 1 with it, -1 without it. */
export function nodeUse(
  { nodes }: PlannerInventory,
  node: number,
  request: Pick<Request, 'cpu' | 'memory' | 'disk' | 'gpuTotal'> | null = null,
  times: -1 | 0 | 1 = 0,
): number {
  const gpuCapacity = nodes.gpuMilliCapacity[node] ?? 0
  const more = (asked: number | undefined) => times * (asked ?? 0)
  return Math.max(
    share(nodes.cpuAllocated, nodes.cpuLimit, nodes.cpuCapacity, node, more(request?.cpu)),
    share(nodes.memoryAllocated, nodes.memoryLimit, nodes.memoryCapacity, node, more(request?.memory)),
    share(nodes.diskAllocated, nodes.diskLimit, nodes.diskCapacity, node, more(request?.disk)),
    gpuCapacity > 0
      ? (gpuCapacity - (nodes.gpuMilliFree[node] ?? 0) + more(request?.gpuTotal)) / gpuCapacity
      : 0,
  )
}

/** Without an overcommit limit, of the real machine. */
function share(
  allocated: Float64Array,
  limits: Float64Array,
  capacities: Float64Array,
  node: number,
  more: number,
): number {
  const limit = limits[node] ?? 0
  const whole = limit === Number.POSITIVE_INFINITY ? (capacities[node] ?? 0) : limit
  return whole > 0 ? ((allocated[node] ?? 0) + more) / whole : 0
}

/** The node that is least full afterwards. */
export const leastUsed: PlannerPolicy = {
  name: 'least-used',
  title: 'Least used',
  description: 'The node whose fullest resource is least full after the placement.',
  deterministic: true,
  scores: [
    {
      score: {
        name: 'leastUsed',
        title: 'Least used',
        description: 'What stays free of the fullest resource, as a share.',
        local: true,
        of: (inventory, request, node) => 1 - nodeUse(inventory, node, request, 1),
      },
      weight: 1,
    },
  ],
  gpuRule: 'best',
}
