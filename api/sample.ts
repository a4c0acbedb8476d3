import { type Static, Type } from 'typebox'
import { Timestamp, nullable, oneOf, strict } from './scalar.ts'

const rate = (what: string) =>
  Type.Number({ minimum: 0, maximum: 1e18, description: `${what}, bytes per second` })

const measured = {
  cpuCores: Type.Number({ minimum: 0, maximum: 1e9, description: 'cores in use' }),
  memoryBytes: Type.Number({ minimum: 0, maximum: 1e18, description: 'bytes in use' }),
  diskReadBytesPerSecond: rate('read from disk'),
  diskWriteBytesPerSecond: rate('written to disk'),
  netRxBytesPerSecond: rate('received'),
  netTxBytesPerSecond: rate('sent'),
  powerWatts: Type.Number({ minimum: 0, maximum: 1e12, description: 'electrical power, watts' }),
}

/** The measured values of a sample, in the order of their columns everywhere (table, binary form, exports). */
export const sampleFields = [
  'cpuCores',
  'memoryBytes',
  'diskReadBytesPerSecond',
  'diskWriteBytesPerSecond',
  'netRxBytesPerSecond',
  'netTxBytesPerSecond',
  'powerWatts',
] as const
export type SampleField = (typeof sampleFields)[number]

/** One measurement of a node or a workload. Fields left out were not measured. */
export const SampleInput = Type.Object(
  {
    subjectId: Type.String({ minLength: 36, maxLength: 36, description: 'id of a node or a workload' }),
    at: Timestamp,
    ...Type.Partial(Type.Object(measured)).properties,
  },
  strict,
)
export type SampleInput = Static<typeof SampleInput>

const value = nullable(Type.Number())
/** Latest values, or one row of a series. A value is null where it was not measured. */
export const Usage = Type.Object(
  {
    at: Timestamp,
    cpuCores: value,
    memoryBytes: value,
    diskReadBytesPerSecond: value,
    diskWriteBytesPerSecond: value,
    netRxBytesPerSecond: value,
    netTxBytesPerSecond: value,
    powerWatts: value,
  },
  strict,
)
export type Usage = Static<typeof Usage>

export const SampleIngest = Type.Object(
  { samples: Type.Array(SampleInput, { minItems: 1, maxItems: 10_000 }) },
  strict,
)
export type SampleIngest = Static<typeof SampleIngest>
export const SampleIngested = Type.Object({ accepted: Type.Integer() }, strict)

/** `step` buckets are aligned to the epoch; each bucket gives the aggregate of the values in it, at its start. */
export const SampleListQuery = Type.Object(
  {
    subject: Type.String({ minLength: 36, maxLength: 36, description: 'id of a node or a workload' }),
    since: Type.Optional(Timestamp),
    until: Type.Optional(Timestamp),
    stepSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 * 366 })),
    aggregate: Type.Optional(oneOf(['mean', 'min', 'max', 'last'])),
    order: Type.Optional(oneOf(['asc', 'desc'])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1000 })),
  },
  strict,
)
export type SampleListQuery = Static<typeof SampleListQuery>
export const SampleSeries = Type.Object(
  {
    subjectId: Type.String(),
    stepSeconds: nullable(Type.Integer()),
    samples: Type.Array(Usage),
    more: Type.Boolean(),
  },
  strict,
)
export type SampleSeries = Static<typeof SampleSeries>
