import { type Static, Type } from 'typebox'
import { SiteId } from './id.ts'
import { Labels, Name, Timestamp, nullable, oneOf, strict } from './scalar.ts'

export const siteKinds = ['cloud', 'edge', 'device'] as const
export const SiteKind = oneOf(siteKinds)

export const Geo = Type.Object(
  {
    latitude: Type.Number({ minimum: -90, maximum: 90 }),
    longitude: Type.Number({ minimum: -180, maximum: 180 }),
  },
  strict,
)
/** A directed link to another site by name. */
export const SiteLink = Type.Object(
  {
    to: Name,
    latencyMs: Type.Number({ minimum: 0, maximum: 1e6 }),
    bandwidthMbps: Type.Number({ minimum: 0, maximum: 1e9 }),
  },
  strict,
)

const written = {
  kind: SiteKind,
  geo: nullable(Geo),
  carbonGramsPerKwh: Type.Number({
    minimum: 0,
    maximum: 10_000,
    description: 'grams of CO2 equivalent per kWh now',
  }),
  renewableShare: Type.Number({ minimum: 0, maximum: 1 }),
  allowedRiskLevels: Type.Array(Type.Integer({ minimum: 0, maximum: 10 }), { maxItems: 11 }),
  links: Type.Array(SiteLink, { maxItems: 1000 }),
  overcommitRatio: nullable(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1e6,
      description: 'how often capacity may be given away; null is without limit',
    }),
  ),
  labels: Labels,
}

export const Site = Type.Object(
  {
    id: SiteId,
    name: Name,
    ...written,
    nodeCount: Type.Integer(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Type.Integer(),
  },
  strict,
)
export type Site = Static<typeof Site>

export const SiteCreate = Type.Object(
  {
    name: Name,
    kind: SiteKind,
    geo: Type.Optional(nullable(Geo)),
    carbonGramsPerKwh: Type.Optional(written.carbonGramsPerKwh),
    renewableShare: Type.Optional(written.renewableShare),
    allowedRiskLevels: Type.Optional(written.allowedRiskLevels),
    links: Type.Optional(written.links),
    overcommitRatio: Type.Optional(written.overcommitRatio),
    labels: Type.Optional(Labels),
  },
  strict,
)
export type SiteCreate = Static<typeof SiteCreate>
export const SiteUpdate = Type.Partial(SiteCreate, strict)
export type SiteUpdate = Static<typeof SiteUpdate>
