import type { Inventory, InventorySite } from '@orrery/api/inventory.ts'

/** An inventory under construction, from memory or from history alike. */
export type DraftSite = {
  id: string
  name: string
  kind: 'cloud' | 'edge' | 'device'
  carbonGramsPerKwh: number
  renewableShare: number
  links: { to: string; latencyMs: number }[]
}
export type Draft = {
  workloads: Inventory['workloads']
  sites: InventorySite[]
  siteIndex: Map<string, number>
  nodes: Inventory['nodes']
}
type DraftNode = {
  id: string
  name: string
  kind: 'host' | 'device'
  state: Inventory['nodes']['state'][number]
  siteId: string
  cpuCores: number
  memoryBytes: number
  cpuAllocated: number
  memoryAllocated: number
  workloadCount: number
  gpuTotal: number
  gpuUsed: number
  cpuUsed: number | null
  memoryUsed: number | null
  power: number | null
}

export function nodeAdd(draft: Draft, node: DraftNode): void {
  const index = draft.siteIndex.get(node.siteId)
  const site = index === undefined ? undefined : draft.sites[index]
  if (index === undefined || site === undefined) return // its site was made a moment ago; the next answer has both
  const { nodes } = draft
  nodes.id.push(node.id)
  nodes.name.push(node.name)
  nodes.site.push(index)
  nodes.kind.push(node.kind)
  nodes.state.push(node.state)
  nodes.cpuCores.push(node.cpuCores)
  nodes.cpuCoresAllocated.push(node.cpuAllocated)
  nodes.cpuCoresUsed.push(node.cpuUsed)
  nodes.memoryBytes.push(node.memoryBytes)
  nodes.memoryBytesAllocated.push(node.memoryAllocated)
  nodes.gpuMilli.push(node.gpuTotal)
  nodes.gpuMilliAllocated.push(node.gpuUsed)
  nodes.workloadCount.push(node.workloadCount)
  site.nodeCount += 1
  site.cpuCores += node.cpuCores
  site.cpuCoresAllocated += node.cpuAllocated
  site.cpuCoresUsed += node.cpuUsed ?? 0
  site.memoryBytes += node.memoryBytes
  site.memoryBytesAllocated += node.memoryAllocated
  site.memoryBytesUsed += node.memoryUsed ?? 0
  site.gpuMilli += node.gpuTotal
  site.gpuMilliAllocated += node.gpuUsed
  site.powerWatts += node.power ?? 0
}

export function draftFinish(draft: Draft, head: Pick<Inventory, 'at' | 'live' | 'cursor'>): Inventory {
  for (const site of draft.sites) site.carbonGramsPerHour = (site.powerWatts / 1000) * site.carbonGramsPerKwh
  const total = (of: (site: InventorySite) => number) => draft.sites.reduce((sum, site) => sum + of(site), 0)
  return {
    ...head,
    totals: {
      nodeCount: total((site) => site.nodeCount),
      cpuCores: total((site) => site.cpuCores),
      cpuCoresAllocated: total((site) => site.cpuCoresAllocated),
      cpuCoresUsed: total((site) => site.cpuCoresUsed),
      memoryBytes: total((site) => site.memoryBytes),
      memoryBytesAllocated: total((site) => site.memoryBytesAllocated),
      memoryBytesUsed: total((site) => site.memoryBytesUsed),
      gpuMilli: total((site) => site.gpuMilli),
      gpuMilliAllocated: total((site) => site.gpuMilliAllocated),
      powerWatts: total((site) => site.powerWatts),
      carbonGramsPerHour: total((site) => site.carbonGramsPerHour),
    },
    workloads: draft.workloads,
    sites: draft.sites,
    nodes: draft.nodes,
  }
}
