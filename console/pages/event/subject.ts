import type { Event as ContinuumEvent } from '@orrery/api/event.ts'
import type { Here } from '../../live/here.ts'
import { isTimed } from '../../live/timed.ts'
import { subjectPath } from '../../paths.ts'

type Told = Pick<ContinuumEvent, 'at' | 'verb' | 'subjectKind' | 'subjectId' | 'subjectName'>

/** Where an event's subject is shown. One that the event took away is shown as it last was, where that is kept. */
export function eventSubjectLink(event: Told, link: Here['link']): string | null {
  // A plan and an operation have no name of their own: theirs in an event is that of something else.
  const isNameless = event.subjectKind === 'plan' || event.subjectKind === 'operation'
  const ref = isNameless ? event.subjectId : (event.subjectName ?? event.subjectId)
  const path = subjectPath(event.subjectKind, ref)
  if (path === null) return null
  if (event.verb !== `${event.subjectKind}.delete`) return link(path)
  return isTimed(path) ? link(path, { at: justBefore(event.at) }) : null
}

/** A millisecond earlier: the instants of this page have no finer steps. */
function justBefore(at: string): string {
  return new Date(Date.parse(at) - 1).toISOString()
}
