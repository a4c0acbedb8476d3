import { Link } from 'react-router'
import { useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { Failure } from '../../look/failure.tsx'
import { SmallTable } from '../../look/small-table.tsx'
import { paths, refOf } from '../../paths.ts'
import { Badge } from '../../state/badge.tsx'
import { Instant } from '../../state/instant.tsx'
import { Meter } from '../../state/meter.tsx'
import { nodeTone } from '../../state/tone.ts'
import { bytes, cores, whole } from '../../words/quantity.ts'

export function SiteNodes({ filter, name }: { filter: string; name: string }) {
  const { atQuery, link } = useHere()
  const found = useCall(
    'nodeList',
    { query: { filter, limit: 100, ...atQuery } },
    { keep: true, ...(atQuery.at === undefined ? { everyMs: 3000 } : {}) },
  )
  const nodes = found.data?.items ?? []
  if (found.isError && found.data === undefined) {
    return (
      <div className="panel-body">
        <Failure error={found.error} doing="list its nodes" again={() => void found.refetch()} />
      </div>
    )
  }
  if (nodes.length === 0)
    return <p className="panel-body faint">{found.isPending ? '' : 'It has no nodes.'}</p>
  return (
    <SmallTable
      label={`Nodes of ${name}`}
      heads={['Name', 'State', 'Since', 'CPU used', 'Memory used', 'Cores', 'Memory', 'Workloads']}
      numeric={[5, 6, 7]}
      rows={nodes.map((node) => ({
        key: node.id,
        cells: [
          <Link key="name" to={link(paths.node(refOf(node)))}>
            {node.name}
          </Link>,
          <Badge key="state" tone={nodeTone[node.state]} word={node.state} title={node.reason} />,
          <Instant key="since" at={node.stateSince} age />,
          <Meter
            key="cpu"
            label="CPU used"
            used={node.usage?.cpuCores ?? null}
            reserved={node.allocated.cpuCores}
            of={node.capacity.cpuCores}
          />,
          <Meter
            key="memory"
            label="Memory used"
            used={node.usage?.memoryBytes ?? null}
            reserved={node.allocated.memoryBytes}
            of={node.capacity.memoryBytes}
          />,
          cores(node.capacity.cpuCores),
          bytes(node.capacity.memoryBytes),
          whole(node.workloadCount),
        ],
      }))}
    />
  )
}
