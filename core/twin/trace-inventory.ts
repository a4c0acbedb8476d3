import type { NodeId, SiteId } from '@orrery/api/id.ts'
import { inventoryCreate } from '../inventory.ts'
import type { PlannerInventory, PlannerSite } from '../inventory/model.ts'
import type { Target } from '../inventory/target.ts'
import type { TraceNode } from '../trace/model.ts'

/** A trace says nothing of places: all its nodes stand at one. */
const site: PlannerSite = {
  id: 'trace' as SiteId, // the planner never looks into an id
  name: 'trace',
  kind: 'cloud',
  overcommitRatio: 1,
  allowedRiskLevels: [],
  renewableShare: 0,
  carbonGramsPerKwh: 0,
  links: [],
}

/** The nodes of a trace, ready and empty, in the order that breaks ties; fragmentation is measured against the target. */
export function traceInventory(nodes: readonly TraceNode[], target: Target | null): PlannerInventory {
  const inventory = inventoryCreate(
    [site],
    nodes.map((node) => ({
      ...node,
      id: node.name as NodeId, // the planner never looks into an id
      siteId: site.id,
      ready: true,
      allocated: { cpuCores: 0, memoryBytes: 0, diskBytes: 0, gpuMilli: [] },
      capabilities: [],
      labels: {},
      workloadCount: 0,
    })),
    [],
  )
  inventory.target = target
  return inventory
}
