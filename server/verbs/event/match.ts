import type { EventRow } from '../../db/event.ts'
import { conditionsOf } from '../../db/list.ts'
import { filterMatches } from '@orrery/core/filter-match.ts'
import { filterParse } from '@orrery/core/filter.ts'
import { eventFields } from './list.ts'

/** Whether an event passes a filter of the event list; what that list refuses is refused here, in the same words. */
export function eventMatcher(filter: string): (event: EventRow) => boolean {
  conditionsOf(eventFields, filter)
  const terms = filterParse(filter)
  return (event) => filterMatches(terms, (field) => valueOf(event, field), wordsOf(event))
}

function valueOf(event: EventRow, field: string): string | null {
  switch (field) {
    case 'verb':
      return event.verb
    case 'kind':
      return event.subject_kind
    case 'subject':
    case 'subjectId':
      return event.subject_id
    case 'name':
      return event.subject_name
    case 'actor':
      return event.actor_name
    case 'reason':
      return event.reason
    case 'at':
      return event.at
    default:
      return null
  }
}

function wordsOf(event: EventRow): string {
  return [event.verb, event.subject_name, event.actor_name, event.reason].map((each) => each ?? '').join(' ')
}
