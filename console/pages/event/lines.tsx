import { Link } from 'react-router'
import type { Event as ContinuumEvent } from '@orrery/api/event.ts'
import { useHere } from '../../live/here.ts'
import { Told } from '../../look/told.tsx'
import { Instant } from '../../state/instant.tsx'
import { eventChangesShort } from './changes.ts'
import { eventSubjectLink } from './subject.ts'
import './event.css'

type EventLinesProps = {
  events: readonly ContinuumEvent[]
  /** leave the subject out: the page is about it */ own?: boolean
}

/** A few events, newest first. */
export function EventLines({ events, own = false }: EventLinesProps) {
  return (
    <ol className="event-lines">
      {events.map((event) => (
        <li key={event.cursor} className="event-line">
          <span className="faint nowrap">
            <Instant at={event.at} age />
          </span>
          <span className="event-what">
            <EventVerb verb={event.verb} /> {!own && <EventSubject event={event} />}
            <EventWhy event={event} />
          </span>
        </li>
      ))}
    </ol>
  )
}

function EventWhy({ event }: { event: ContinuumEvent }) {
  const text = event.reason ?? eventChangesShort(event.before, event.after)
  if (text === null) return null
  return (
    <span className="quiet event-reason">
      <Told text={text} />
    </span>
  )
}

export function EventVerb({ verb }: { verb: string }) {
  return <code className="event-verb">{verb}</code>
}

export function EventSubject({ event }: { event: ContinuumEvent }) {
  const { link } = useHere()
  const name =
    event.subjectName ??
    (event.subjectId === null ? null : `${event.subjectKind} …${event.subjectId.slice(-8)}`)
  if (name === null) return null
  const to = eventSubjectLink(event, link)
  return to === null ? <span>{name}</span> : <Link to={to}>{name}</Link>
}
