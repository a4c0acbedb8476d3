import { type Static, Type } from 'typebox'
import { OperationId } from './id.ts'
import { Timestamp, nullable, oneOf, strict } from './scalar.ts'

export const operationStates = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'interrupted',
] as const
export type OperationState = (typeof operationStates)[number]

/** Long work with progress. `total` is null while unknown; `note` says what it is doing now. */
export const Operation = Type.Object(
  {
    id: OperationId,
    kind: Type.String(),
    subjectKind: nullable(Type.String()),
    subjectId: nullable(Type.String()),
    state: oneOf(operationStates),
    done: Type.Number(),
    total: nullable(Type.Number()),
    note: nullable(Type.String()),
    error: nullable(Type.String()),
    output: Type.Unknown(),
    actorName: nullable(Type.String()),
    createdAt: Timestamp,
    startedAt: nullable(Timestamp),
    endedAt: nullable(Timestamp),
  },
  strict,
)
export type Operation = Static<typeof Operation>
export const operationEnded: readonly OperationState[] = ['succeeded', 'failed', 'cancelled', 'interrupted']
