import { Link } from 'react-router'
import type { Workload, WorkloadStay } from '@orrery/api/workload.ts'
import { useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { useNow } from '../../live/now.ts'
import { Failure } from '../../look/failure.tsx'
import { Panel } from '../../look/panel.tsx'
import { SmallTable } from '../../look/small-table.tsx'
import { Told } from '../../look/told.tsx'
import { paths } from '../../paths.ts'
import { Badge } from '../../state/badge.tsx'
import { Instant } from '../../state/instant.tsx'
import { LifeBar } from '../../state/life-bar.tsx'
import { workloadTone } from '../../state/tone.ts'
import { span } from '../../words/time.ts'

const staysMax = 1000
const listed = 8

/** Every state it was in and where, as one bar and as a list. */
export function WorkloadLife({ workload }: { workload: Workload }) {
  const { at, link } = useHere()
  const now = useNow()
  const found = useCall('workloadHistory', { ref: workload.id, query: { limit: staysMax } })
  const endMs = at === null ? null : Date.parse(at)
  const stays = (found.data?.items ?? []).filter((stay) => endMs === null || Date.parse(stay.since) <= endMs)
  const lasted = (stay: WorkloadStay) =>
    span(
      ((stay.until === null ? (endMs ?? now) : Math.min(Date.parse(stay.until), endMs ?? Infinity)) -
        Date.parse(stay.since)) /
        1000,
    )
  return (
    <Panel
      title="Placement history"
      side={
        <span className="faint">
          {stays.length > listed ? `the last ${listed} of ${stays.length} stays` : ''}
        </span>
      }
      flush
    >
      {found.isError && found.data === undefined ? (
        <div className="panel-body">
          <Failure error={found.error} doing="read its history" again={() => void found.refetch()} />
        </div>
      ) : (
        <>
          <div className="panel-body">
            <LifeBar stays={endMs === null ? stays : clipped(stays, endMs)} endMs={endMs} />
          </div>
          <SmallTable
            label="Stays"
            heads={['State', 'Node', 'Since', 'For', 'Why']}
            rows={stays
              .slice(-listed)
              .toReversed()
              .map((stay) => ({
                key: `${stay.version} ${stay.since}`,
                cells: [
                  <Badge key="state" tone={workloadTone[stay.state]} word={stay.state} />,
                  stay.nodeName === null ? (
                    <span key="node" className="faint">
                      –
                    </span>
                  ) : (
                    <Link key="node" to={link(paths.node(stay.nodeName))}>
                      {stay.nodeName}
                    </Link>
                  ),
                  <Instant key="since" at={stay.since} />,
                  lasted(stay),
                  <span key="why" className="quiet stay-why">
                    {stay.reason !== null && <Told text={stay.reason} />}
                  </span>,
                ],
              }))}
          />
        </>
      )}
    </Panel>
  )
}

/** The stays as they were known at an instant: the one of then is still open. */
function clipped(stays: readonly WorkloadStay[], endMs: number): WorkloadStay[] {
  return stays.map((stay) =>
    stay.until !== null && Date.parse(stay.until) > endMs ? { ...stay, until: null } : stay,
  )
}
