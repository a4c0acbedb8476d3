import { type Static, Type } from 'typebox'
import { NodeId, OperationId, RunId, WorkloadId } from './id.ts'
import { operationStates } from './operation.ts'
import { Candidate, Decision } from './plan.ts'
import { RunOrigin, RunScenario, RunSource } from './run-source.ts'
import { Name, Timestamp, nullable, oneOf, strict } from './scalar.ts'

const yearSeconds = 366 * 86_400

export const optimiseAims = ['consolidate', 'balance', 'evacuate'] as const
export type OptimiseAim = (typeof optimiseAims)[number]
/** Better places for what stands: before anybody arrives, and again every so often if that is said. */
export const RunOptimise = Type.Object(
  {
    aim: oneOf(
      optimiseAims,
      '`consolidate`: empty the least used nodes; `balance`: lower the highest use; `evacuate`: empty the nodes named',
    ),
    movesMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'without it 100' })),
    nodes: Type.Optional(Type.Array(Name, { maxItems: 1000, description: '`evacuate`: names of nodes' })),
    everySeconds: Type.Optional(
      Type.Number({
        minimum: 60,
        maximum: yearSeconds,
        description: 'again whenever so many simulated seconds have passed, with as many moves each time',
      }),
    ),
  },
  strict,
)
export type RunOptimise = Static<typeof RunOptimise>

const given = {
  horizonSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: yearSeconds,
    description: 'simulated seconds; without it the length of the window, or an hour',
  }),
  unplaced: oneOf(['wait', 'reject'], 'what becomes of work that no node has room for'),
  anew: Type.Boolean({ description: 'all work is placed again, as if none stood anywhere yet' }),
}

export const RunCreate = Type.Object(
  {
    name: Type.Optional(Name),
    source: Type.Optional(RunSource),
    policies: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        minItems: 1,
        maxItems: 32,
        description: 'stored policies by name, or algorithms; without it those of the scenario',
      }),
    ),
    seeds: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 }), {
        minItems: 1,
        maxItems: 100,
        description: 'without it that of the scenario, or 1',
      }),
    ),
    horizonSeconds: Type.Optional(given.horizonSeconds),
    unplaced: Type.Optional(given.unplaced),
    anew: Type.Optional(given.anew),
    optimise: Type.Optional(RunOptimise),
  },
  strict,
)
export type RunCreate = Static<typeof RunCreate>

const share = nullable(Type.Number())
const Shares = Type.Object({ cpu: share, memory: share, gpu: share }, strict)
const figures = Type.Record(Type.String(), nullable(Type.Number()))

/** One policy under one seed. Figures are by the names of `measures` in the comparison. */
export const RunResult = Type.Object(
  {
    ordinal: Type.Integer(),
    policy: Type.String(),
    seed: Type.Integer(),
    tookMs: Type.Number(),
    figures,
    allocated: Shares,
    changeCount: Type.Integer({ description: 'workloads that stand elsewhere than where the run began' }),
    waitingCount: Type.Integer({ description: 'workloads that wait at the end' }),
  },
  strict,
)
export type RunResult = Static<typeof RunResult>

/** A measure over all policies: the mean over the seeds of each, and which is best. */
export const RunMeasure = Type.Object(
  {
    name: Type.String(),
    title: Type.String(),
    unit: Type.String(),
    better: oneOf(['more', 'less']),
    values: Type.Array(
      Type.Object({ policy: Type.String(), mean: nullable(Type.Number()), isBest: Type.Boolean() }, strict),
    ),
  },
  strict,
)
export type RunMeasure = Static<typeof RunMeasure>

export const RunSummary = Type.Object(
  {
    id: RunId,
    name: Name,
    state: oneOf(operationStates),
    source: RunOrigin,
    policies: Type.Array(Type.String()),
    seeds: Type.Array(Type.Integer()),
    horizonSeconds: Type.Number(),
    unplaced: given.unplaced,
    anew: given.anew,
    optimise: nullable(RunOptimise),
    forkedAt: nullable(Timestamp),
    nodeCount: nullable(Type.Integer()),
    workloadCount: nullable(Type.Integer()),
    operationId: OperationId,
    error: nullable(Type.String()),
    actorName: nullable(Type.String()),
    createdAt: Timestamp,
    endedAt: nullable(Timestamp),
  },
  strict,
)
export type RunSummary = Static<typeof RunSummary>

export const Run = Type.Object(
  {
    ...RunSummary.properties,
    scenario: nullable(RunScenario),
    results: Type.Array(RunResult),
    measures: Type.Array(RunMeasure),
  },
  strict,
)
export type Run = Static<typeof Run>

const column = Type.Array(nullable(Type.Number()))
/** The same values at even distances from the beginning to the horizon. */
export const RunCurve = Type.Record(Type.String(), column)

/** Where a workload stands at the end, when that is not where it stood. */
export const RunChange = Type.Object(
  {
    workloadId: WorkloadId,
    workloadName: nullable(Type.String()),
    fromNodeId: nullable(NodeId),
    fromNodeName: nullable(Type.String()),
    nodeId: nullable(NodeId),
    nodeName: nullable(Type.String()),
    gpuIndexes: Type.Array(Type.Integer()),
  },
  strict,
)
export type RunChange = Static<typeof RunChange>

/**
 * How full each node was at even distances from the beginning, before anything happened, to the horizon. A frame is the
 * base64 of four bytes per node, in the order of `nodes`: CPU, memory, GPU and what is fragmented, 254 for all of it, 255
 * where there is none.
 */
export const RunFrames = Type.Object(
  { seconds: Type.Array(Type.Number()), frames: Type.Array(Type.String()) },
  strict,
)
export type RunFrames = Static<typeof RunFrames>

/**
 * `curve` by name of the series, `seconds` among them; `nodes` is how full each node is at the end. Nodes of a scenario
 * have no ids.
 */
export const RunDetail = Type.Object(
  {
    ...RunResult.properties,
    curve: RunCurve,
    changes: Type.Array(RunChange),
    nodes: Type.Array(
      Type.Object(
        {
          id: nullable(NodeId),
          name: Type.String(),
          site: Type.String(),
          cpu: share,
          memory: share,
          gpu: share,
          fragment: share,
        },
        strict,
      ),
    ),
    frames: RunFrames,
  },
  strict,
)
export type RunDetail = Static<typeof RunDetail>

/** Which of a run's results is meant; without them the first. */
export const RunChoice = Type.Object(
  {
    policy: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 })),
  },
  strict,
)
export type RunChoice = Static<typeof RunChoice>

export const RunWhyQuery = Type.Object(
  {
    ...RunChoice.properties,
    workload: Type.String({
      minLength: 1,
      maxLength: 253,
      description: 'id or name of a workload of the run; name of a task of its scenario',
    }),
  },
  strict,
)
export type RunWhyQuery = Static<typeof RunWhyQuery>

const RunCandidate = Type.Object({ ...Candidate.properties, nodeId: nullable(NodeId) }, strict)
/** Tasks and nodes of a scenario have no ids. */
export const RunDecision = Type.Object(
  {
    ...Decision.properties,
    workloadId: nullable(WorkloadId),
    chosen: nullable(RunCandidate),
    runnerUp: nullable(RunCandidate),
    atSeconds: Type.Number({ description: 'simulated seconds since the run began' }),
  },
  strict,
)
export type RunDecision = Static<typeof RunDecision>

export const RunPlanCreate = Type.Object(
  { ...RunChoice.properties, reason: Type.Optional(Type.String({ maxLength: 2000 })) },
  strict,
)
export type RunPlanCreate = Static<typeof RunPlanCreate>
