import type { Event as ContinuumEvent } from '@orrery/api/event.ts'
import { Changes } from '../../actions/changes.tsx'
import { useAddress } from '../../live/address.ts'
import { useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { Empty } from '../../look/empty.tsx'
import { Json } from '../../look/json.tsx'
import { Page } from '../../look/page.tsx'
import { Told } from '../../look/told.tsx'
import { paths } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Exact, Instant } from '../../state/instant.tsx'
import type { Column, Field } from '../../table/column.ts'
import { none, sentenceColumn } from '../../table/columns.tsx'
import { DataTable } from '../../table/data-table.tsx'
import { useListInput } from '../../table/list-input.ts'
import { NoneThen } from '../../table/none-then.tsx'
import { fieldName } from '../../words/field.ts'
import { Dialog } from '../../look/dialog.tsx'
import { eventChanges, eventChangesShort } from './changes.ts'
import { EventSubject, EventVerb } from './lines.tsx'

const idOf = (event: ContinuumEvent) => event.cursor

const columns: readonly Column<ContinuumEvent>[] = [
  {
    key: 'at',
    title: 'When',
    width: 110,
    usual: true,
    phone: true,
    cell: (event) => <Instant at={event.at} />,
    text: (event) => event.at,
  },
  {
    key: 'verb',
    title: 'What',
    width: 180,
    usual: true,
    phone: true,
    cell: (event) => <EventVerb verb={event.verb} />,
    text: (event) => event.verb,
  },
  {
    key: 'name',
    title: 'To what',
    width: 220,
    least: 160,
    usual: true,
    phone: true,
    cell: (event) => <EventSubject event={event} />,
    text: (event) => event.subjectName ?? event.subjectId,
  },
  {
    key: 'actor',
    title: 'By',
    width: 130,
    usual: true,
    cell: (event) => event.actorName ?? none,
    text: (event) => event.actorName,
  },
  sentenceColumn(
    { key: 'reason', title: 'Why', width: 420, least: 180, usual: true },
    (event) => event.reason ?? eventChangesShort(event.before, event.after),
  ),
  {
    key: 'exact',
    title: 'Instant',
    width: 180,
    cell: (event) => <Exact at={event.at} />,
    text: (event) => event.at,
  },
  {
    key: 'traceAt',
    title: 'Trace time',
    width: 180,
    cell: (event) => <Exact at={event.traceAt} />,
    text: (event) => event.traceAt,
  },
]
const fields: readonly Field[] = [
  { name: 'verb' },
  {
    name: 'kind',
    values: [
      'site',
      'node',
      'workload',
      'run',
      'plan',
      'policy',
      'agent',
      'provider',
      'operation',
      'principal',
      'token',
    ],
  },
  { name: 'actor' },
  { name: 'subject' },
]

export function EventList() {
  const { at, link } = useHere()
  const input = useListInput(false)
  // What an event says never changes: the list of then is the one of now up to then.
  const then = at === null ? {} : { until: at }
  const [search, setSearch] = useAddress()
  const shown = search.get('event')
  const filter = search.get('filter') ?? undefined
  const show = (event: ContinuumEvent) =>
    link(paths.events(), { filter, event: event.cursor, eventAt: event.at })
  return (
    <Page
      title="Events"
      fill
      actions={<CopyAs operation="eventList" input={{ query: { ...input.query, ...then } }} />}
    >
      <DataTable
        operation="eventList"
        one="event"
        many="events"
        columns={columns}
        fields={fields}
        example="verb:workload.bind actor:admin"
        idOf={idOf}
        refOf={idOf}
        open={show}
        query={then}
        empty={
          at === null ? (
            <Empty title="Nothing has happened yet" command="orrery watch">
              Every change writes an event: who did what to what, and why. They are never changed afterwards.
            </Empty>
          ) : (
            <NoneThen many="events" />
          )
        }
      />
      {shown !== null && (
        <EventDialog
          cursor={shown}
          at={search.get('eventAt') ?? ''}
          onClose={() =>
            setSearch((before) => {
              const after = new URLSearchParams(before)
              after.delete('event')
              after.delete('eventAt')
              return after
            })
          }
        />
      )}
    </Page>
  )
}

type EventDialogProps = { cursor: string; at: string; onClose: () => void }

/** One event with what was before and after it, found among those of its instant. */
function EventDialog({ cursor, at, onClose }: EventDialogProps) {
  const sinceMs = Date.parse(at)
  const enabled = !Number.isNaN(sinceMs)
  const until = enabled ? new Date(sinceMs + 1).toISOString() : ''
  const found = useCall('eventList', { query: { limit: 1000, order: 'asc', since: at, until } }, { enabled })
  const event = found.data?.items.find((each) => each.cursor === cursor)
  const changes = event === undefined ? [] : eventChanges(event.before, event.after)
  return (
    <Dialog onClose={onClose} title={event === undefined ? 'Event' : event.verb} size="xl">
      {event === undefined ? (
        <p className="faint">{enabled && found.isPending ? 'Reading…' : 'This event is no longer kept.'}</p>
      ) : (
        <div className="stack">
          <dl className="facts">
            <dt>When</dt>
            <dd>
              <Exact at={event.at} />
            </dd>
            <dt>To what</dt>
            <dd>
              {event.subjectName === null ? '' : `${event.subjectKind} `}
              <EventSubject event={event} />
            </dd>
            <dt>By</dt>
            <dd>{event.actorName ?? 'the system'}</dd>
            <dt>Why</dt>
            <dd>{event.reason === null ? 'no reason was given' : <Told text={event.reason} />}</dd>
          </dl>
          {changes.length > 0 && (
            <Changes changes={changes.map((each) => ({ ...each, what: fieldName(each.what) }))} past />
          )}
          <details>
            <summary className="link">As it was recorded</summary>
            <div className="event-sides">
              <Side title="Before" value={event.before} />
              <Side title="After" value={event.after} />
            </div>
          </details>
        </div>
      )}
    </Dialog>
  )
}

function Side({ title, value }: { title: string; value: unknown }) {
  return (
    <div>
      <div className="faint">{title}</div>
      <Json label={title} value={value} />
    </div>
  )
}
