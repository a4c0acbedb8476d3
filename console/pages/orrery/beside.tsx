/** What matters now, as text: room and use, what waits and why, what happened, what it costs in carbon. */
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Inventory } from '@orrery/api/inventory.ts'
import { workloadStates } from '@orrery/api/workload.ts'
import { useCall } from '../../live/call.ts'
import { useFeed } from '../../live/follow.tsx'
import { useHere } from '../../live/here.ts'
import { paths, refOf } from '../../paths.ts'
import { Badge } from '../../state/badge.tsx'
import { Told } from '../../look/told.tsx'
import { Meter } from '../../state/meter.tsx'
import { workloadTone } from '../../state/tone.ts'
import { bytes, cores, figures, gramsPerHour, watts, whole } from '../../words/quantity.ts'
import { EventLines } from '../event/lines.tsx'

export function Beside({ inventory }: { inventory: Inventory }) {
  return (
    <aside className="orrery-side" aria-label="The continuum in numbers">
      <Capacity totals={inventory.totals} />
      <States inventory={inventory} />
      <Pending count={inventory.workloads.pending ?? 0} />
      <Carbon inventory={inventory} />
      <Recent />
    </aside>
  )
}

function Part({ title, side, children }: { title: string; side?: ReactNode; children: ReactNode }) {
  return (
    <section className="orrery-part" aria-label={title}>
      <div className="orrery-part-head">
        <h2>{title}</h2>
        {side}
      </div>
      {children}
    </section>
  )
}

function Capacity({ totals }: { totals: Inventory['totals'] }) {
  return (
    <Part title="Capacity" side={<span className="faint">used, reserved</span>}>
      <div className="capacity">
        <span>CPU</span>
        <Meter
          label="CPU used"
          used={totals.cpuCoresUsed}
          reserved={totals.cpuCoresAllocated}
          of={totals.cpuCores}
        />
        <span className="capacity-words">
          {figures(totals.cpuCoresUsed)} used, {figures(totals.cpuCoresAllocated)} reserved of{' '}
          {cores(totals.cpuCores)}
        </span>
        <span>Memory</span>
        <Meter
          label="Memory used"
          used={totals.memoryBytesUsed}
          reserved={totals.memoryBytesAllocated}
          of={totals.memoryBytes}
        />
        <span className="capacity-words">
          {bytes(totals.memoryBytesUsed)} used, {bytes(totals.memoryBytesAllocated)} reserved of{' '}
          {bytes(totals.memoryBytes)}
        </span>
        {totals.gpuMilli > 0 && (
          <>
            <span>GPUs</span>
            <Meter
              label="GPUs reserved"
              used={null}
              reserved={totals.gpuMilliAllocated}
              of={totals.gpuMilli}
            />
            <span className="capacity-words">
              {figures(totals.gpuMilliAllocated / 1000)} reserved of {figures(totals.gpuMilli / 1000)} GPUs
            </span>
          </>
        )}
      </div>
    </Part>
  )
}

function States({ inventory }: { inventory: Inventory }) {
  const { link } = useHere()
  const counts = inventory.workloads
  const all = workloadStates.reduce((sum, state) => sum + (counts[state] ?? 0), 0)
  return (
    <Part
      title="Workloads"
      side={
        <Link className="link" to={link(paths.workloads())}>
          {whole(all)} in all
        </Link>
      }
    >
      <div className="states">
        {workloadStates
          .filter(
            (state) =>
              (counts[state] ?? 0) > 0 || state === 'running' || state === 'pending' || state === 'failed',
          )
          .map((state) => (
            <Link key={state} to={link(paths.workloads(), { filter: `state:${state}` })}>
              <Badge tone={workloadTone[state]} word={state} />
              <span className="number">{whole(counts[state] ?? 0)}</span>
            </Link>
          ))}
      </div>
    </Part>
  )
}

const pendingShown = 4

function Pending({ count: waiting }: { count: number }) {
  const { link, atQuery } = useHere()
  const found = useCall(
    'workloadList',
    { query: { filter: 'state:pending', sort: 'since', limit: pendingShown, ...atQuery } },
    { keep: true, enabled: waiting > 0 },
  )
  const workloads = waiting > 0 ? (found.data?.items ?? []) : []
  return (
    <Part
      title="Waiting for a place"
      side={
        waiting > pendingShown && (
          <Link className="link" to={link(paths.workloads(), { filter: 'state:pending' })}>
            all {whole(waiting)}
          </Link>
        )
      }
    >
      {waiting === 0 ? (
        <p className="faint">Nothing waits.</p>
      ) : (
        <ul>
          {workloads.map((each) => (
            <li key={each.id} className="pending-line">
              <Link to={link(paths.workload(refOf(each)))}>{each.name}</Link>
              <span className="pending-why">
                <Told text={each.reason ?? 'The planner has not looked at it yet.'} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Part>
  )
}

function Carbon({ inventory }: { inventory: Inventory }) {
  const { link } = useHere()
  const { totals, sites } = inventory
  const most = sites.toSorted((one, other) => other.carbonGramsPerHour - one.carbonGramsPerHour)[0]
  return (
    <Part title={inventory.live ? 'Carbon now' : 'Carbon then'}>
      <div className="carbon">
        <div>
          <div className="carbon-big">{gramsPerHour(totals.carbonGramsPerHour)}</div>
          <div className="faint">emitted</div>
        </div>
        <div>
          <div className="carbon-big">{watts(totals.powerWatts)}</div>
          <div className="faint">drawn</div>
        </div>
      </div>
      {most !== undefined && most.carbonGramsPerHour > 0 && (
        <p className="faint">
          Most of it at{' '}
          <Link className="link" to={link(paths.site(most.name))}>
            {most.name}
          </Link>
          : {whole(most.carbonGramsPerKwh)} g/kWh
        </p>
      )}
    </Part>
  )
}

const eventsShown = 8

/** Live from the stream; before the first one comes, from the list. */
function Recent() {
  const { at, link } = useHere()
  const { recent } = useFeed()
  const listed = useCall(
    'eventList',
    { query: { limit: eventsShown, ...(at === null ? {} : { until: at }) } },
    { enabled: at !== null || recent.length < eventsShown },
  )
  // What is heard now did not happen then.
  const heard = at === null ? recent : []
  const events = heard.length >= eventsShown ? heard : (listed.data?.items ?? heard)
  return (
    <Part
      title={at === null ? 'Just now' : 'Just before'}
      side={
        <Link className="link" to={link(paths.events())}>
          all events
        </Link>
      }
    >
      {events.length === 0 ? (
        <p className="faint">Nothing happened yet.</p>
      ) : (
        <EventLines events={events.slice(0, eventsShown)} />
      )}
    </Part>
  )
}
