import { Link } from 'react-router'
import { filterFormat } from '@orrery/core/filter.ts'
import { useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { Failure } from '../../look/failure.tsx'
import { Panel } from '../../look/panel.tsx'
import { paths } from '../../paths.ts'
import { EventLines } from './lines.tsx'

/** The latest events of one thing, up to the instant that the page shows. */
export function EventsOf({ subjectId }: { subjectId: string }) {
  const { at, link } = useHere()
  const filter = filterFormat([
    {
      kind: 'field',
      field: 'subject',
      op: ':',
      values: [subjectId],
      number: null,
      unit: 'none',
      percent: false,
      negated: false,
    },
  ])
  const events = useCall('eventList', { query: { filter, limit: 12, ...(at === null ? {} : { until: at }) } })
  const items = events.data?.items ?? []
  return (
    <Panel
      title="Events"
      side={
        <Link className="link" to={link(paths.events(), { filter })}>
          All of them
        </Link>
      }
    >
      {events.isError && events.data === undefined ? (
        <Failure error={events.error} doing="read its events" again={() => void events.refetch()} />
      ) : items.length === 0 ? (
        <p className="faint">{events.isPending ? '' : 'Nothing happened to it in what is kept.'}</p>
      ) : (
        <EventLines events={items} own />
      )}
    </Panel>
  )
}
