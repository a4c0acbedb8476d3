import { type Static, Type } from 'typebox'
import { PrincipalId } from './id.ts'
import { listQuery } from './page.ts'
import { Reason, Timestamp, nullable, strict } from './scalar.ts'

/** Something that happened; append-only; the audit trail. `cursor` orders events by commit, which ids alone do not. */
export const Event = Type.Object(
  {
    cursor: Type.String(),
    at: Timestamp,
    actorId: nullable(PrincipalId),
    actorName: nullable(Type.String()),
    verb: Type.String({ description: 'noun.verb, as `workload.bind`' }),
    subjectKind: Type.String(),
    subjectId: nullable(Type.String()),
    subjectName: nullable(Type.String()),
    before: Type.Unknown(),
    after: Type.Unknown(),
    reason: nullable(Reason),
    traceAt: nullable(Timestamp),
  },
  strict,
)
export type Event = Static<typeof Event>

/** Newest first unless `order` is `asc`. Filter fields: verb, kind, subject (id), actor, and words in reason or name. */
export const EventListQuery = Type.Object(
  {
    ...listQuery,
    since: Type.Optional(Timestamp),
    until: Type.Optional(Timestamp),
    order: Type.Optional(Type.Unsafe<'asc' | 'desc'>({ type: 'string', enum: ['asc', 'desc'] })),
  },
  strict,
)
export type EventListQuery = Static<typeof EventListQuery>
