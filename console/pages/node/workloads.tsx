import { Link } from 'react-router'
import type { Node } from '@orrery/api/node.ts'
import { filterFormat } from '@orrery/core/filter.ts'
import { useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { Failure } from '../../look/failure.tsx'
import { Panel } from '../../look/panel.tsx'
import { SmallTable } from '../../look/small-table.tsx'
import { paths, refOf } from '../../paths.ts'
import { Badge } from '../../state/badge.tsx'
import { Instant } from '../../state/instant.tsx'
import { Meter } from '../../state/meter.tsx'
import { workloadTone } from '../../state/tone.ts'
import { bytes, cores } from '../../words/quantity.ts'

const shownMax = 100

/** What runs on it, now or then. */
export function NodeWorkloads({ node }: { node: Node }) {
  const { atQuery, link } = useHere()
  const filter = filterFormat([
    {
      kind: 'field',
      field: 'nodeId',
      op: ':',
      values: [node.id],
      number: null,
      unit: 'none',
      percent: false,
      negated: false,
    },
  ])
  const found = useCall(
    'workloadList',
    { query: { filter, limit: shownMax, ...atQuery } },
    { keep: true, ...(atQuery.at === undefined ? { everyMs: 3000 } : {}) },
  )
  const workloads = found.data?.items ?? []
  return (
    <Panel
      title={`Workloads on it (${node.workloadCount})`}
      flush
      side={
        <Link className="link" to={link(paths.workloads(), { filter })}>
          As a list
        </Link>
      }
    >
      {found.isError && found.data === undefined ? (
        <div className="panel-body">
          <Failure error={found.error} doing="list its workloads" again={() => void found.refetch()} />
        </div>
      ) : workloads.length === 0 ? (
        <p className="panel-body faint">{found.isPending ? '' : 'Nothing runs on it.'}</p>
      ) : (
        <SmallTable
          label={`Workloads on ${node.name}`}
          heads={['Name', 'State', 'Since', 'CPU used', 'Memory used', 'Asks CPU', 'Asks memory']}
          numeric={[5, 6]}
          rows={workloads.map((each) => ({
            key: each.id,
            cells: [
              <Link key="name" to={link(paths.workload(refOf(each)))}>
                {each.name}
              </Link>,
              <Badge key="state" tone={workloadTone[each.state]} word={each.state} title={each.reason} />,
              <Instant key="since" at={each.stateSince} age />,
              <Meter
                key="cpu"
                label="CPU used"
                used={each.usage?.cpuCores ?? null}
                of={each.demand.cpuCores}
              />,
              <Meter
                key="memory"
                label="Memory used"
                used={each.usage?.memoryBytes ?? null}
                of={each.demand.memoryBytes}
              />,
              cores(each.demand.cpuCores),
              bytes(each.demand.memoryBytes),
            ],
          }))}
        />
      )}
    </Panel>
  )
}
