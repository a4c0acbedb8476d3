import { type Static, Type } from 'typebox'
import { NodeId, ProviderId, SiteId } from './id.ts'
import { Allocated, Capacity, CapacityInput } from './quantity.ts'
import { Usage } from './sample.ts'
import { Labels, Name, Reason, Timestamp, nullable, oneOf, strict } from './scalar.ts'

export const nodeKinds = ['host', 'device'] as const
export const nodeStates = ['discovered', 'ready', 'unreachable', 'draining', 'retired'] as const
export type NodeState = (typeof nodeStates)[number]

const Capabilities = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 64 })
const Addresses = Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: 32 })

export const Node = Type.Object(
  {
    id: NodeId,
    name: Name,
    kind: oneOf(nodeKinds),
    siteId: SiteId,
    siteName: Name,
    providerId: ProviderId,
    providerName: Name,
    state: oneOf(nodeStates),
    stateSince: Timestamp,
    reason: nullable(Reason),
    capacity: Capacity,
    allocated: Allocated,
    workloadCount: Type.Integer(),
    capabilities: Capabilities,
    addresses: Addresses,
    labels: Labels,
    usage: nullable(Usage),
    lastSeenAt: nullable(Timestamp),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Type.Integer(),
  },
  strict,
)
export type Node = Static<typeof Node>

/** `site` and `provider` by id or name; the provider defaults to `manual` (a machine that registers itself). */
export const NodeCreate = Type.Object(
  {
    name: Name,
    kind: Type.Optional(oneOf(nodeKinds)),
    site: Type.String({ minLength: 1, maxLength: 253 }),
    provider: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
    capacity: CapacityInput,
    capabilities: Type.Optional(Capabilities),
    addresses: Type.Optional(Addresses),
    labels: Type.Optional(Labels),
  },
  strict,
)
export type NodeCreate = Static<typeof NodeCreate>

export const NodeUpdate = Type.Object(
  {
    name: Type.Optional(Name),
    capacity: Type.Optional(CapacityInput),
    capabilities: Type.Optional(Capabilities),
    addresses: Type.Optional(Addresses),
    labels: Type.Optional(Labels),
  },
  { ...strict, minProperties: 1 },
)
export type NodeUpdate = Static<typeof NodeUpdate>

/** Which actions a node's state allows: shared by the verbs, the console's buttons and their tooltips. */
export const nodeActions = {
  drain: ['ready', 'unreachable', 'discovered'],
  activate: ['draining', 'discovered'],
  update: ['discovered', 'ready', 'unreachable', 'draining'],
  delete: ['discovered', 'ready', 'unreachable', 'draining'],
  bind: ['ready'],
} as const satisfies Record<string, readonly NodeState[]>
