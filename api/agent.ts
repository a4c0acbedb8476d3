import { type Static, Type } from 'typebox'
import { AgentId, AgentTurnId, NodeId, PlanId, WorkloadId } from './id.ts'
import { Demand } from './quantity.ts'
import { Name, Reason, Timestamp, nullable, oneOf, strict } from './scalar.ts'
import { Constraints } from './workload.ts'

export const agentModes = ['shadow', 'approve', 'act'] as const
export const agentStates = ['off', 'absent', 'present', 'fenced'] as const
export const agentRails = [
  'node',
  'constraint',
  'capacity',
  'protected',
  'riskLevel',
  'site',
  'rate',
  'turn',
  'answer',
] as const
export type AgentRail = (typeof agentRails)[number]

const rails = {
  sites: Type.Array(Name, { maxItems: 100, description: 'it may place there only; empty: anywhere' }),
  riskLevelMax: Type.Integer({
    minimum: 0,
    maximum: 10,
    description: 'workloads of a higher risk level are not its business',
  }),
  protectedLabels: Type.Record(Type.String({ maxLength: 63 }), Type.String({ maxLength: 253 }), {
    maxProperties: 16,
    description: 'workloads with one of these labels are not its business',
  }),
  placesPerMinute: Type.Integer({ minimum: 1, maximum: 10_000, description: 'the blast radius' }),
  refusalsMost: Type.Integer({
    minimum: 1,
    maximum: 1000,
    description: 'answers in a row that a rail stops, until it is fenced',
  }),
  silenceSeconds: Type.Number({
    minimum: 1,
    maximum: 3600,
    description: 'without a word from it, until it is fenced and the active policy takes over',
  }),
  waitsMost: Type.Integer({
    minimum: 1,
    maximum: 1000,
    description: 'how often it may let one workload wait, until the active policy places that one',
  }),
  holdSecondsMost: Type.Number({
    minimum: 1,
    maximum: 86_400,
    description:
      'how long after its first question about a workload, until the active policy places that one',
  }),
}
export const AgentRails = Type.Object(rails, strict)
export type AgentRails = Static<typeof AgentRails>

export const Agent = Type.Object(
  {
    id: AgentId,
    name: Name,
    mode: oneOf(
      agentModes,
      '`shadow`: its answers are recorded only; `approve`: a person confirms each; `act`: they are carried out',
    ),
    enabled: Type.Boolean({ description: 'the kill switch' }),
    state: oneOf(
      agentStates,
      '`absent`: it has not asked yet; `fenced`: it is out until somebody lets it in again',
    ),
    url: nullable(Type.String({ description: 'of an ML server that is asked; null: the agent asks us' })),
    rails: AgentRails,
    fencedAt: nullable(Timestamp),
    fencedReason: nullable(Reason),
    seenAt: nullable(Timestamp),
    turnCount: Type.Integer(),
    refusedCount: Type.Integer(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Type.Integer(),
  },
  strict,
)
export type Agent = Static<typeof Agent>

const written = {
  mode: Agent.properties.mode,
  enabled: Agent.properties.enabled,
  url: nullable(
    Type.String({ maxLength: 2000, description: 'http://HOST:PORT of an ML server with /api/place' }),
  ),
  rails: Type.Partial(AgentRails, strict),
}
export const AgentCreate = Type.Object(
  {
    name: Name,
    mode: Type.Optional(written.mode),
    enabled: Type.Optional(written.enabled),
    url: Type.Optional(written.url),
    rails: Type.Optional(written.rails),
  },
  strict,
)
export type AgentCreate = Static<typeof AgentCreate>
/** `enabled: true` also lifts a fence. */
export const AgentUpdate = Type.Partial(AgentCreate, { ...strict, minProperties: 1 })
export type AgentUpdate = Static<typeof AgentUpdate>

export const agentOutcomes = [
  'open',
  'waited',
  'recorded',
  'proposed',
  'acted',
  'refused',
  'expired',
] as const

/** One question to an agent and what became of its answer: the audit trail. */
export const AgentTurn = Type.Object(
  {
    id: AgentTurnId,
    at: Timestamp,
    dueAt: Timestamp,
    mode: oneOf(agentModes),
    workloadId: WorkloadId,
    workloadName: Type.String(),
    nodeId: nullable(NodeId),
    nodeName: nullable(Type.String()),
    policyNodeName: nullable(Type.String({ description: 'where the active policy would have placed it' })),
    outcome: oneOf(agentOutcomes),
    rail: nullable(oneOf(agentRails)),
    reason: nullable(Type.String()),
    planId: nullable(PlanId),
    answeredAt: nullable(Timestamp),
  },
  strict,
)
export type AgentTurn = Static<typeof AgentTurn>

/**
 * What there is to decide, with the observation of the environment `orrery/Placement-v0` over the live nodes: per node
 * nine values in the order of `nodes`, then seven of the workload. `mask` has a 1 for each node that has room, and a last
 * one for waiting. Null: nothing waits; ask again.
 */
export const AgentQuestion = Type.Object(
  {
    turn: nullable(
      Type.Object(
        {
          id: AgentTurnId,
          dueAt: Timestamp,
          workload: Type.Object(
            { id: WorkloadId, name: Type.String(), demand: Demand, constraints: Constraints },
            strict,
          ),
          nodes: Type.Array(Type.Object({ id: NodeId, name: Type.String() }, strict)),
          observation: Type.Array(Type.Number()),
          mask: Type.Array(Type.Integer()),
        },
        strict,
      ),
    ),
  },
  strict,
)
export type AgentQuestion = Static<typeof AgentQuestion>

export const AgentAnswer = Type.Object(
  {
    turn: AgentTurnId,
    node: nullable(
      Type.String({ minLength: 1, maxLength: 253, description: 'id or name of a node; null: let it wait' }),
    ),
  },
  strict,
)
export type AgentAnswer = Static<typeof AgentAnswer>
