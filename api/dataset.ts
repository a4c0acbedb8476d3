import { type Static, Type } from 'typebox'
import { DatasetId, OperationId } from './id.ts'
import { Name, Timestamp, nullable, oneOf, strict } from './scalar.ts'

/** A recorded series, kept apart from live samples: retention never touches it. */
export const Dataset = Type.Object(
  {
    id: DatasetId,
    name: Name,
    kind: oneOf(['series', 'trace']),
    layout: Type.String(),
    rowCount: Type.Integer(),
    startAt: nullable(Timestamp),
    endAt: nullable(Timestamp),
    fields: Type.Array(Type.String()),
    createdAt: Timestamp,
  },
  strict,
)
export type Dataset = Static<typeof Dataset>

export const importKinds = ['openb', 'series', 'trace'] as const
/**
 * The files' text goes in the body. `openb`: files `nodes` and `pods`; `series`: `series`; `trace`: `trace`.
 * `speed` is trace seconds per second, an upper limit. `load` repeats the trace's tasks with longer lives
 * until that share of the GPUs is asked for. `strict` refuses the file on the first bad row.
 */
export const ImportCreate = Type.Object(
  {
    kind: oneOf(importKinds),
    files: Type.Record(Type.String({ maxLength: 64 }), Type.String(), { minProperties: 1, maxProperties: 4 }),
    fileNames: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 1000 }))),
    site: Type.Optional(Name),
    workload: Type.Optional(
      Type.String({ minLength: 1, maxLength: 253, description: 'series: the workload that follows it' }),
    ),
    layout: Type.Optional(oneOf(['auto', 'bitbrains', 'ec2'])),
    field: Type.Optional(
      Type.String({ maxLength: 64, description: 'ec2 layout: which measured value the one column is' }),
    ),
    speed: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e12 })),
    load: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 10 })),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 })),
    strict: Type.Optional(Type.Boolean()),
  },
  strict,
)
export type ImportCreate = Static<typeof ImportCreate>

export const BadRow = Type.Object(
  { file: Type.String(), line: Type.Integer(), message: Type.String() },
  strict,
)
export type BadRow = Static<typeof BadRow>
export const ImportStarted = Type.Object(
  {
    operationId: OperationId,
    accepted: Type.Integer(),
    badRows: Type.Array(BadRow),
    notes: Type.Array(Type.String()),
  },
  strict,
)
export type ImportStarted = Static<typeof ImportStarted>
