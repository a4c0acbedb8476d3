/** A continuum made up from a seed, for measuring how fast the picture is drawn. */
import type { Inventory, InventorySite } from '@orrery/api/inventory.ts'
import type { NodeState } from '@orrery/api/node.ts'

/** mulberry32: small, and the same everywhere. */
function drawer(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const gib = 1024 ** 3

export function syntheticInventory(bodies: number, seed = 1): Inventory {
  const draw = drawer(seed)
  const siteCount = Math.max(1, Math.min(120, Math.round(Math.sqrt(bodies) / 2.5)))
  const sites = Array.from({ length: siteCount }, (_, index): InventorySite => {
    const kind = index === 0 ? 'cloud' : index < siteCount / 3 ? 'edge' : 'device'
    return {
      id: `site-${index}`,
      name: `${kind}-${index}`,
      kind,
      latencyMs: index === 0 ? 0 : 2 ** (1 + draw() * 6),
      carbonGramsPerKwh: Math.round(draw() * 500),
      renewableShare: draw(),
      ...emptyTotals(),
    }
  })
  const nodes: Inventory['nodes'] = {
    id: [],
    name: [],
    site: [],
    kind: [],
    state: [],
    cpuCores: [],
    cpuCoresAllocated: [],
    cpuCoresUsed: [],
    memoryBytes: [],
    memoryBytesAllocated: [],
    gpuMilli: [],
    gpuMilliAllocated: [],
    workloadCount: [],
  }
  for (let node = 0; node < bodies; node += 1) {
    // The core has the most; the rest is spread.
    const site = draw() < 0.22 ? 0 : Math.floor(draw() * siteCount)
    const cores = 2 ** Math.floor(1 + draw() * 6)
    const allocated = cores * draw()
    const used = draw() < 0.04 ? null : allocated * draw()
    nodes.id.push(`node-${node}`)
    nodes.name.push(`node-${String(node).padStart(5, '0')}`)
    nodes.site.push(site)
    nodes.kind.push(site < siteCount / 3 ? 'host' : 'device')
    nodes.state.push(stateOf(draw()))
    nodes.cpuCores.push(cores)
    nodes.cpuCoresAllocated.push(allocated)
    nodes.cpuCoresUsed.push(used)
    nodes.memoryBytes.push(cores * 4 * gib)
    nodes.memoryBytesAllocated.push(allocated * 4 * gib)
    nodes.gpuMilli.push(0)
    nodes.gpuMilliAllocated.push(0)
    nodes.workloadCount.push(Math.floor(allocated))
    const own = sites[site]
    if (own === undefined) continue
    own.nodeCount += 1
    own.cpuCores += cores
    own.cpuCoresAllocated += allocated
    own.cpuCoresUsed += used ?? 0
  }
  const totals = emptyTotals()
  for (const site of sites) {
    totals.nodeCount += site.nodeCount
    totals.cpuCores += site.cpuCores
    totals.cpuCoresAllocated += site.cpuCoresAllocated
    totals.cpuCoresUsed += site.cpuCoresUsed
  }
  return {
    at: '2026-01-01T00:00:00Z',
    live: false,
    cursor: '0-0',
    totals,
    workloads: { pending: 0, placing: 0, starting: 0, running: 0, stopping: 0, stopped: 0, failed: 0 },
    sites,
    nodes,
  }
}

function stateOf(chance: number): NodeState {
  if (chance < 0.02) return 'unreachable'
  if (chance < 0.04) return 'draining'
  return chance < 0.05 ? 'discovered' : 'ready'
}

function emptyTotals() {
  return {
    nodeCount: 0,
    cpuCores: 0,
    cpuCoresAllocated: 0,
    cpuCoresUsed: 0,
    memoryBytes: 0,
    memoryBytesAllocated: 0,
    memoryBytesUsed: 0,
    gpuMilli: 0,
    gpuMilliAllocated: 0,
    powerWatts: 0,
    carbonGramsPerHour: 0,
  }
}
