import { type Static, Type } from 'typebox'
import { ProviderId } from './id.ts'
import { Name, Timestamp, nullable, oneOf, strict } from './scalar.ts'

/** What a provider can do, as plain data: the core asks these, never a provider's kind. */
export const ProviderCapabilities = Type.Object(
  {
    observe: Type.Boolean({ description: 'reports its nodes and workloads by itself' }),
    start: Type.Boolean({
      description: 'starts and stops workloads; else a bound workload counts as running',
    }),
    migrate: oneOf(['live', 'cold', 'none']),
    resize: oneOf(['live', 'cold', 'none']),
    metrics: Type.Boolean(),
    workloadKinds: Type.Array(Type.String()),
  },
  strict,
)
export type ProviderCapabilities = Static<typeof ProviderCapabilities>

export const Provider = Type.Object(
  {
    id: ProviderId,
    name: Name,
    kind: Type.String(),
    config: Type.Record(Type.String(), Type.Unknown()),
    capabilities: ProviderCapabilities,
    enabled: Type.Boolean(),
    health: oneOf(['unknown', 'healthy', 'unhealthy']),
    healthReason: nullable(Type.String()),
    healthSince: nullable(Timestamp),
    lastSeenAt: nullable(Timestamp),
    nodeCount: Type.Integer(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Type.Integer(),
  },
  strict,
)
export type Provider = Static<typeof Provider>

/** `config` is checked against the kind's own schema (see providerKindList). */
export const ProviderCreate = Type.Object(
  {
    name: Name,
    kind: Type.String({ minLength: 1, maxLength: 64 }),
    config: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    enabled: Type.Optional(Type.Boolean()),
  },
  strict,
)
export type ProviderCreate = Static<typeof ProviderCreate>
export const ProviderUpdate = Type.Object(
  {
    name: Type.Optional(Name),
    config: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    enabled: Type.Optional(Type.Boolean()),
  },
  { ...strict, minProperties: 1 },
)
export type ProviderUpdate = Static<typeof ProviderUpdate>

export const ProviderKind = Type.Object(
  {
    kind: Type.String(),
    description: Type.String(),
    capabilities: ProviderCapabilities,
    configSchema: Type.Unknown(),
  },
  strict,
)
export type ProviderKind = Static<typeof ProviderKind>
