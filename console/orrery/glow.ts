/** The filter language over the inventory: which nodes glow on the map, and which the list shows. The same for both. */
import type { Inventory } from '@orrery/api/inventory.ts'
import { filterMatches } from '@orrery/core/filter-match.ts'
import { type FilterTerm, filterParse } from '@orrery/core/filter.ts'

export const glowFields = [
  'name',
  'site',
  'state',
  'kind',
  'cpu',
  'cpuCores',
  'cpuAllocated',
  'memoryBytes',
  'memoryAllocated',
  'gpus',
  'gpuAllocated',
  'workloads',
] as const

export type Glow = {
  lit: Uint8Array
  count: number
  /** what is wrong with the filter, or null */ wrong: string | null
}

export function glowOf(inventory: Inventory, filter: string): Glow {
  const { nodes, sites } = inventory
  const lit = new Uint8Array(nodes.id.length).fill(1)
  const terms = termsOf(filter)
  if (typeof terms === 'string') return { lit, count: lit.length, wrong: terms }
  const unknown = terms.find(
    (term) => term.kind === 'field' && !(glowFields as readonly string[]).includes(term.field),
  )
  if (unknown?.kind === 'field') {
    return {
      lit,
      count: lit.length,
      wrong: `the map does not know "${unknown.field}"; it knows ${glowFields.join(', ')}`,
    }
  }
  if (terms.length === 0) return { lit, count: lit.length, wrong: null }
  let count = 0
  for (let node = 0; node < lit.length; node += 1) {
    const site = sites[nodes.site[node] ?? -1]?.name ?? ''
    const name = nodes.name[node] ?? ''
    const state = nodes.state[node] ?? ''
    const matches = filterMatches(
      terms,
      (field) => valueOf(inventory, node, site, field),
      `${name} ${site} ${state}`,
    )
    lit[node] = matches ? 1 : 0
    if (matches) count += 1
  }
  return { lit, count, wrong: null }
}

function termsOf(filter: string): FilterTerm[] | string {
  try {
    return filterParse(filter)
  } catch (error) {
    return error instanceof Error ? error.message : 'the filter cannot be read'
  }
}

function valueOf({ nodes }: Inventory, node: number, site: string, field: string): unknown {
  const cores = nodes.cpuCores[node] ?? 0
  const memory = nodes.memoryBytes[node] ?? 0
  const gpu = nodes.gpuMilli[node] ?? 0
  const share = (part: number | null | undefined, whole: number) =>
    part == null || whole <= 0 ? null : (100 * part) / whole
  switch (field) {
    case 'name':
      return nodes.name[node]
    case 'site':
      return site
    case 'state':
      return nodes.state[node]
    case 'kind':
      return nodes.kind[node]
    case 'cpu':
      return nodes.cpuCoresUsed[node]
    case 'cpu%':
      return share(nodes.cpuCoresUsed[node], cores)
    case 'cpuCores':
      return cores
    case 'cpuAllocated':
      return nodes.cpuCoresAllocated[node]
    case 'cpuAllocated%':
      return share(nodes.cpuCoresAllocated[node], cores)
    case 'memoryBytes':
      return memory
    case 'memoryAllocated':
      return nodes.memoryBytesAllocated[node]
    case 'memoryAllocated%':
      return share(nodes.memoryBytesAllocated[node], memory)
    case 'gpus':
      return gpu / 1000
    case 'gpuAllocated':
      return (nodes.gpuMilliAllocated[node] ?? 0) / 1000
    case 'gpuAllocated%':
      return share(nodes.gpuMilliAllocated[node], gpu)
    case 'workloads':
      return nodes.workloadCount[node]
    default:
      return null
  }
}
