import type { Node } from '@orrery/api/node.ts'
import { Badge } from '../../state/badge.tsx'
import { Instant } from '../../state/instant.tsx'
import { Meter } from '../../state/meter.tsx'
import { nodeTone } from '../../state/tone.ts'
import type { Column, Field } from '../../table/column.ts'
import { bytes, cores, figures, watts, whole } from '../../words/quantity.ts'
import { nodeStates } from '@orrery/api/node.ts'

const gpuTotal = (node: Node) => node.capacity.gpus.reduce((sum, gpu) => sum + gpu.milli, 0)
const gpuTaken = (node: Node) => node.allocated.gpuMilli.reduce((sum, milli) => sum + milli, 0)

export const nodeColumns: readonly Column<Node>[] = [
  {
    key: 'name',
    title: 'Name',
    width: 132,
    sortable: true,
    usual: true,
    phone: true,
    cell: (node) => node.name,
    text: (node) => node.name,
  },
  {
    key: 'state',
    title: 'State',
    width: 118,
    sortable: true,
    usual: true,
    phone: true,
    cell: (node) => <Badge tone={nodeTone[node.state]} word={node.state} title={node.reason} />,
    text: (node) => node.state,
  },
  {
    key: 'since',
    title: 'Since',
    width: 62,
    sortable: true,
    usual: true,
    cell: (node) => <Instant at={node.stateSince} age />,
    text: (node) => node.stateSince,
  },
  {
    key: 'site',
    title: 'Site',
    width: 84,
    sortable: true,
    usual: true,
    cell: (node) => node.siteName,
    text: (node) => node.siteName,
  },
  {
    key: 'cpuShare',
    title: 'CPU used',
    width: 114,
    sortable: true,
    usual: true,
    phone: true,
    cell: (node) => (
      <Meter
        label="CPU used"
        used={node.usage?.cpuCores ?? null}
        reserved={node.allocated.cpuCores}
        of={node.capacity.cpuCores}
      />
    ),
    unit: 'cores',
    text: (node) => node.usage?.cpuCores ?? null,
  },
  {
    key: 'memoryShare',
    title: 'Memory used',
    width: 114,
    sortable: true,
    usual: true,
    cell: (node) => (
      <Meter
        label="Memory used"
        used={node.usage?.memoryBytes ?? null}
        reserved={node.allocated.memoryBytes}
        of={node.capacity.memoryBytes}
      />
    ),
    unit: 'bytes',
    text: (node) => node.usage?.memoryBytes ?? null,
  },
  {
    key: 'cpuCores',
    title: 'Cores',
    width: 78,
    numeric: true,
    sortable: true,
    usual: true,
    cell: (node) => cores(node.capacity.cpuCores),
    unit: 'cores',
    text: (node) => node.capacity.cpuCores,
  },
  {
    key: 'memoryBytes',
    title: 'Memory',
    width: 78,
    numeric: true,
    sortable: true,
    usual: true,
    cell: (node) => bytes(node.capacity.memoryBytes),
    unit: 'bytes',
    text: (node) => node.capacity.memoryBytes,
  },
  {
    key: 'gpuMilli',
    title: 'GPUs',
    width: 84,
    numeric: true,
    sortable: true,
    usual: true,
    cell: (node) =>
      gpuTotal(node) === 0 ? (
        <span className="faint">–</span>
      ) : (
        `${figures(gpuTaken(node) / 1000)} of ${figures(gpuTotal(node) / 1000)}`
      ),
    unit: 'GPUs',
    text: (node) => gpuTotal(node) / 1000,
  },
  {
    key: 'workloads',
    title: 'Workloads',
    width: 80,
    numeric: true,
    sortable: true,
    usual: true,
    cell: (node) => whole(node.workloadCount),
    text: (node) => node.workloadCount,
  },
  {
    key: 'power',
    title: 'Power',
    width: 70,
    numeric: true,
    sortable: true,
    usual: true,
    cell: (node) => watts(node.usage?.powerWatts),
    unit: 'W',
    text: (node) => node.usage?.powerWatts ?? null,
  },
  {
    key: 'cpuAllocated',
    title: 'CPU reserved',
    width: 130,
    numeric: true,
    sortable: true,
    cell: (node) => cores(node.allocated.cpuCores),
    unit: 'cores',
    text: (node) => node.allocated.cpuCores,
  },
  {
    key: 'memoryAllocated',
    title: 'Memory reserved',
    width: 130,
    numeric: true,
    sortable: true,
    cell: (node) => bytes(node.allocated.memoryBytes),
    unit: 'bytes',
    text: (node) => node.allocated.memoryBytes,
  },
  {
    key: 'kind',
    title: 'Kind',
    width: 80,
    sortable: true,
    cell: (node) => node.kind,
    text: (node) => node.kind,
  },
  {
    key: 'provider',
    title: 'Provider',
    width: 120,
    sortable: true,
    cell: (node) => node.providerName,
    text: (node) => node.providerName,
  },
  {
    key: 'lastSeenAt',
    title: 'Last seen',
    width: 100,
    sortable: true,
    cell: (node) => <Instant at={node.lastSeenAt} />,
    text: (node) => node.lastSeenAt,
  },
  {
    key: 'createdAt',
    title: 'Registered',
    width: 100,
    sortable: true,
    cell: (node) => <Instant at={node.createdAt} />,
    text: (node) => node.createdAt,
  },
  {
    key: 'labels',
    title: 'Labels',
    width: 220,
    cell: (node) => labelWords(node.labels),
    text: (node) => labelWords(node.labels),
  },
  {
    key: 'reason',
    title: 'Reason',
    width: 260,
    cell: (node) => node.reason ?? <span className="faint">–</span>,
    text: (node) => node.reason,
  },
]

function labelWords(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')
}

export function nodeFields(siteNames: readonly string[]): readonly Field[] {
  return [
    { name: 'state', values: nodeStates },
    { name: 'site', values: siteNames },
    { name: 'cpu', example: '>80%' },
    { name: 'memory', example: '>80%' },
    { name: 'cpuAllocated', example: '>90%' },
    { name: 'kind', values: ['host', 'device'] },
    { name: 'workloads', example: '>10' },
    { name: 'gpus', example: '>0' },
    { name: 'gpuModel' },
    { name: 'provider' },
    { name: 'since', example: '<5m' },
    { name: 'label.', example: 'zone:a' },
    { name: 'capability' },
    { name: 'name' },
  ]
}
