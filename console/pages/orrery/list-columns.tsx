/** The columns of the list beside the map. Their keys are the fields that `orrery node list` sorts by. */
import type { Inventory } from '@orrery/api/inventory.ts'
import type { NodeState } from '@orrery/api/node.ts'
import { Badge } from '../../state/badge.tsx'
import { Meter } from '../../state/meter.tsx'
import { nodeTone } from '../../state/tone.ts'
import type { Column } from '../../table/column.ts'
import { bytes, cores, gpus, whole } from '../../words/quantity.ts'

/** A node of the inventory by itself: its place among the others may be another in the next answer. */
export type Listed = {
  id: string
  name: string
  site: string
  kind: string
  state: NodeState
  cpuCores: number
  cpuCoresAllocated: number
  cpuCoresUsed: number | null
  memoryBytes: number
  memoryBytesAllocated: number
  gpuMilli: number
  workloadCount: number
}

/** The nodes that glow. */
export function listedOf({ nodes, sites }: Inventory, lit: Uint8Array): Listed[] {
  return nodes.id.flatMap((id, index): Listed[] =>
    lit[index] !== 1
      ? []
      : [
          {
            id,
            name: nodes.name[index] ?? '',
            site: sites[nodes.site[index] ?? -1]?.name ?? '',
            kind: nodes.kind[index] ?? 'host',
            state: nodes.state[index] ?? 'discovered',
            cpuCores: nodes.cpuCores[index] ?? 0,
            cpuCoresAllocated: nodes.cpuCoresAllocated[index] ?? 0,
            cpuCoresUsed: nodes.cpuCoresUsed[index] ?? null,
            memoryBytes: nodes.memoryBytes[index] ?? 0,
            memoryBytesAllocated: nodes.memoryBytesAllocated[index] ?? 0,
            gpuMilli: nodes.gpuMilli[index] ?? 0,
            workloadCount: nodes.workloadCount[index] ?? 0,
          },
        ],
  )
}

/** By a column, `-` before it for descending; what has no value comes last either way. Null is by name. */
export function listedSort(rows: readonly Listed[], sort: string | null): Listed[] {
  const column = listColumns.find((each) => each.key === sort?.replace(/^-/, '')) ?? listColumns[0]
  const turn = sort?.startsWith('-') === true ? -1 : 1
  if (column === undefined) return [...rows]
  return rows.toSorted((one, other) => {
    const [a, b] = [column.text(one), column.text(other)]
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
    if (typeof a === 'number' && typeof b === 'number') return turn * (a - b)
    return turn * String(a).localeCompare(String(b), 'en', { numeric: true })
  })
}

export const listColumns: readonly Column<Listed>[] = [
  {
    key: 'name',
    title: 'Name',
    width: 136,
    least: 110,
    sortable: true,
    usual: true,
    phone: true,
    cell: (node) => node.name,
    text: (node) => node.name,
  },
  {
    key: 'site',
    title: 'Site',
    width: 84,
    least: 60,
    sortable: true,
    usual: true,
    cell: (node) => node.site,
    text: (node) => node.site,
  },
  {
    key: 'state',
    title: 'State',
    width: 112,
    sortable: true,
    usual: true,
    phone: true,
    cell: (node) => <Badge tone={nodeTone[node.state]} word={node.state} />,
    text: (node) => node.state,
  },
  {
    key: 'cpuShare',
    title: 'CPU used',
    width: 114,
    sortable: true,
    usual: true,
    phone: true,
    cell: (node) => (
      <Meter label="CPU used" used={node.cpuCoresUsed} reserved={node.cpuCoresAllocated} of={node.cpuCores} />
    ),
    text: (node) => (node.cpuCoresUsed === null ? null : node.cpuCoresUsed / Math.max(1e-9, node.cpuCores)),
  },
  {
    key: 'cpuCores',
    title: 'Cores',
    width: 78,
    numeric: true,
    sortable: true,
    usual: true,
    cell: (node) => cores(node.cpuCores),
    text: (node) => node.cpuCores,
  },
  {
    key: 'memoryBytes',
    title: 'Memory',
    width: 78,
    numeric: true,
    sortable: true,
    usual: true,
    cell: (node) => bytes(node.memoryBytes),
    text: (node) => node.memoryBytes,
  },
  {
    key: 'workloads',
    title: 'Workloads',
    width: 86,
    numeric: true,
    sortable: true,
    usual: true,
    cell: (node) => whole(node.workloadCount),
    text: (node) => node.workloadCount,
  },
  {
    key: 'cpuAllocated',
    title: 'CPU reserved',
    width: 110,
    numeric: true,
    sortable: true,
    cell: (node) => cores(node.cpuCoresAllocated),
    text: (node) => node.cpuCoresAllocated,
  },
  {
    key: 'memoryAllocated',
    title: 'Memory reserved',
    width: 126,
    numeric: true,
    sortable: true,
    cell: (node) => bytes(node.memoryBytesAllocated),
    text: (node) => node.memoryBytesAllocated,
  },
  {
    key: 'gpuMilli',
    title: 'GPUs',
    width: 70,
    numeric: true,
    sortable: true,
    cell: (node) => gpus(node.gpuMilli),
    text: (node) => node.gpuMilli / 1000,
  },
  {
    key: 'kind',
    title: 'Kind',
    width: 80,
    sortable: true,
    cell: (node) => node.kind,
    text: (node) => node.kind,
  },
]
