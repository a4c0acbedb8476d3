import { type Static, Type } from 'typebox'
import { DecisionId, NodeId, OperationId, PlanId, PolicyId, StepId, WorkloadId } from './id.ts'
import { DemandInput } from './quantity.ts'
import { Reason, Timestamp, nullable, oneOf, strict } from './scalar.ts'

export const planStates = ['proposed', 'approved', 'applying', 'applied', 'refused', 'failed'] as const
export type PlanState = (typeof planStates)[number]
/** `hold`: the planner leaves the workload alone from then on (`autoPlace` is off). */
export const stepKinds = ['place', 'migrate', 'unbind', 'resize', 'start', 'stop', 'drain', 'hold'] as const
export type StepKind = (typeof stepKinds)[number]
/** `skipped`: left out because another step failed, or with nothing to do because its workload is gone. */
export const stepStates = ['waiting', 'started', 'done', 'failed', 'skipped'] as const
export type StepState = (typeof stepStates)[number]

/** One filter's work on the candidates of one decision. */
export const FilterCount = Type.Object(
  { filter: Type.String(), removed: Type.Integer(), message: Type.String() },
  strict,
)
/** One candidate's scores. `total` decides; higher is better; ties go to the earlier candidate. */
export const Candidate = Type.Object(
  {
    nodeId: NodeId,
    nodeName: Type.String(),
    total: Type.Number(),
    scores: Type.Record(Type.String(), Type.Number()),
  },
  strict,
)
export type Candidate = Static<typeof Candidate>

/** Why a workload went where it is, or why it waits. */
export const Decision = Type.Object(
  {
    id: DecisionId,
    at: Timestamp,
    workloadId: WorkloadId,
    workloadName: nullable(Type.String()),
    planId: nullable(PlanId),
    policyName: Type.String(),
    algorithm: Type.String(),
    outcome: oneOf(['placed', 'pending']),
    message: Type.String(),
    considered: Type.Integer({ description: 'nodes looked at' }),
    filters: Type.Array(FilterCount),
    feasible: Type.Integer(),
    chosen: nullable(Candidate),
    runnerUp: nullable(Candidate),
  },
  strict,
)
export type Decision = Static<typeof Decision>

export const PlanStep = Type.Object(
  {
    id: StepId,
    ordinal: Type.Integer(),
    kind: oneOf(stepKinds),
    state: oneOf(stepStates),
    workloadId: nullable(WorkloadId),
    workloadName: nullable(Type.String()),
    nodeId: nullable(NodeId),
    nodeName: nullable(Type.String()),
    fromNodeId: nullable(NodeId),
    fromNodeName: nullable(Type.String()),
    after: Type.Array(Type.Integer(), { description: 'ordinals that must be done first' }),
    reason: nullable(Reason),
    error: nullable(Type.String()),
    decisionId: nullable(DecisionId),
    startedAt: nullable(Timestamp),
    endedAt: nullable(Timestamp),
  },
  strict,
)
export type PlanStep = Static<typeof PlanStep>

export const PlanSummary = Type.Object(
  {
    id: PlanId,
    state: oneOf(planStates),
    origin: Type.String({ description: 'who asked: `plan-loop`, `drain`, or a principal’s name' }),
    policyId: nullable(PolicyId),
    policyName: nullable(Type.String()),
    reason: nullable(Reason),
    stepCount: Type.Integer(),
    doneCount: Type.Integer(),
    failedCount: Type.Integer(),
    operationId: nullable(OperationId),
    createdAt: Timestamp,
    decidedAt: nullable(Timestamp),
    endedAt: nullable(Timestamp),
  },
  strict,
)
export type PlanSummary = Static<typeof PlanSummary>

export const Plan = Type.Object({ ...PlanSummary.properties, steps: Type.Array(PlanStep) }, strict)
export type Plan = Static<typeof Plan>

const ref = Type.String({ minLength: 1, maxLength: 253 })
/** What a person may ask for; things by id or name. Without steps: the policy decides for every pending workload. */
export const PlanStepInput = Type.Object(
  {
    kind: oneOf(stepKinds),
    workload: Type.Optional(ref),
    node: Type.Optional(ref),
    demand: Type.Optional(DemandInput),
  },
  strict,
)
export const PlanCreate = Type.Object(
  {
    policy: Type.Optional(ref),
    workloads: Type.Optional(Type.Array(ref, { maxItems: 10_000, description: 'place just these' })),
    steps: Type.Optional(Type.Array(PlanStepInput, { maxItems: 1000 })),
    reason: Type.Optional(Reason),
  },
  strict,
)
export type PlanCreate = Static<typeof PlanCreate>
export const PlanAnswer = Type.Object({ reason: Type.Optional(Reason) }, strict)

export const planActions = {
  approve: ['proposed'],
  refuse: ['proposed', 'approved'],
  rollback: ['applied', 'failed'],
} as const satisfies Record<string, readonly PlanState[]>
