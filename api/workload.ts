import { type Static, Type } from 'typebox'
import { DatasetId, NodeId, SiteId, WorkloadId } from './id.ts'
import { Demand, DemandInput } from './quantity.ts'
import { Usage } from './sample.ts'
import { Labels, Name, Reason, Timestamp, nullable, oneOf, strict } from './scalar.ts'

export const workloadKinds = ['vm', 'module', 'runtime', 'container', 'seat'] as const
export const workloadStates = [
  'pending',
  'placing',
  'starting',
  'running',
  'stopping',
  'stopped',
  'failed',
] as const
export type WorkloadState = (typeof workloadStates)[number]
/** `absent`: it is being deleted; the row goes when its provider has let go of it. */
export const workloadDesires = ['running', 'stopped', 'absent'] as const

/** Where it may run. Everything given must hold; what is left out does not restrict. */
export const Constraints = Type.Object(
  {
    siteIds: Type.Optional(Type.Array(SiteId, { maxItems: 100 })),
    nodeIds: Type.Optional(Type.Array(NodeId, { maxItems: 10_000 })),
    capabilities: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 64 })),
    nodeLabels: Type.Optional(Labels),
    riskLevel: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 10, description: 'the site must allow this level' }),
    ),
    renewableShareMin: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    latencyMsMax: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1e6, description: 'from `latencyFrom` to the node’s site' }),
    ),
    latencyFrom: Type.Optional(SiteId),
    antiAffinity: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 63,
        description: 'no two workloads of the same group on one node',
      }),
    ),
  },
  strict,
)
export type Constraints = Static<typeof Constraints>

export const Workload = Type.Object(
  {
    id: WorkloadId,
    name: Name,
    kind: oneOf(workloadKinds),
    state: oneOf(workloadStates),
    stateSince: Timestamp,
    desired: oneOf(workloadDesires),
    reason: nullable(Reason),
    nodeId: nullable(NodeId),
    nodeName: nullable(Type.String()),
    siteId: nullable(SiteId),
    siteName: nullable(Type.String()),
    providerRef: nullable(Type.String()),
    demand: Demand,
    constraints: Constraints,
    labels: Labels,
    priority: Type.Integer(),
    gpuIndexes: Type.Array(Type.Integer(), { description: 'devices of the node that it holds, by index' }),
    datasetId: nullable(DatasetId),
    traceAt: nullable(Timestamp),
    autoPlace: Type.Boolean({ description: 'the plan loop looks for a node when it has none' }),
    usage: nullable(Usage),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Type.Integer(),
  },
  strict,
)
export type Workload = Static<typeof Workload>

export const WorkloadCreate = Type.Object(
  {
    name: Name,
    kind: Type.Optional(oneOf(workloadKinds)),
    demand: DemandInput,
    constraints: Type.Optional(Constraints),
    labels: Type.Optional(Labels),
    priority: Type.Optional(Type.Integer({ minimum: -1000, maximum: 1000 })),
    autoPlace: Type.Optional(Type.Boolean()),
  },
  strict,
)
export type WorkloadCreate = Static<typeof WorkloadCreate>

export const WorkloadUpdate = Type.Object(
  {
    name: Type.Optional(Name),
    constraints: Type.Optional(Constraints),
    labels: Type.Optional(Labels),
    priority: Type.Optional(Type.Integer({ minimum: -1000, maximum: 1000 })),
    desired: Type.Optional(oneOf(['running', 'stopped'])),
    autoPlace: Type.Optional(Type.Boolean()),
  },
  { ...strict, minProperties: 1 },
)
export type WorkloadUpdate = Static<typeof WorkloadUpdate>

/** `node` by id or name. */
export const WorkloadBind = Type.Object(
  { node: Type.String({ minLength: 1, maxLength: 253 }), reason: Type.Optional(Reason) },
  strict,
)
export type WorkloadBind = Static<typeof WorkloadBind>
export const WorkloadUnbind = Type.Object({ reason: Type.Optional(Reason) }, strict)
export const WorkloadResize = Type.Object({ demand: DemandInput, reason: Type.Optional(Reason) }, strict)
export type WorkloadResize = Static<typeof WorkloadResize>

/** One stay in one state on one node: a row of a workload's life. `until` is null for the present one. */
export const WorkloadStay = Type.Object(
  {
    state: oneOf(workloadStates),
    nodeId: nullable(NodeId),
    nodeName: nullable(Type.String()),
    reason: nullable(Reason),
    demand: Demand,
    since: Timestamp,
    until: nullable(Timestamp),
    version: Type.Integer(),
  },
  strict,
)
export type WorkloadStay = Static<typeof WorkloadStay>

/** Which actions a workload's state allows: shared by the verbs, the console's buttons and their tooltips. */
export const workloadActions = {
  bind: ['pending', 'placing', 'stopped', 'failed'],
  unbind: ['placing', 'starting', 'running', 'failed', 'stopping', 'stopped'],
  migrate: ['running', 'starting'],
  resize: ['pending', 'running', 'starting', 'stopped', 'failed'],
  start: ['stopped', 'failed'],
  stop: ['pending', 'placing', 'starting', 'running', 'failed'],
  delete: ['pending', 'placing', 'starting', 'running', 'stopping', 'stopped', 'failed'],
} as const satisfies Record<string, readonly WorkloadState[]>
