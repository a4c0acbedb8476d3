/** What came of one policy under one seed, as it is kept. */
import { sql } from 'kysely'
import type { NodeId, WorkloadId } from '@orrery/api/id.ts'
import type { PolicyNetwork } from '@orrery/api/policy.ts'
import type { RunDetail, RunFrames, RunResult } from '@orrery/api/run.ts'
import type { Figures } from '@orrery/core/twin/simulation/compare.ts'
import type { Curve, Shares } from '@orrery/core/twin/simulation/result.ts'
import type { Handle } from './database.ts'

export type RunPolicy = {
  name: string
  algorithm: string
  weights: Record<string, number>
  /** of a learned one */
  network?: PolicyNetwork | null
}

export type RunOutcomeChange = {
  workloadId: string
  workloadName: string | null
  fromNodeId: string | null
  fromNodeName: string | null
  nodeId: string | null
  nodeName: string | null
  gpuIndexes: number[]
}

/** Nodes in columns; of a run with more nodes than are shown, the first of them. */
export type RunOutcomeNodes = {
  /** null: one of a scenario */
  ids: (string | null)[]
  names: string[]
  sites: string[]
  cpu: (number | null)[]
  memory: (number | null)[]
  gpu: (number | null)[]
  /** share of the node's GPUs that is idle and of no use to the usual work */
  fragment: (number | null)[]
  frames: RunFrames
}

export type RunOutcome = {
  policy: string
  seed: number
  tookMs: number
  figures: Figures
  allocated: Shares
  curve: Curve
  changes: RunOutcomeChange[]
  changeCount: number
  waitingCount: number
  nodes: RunOutcomeNodes
}

export async function runResultInsert(
  handle: Handle,
  runId: string,
  ordinal: number,
  result: RunOutcome,
): Promise<void> {
  const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`
  await sql`insert into run_result (run_id, ordinal, policy, seed, took_ms, figures, allocated, change_count, waiting_count, curve, changes, nodes)
    select ${runId}::uuid, ${ordinal}::int, ${result.policy}, ${result.seed}::int8, ${result.tookMs}::float8, ${json(result.figures)},
      ${json(result.allocated)}, ${result.changeCount}::int, ${result.waitingCount}::int, ${json(result.curve)}, ${json(result.changes)},
      ${json(result.nodes)}
    where exists (select 1 from run where id = ${runId}::uuid)`.execute(handle)
}

type ResultRow = {
  ordinal: number
  policy: string
  seed: number
  took_ms: number
  figures: RunResult['figures']
  allocated: RunResult['allocated']
  change_count: number
  waiting_count: number
}
/** Results that were kept before there were frames have none. */
type NodesRow = Omit<RunOutcomeNodes, 'frames'> & Partial<Pick<RunOutcomeNodes, 'frames'>>
type DetailRow = ResultRow & Pick<RunOutcome, 'curve' | 'changes'> & { nodes: NodesRow }

const plainColumns = sql`ordinal, policy, seed::float8 as seed, took_ms, figures, allocated, change_count, waiting_count`

export async function runResults(handle: Handle, runId: string): Promise<RunResult[]> {
  const { rows } =
    await sql<ResultRow>`select ${plainColumns} from run_result where run_id = ${runId}::uuid order by ordinal`.execute(
      handle,
    )
  return rows.map(resultItem)
}

/** The result of a policy and a seed; of those that are left open, the first. */
export async function runResultFind(
  handle: Handle,
  runId: string,
  choice: { policy?: string; seed?: number },
): Promise<RunDetail | null> {
  const { rows } =
    await sql<DetailRow>`select ${plainColumns}, curve, changes, nodes from run_result where run_id = ${runId}::uuid
    and (${choice.policy ?? null}::text is null or policy = ${choice.policy ?? null})
    and (${choice.seed ?? null}::int8 is null or seed = ${choice.seed ?? null}) order by ordinal limit 1`.execute(
      handle,
    )
  const [row] = rows
  if (row === undefined) return null
  const { nodes } = row
  return {
    ...resultItem(row),
    curve: { ...row.curve },
    changes: row.changes.map((change) => ({
      ...change,
      workloadId: change.workloadId as WorkloadId,
      fromNodeId: change.fromNodeId as NodeId | null,
      nodeId: change.nodeId as NodeId | null,
    })),
    nodes: nodes.ids.map((id, at) => ({
      id: id as NodeId | null,
      name: nodes.names[at] ?? '',
      site: nodes.sites[at] ?? '',
      cpu: nodes.cpu[at] ?? null,
      memory: nodes.memory[at] ?? null,
      gpu: nodes.gpu[at] ?? null,
      fragment: nodes.fragment[at] ?? null,
    })),
    frames: nodes.frames ?? { seconds: [], frames: [] },
  }
}

function resultItem(row: ResultRow): RunResult {
  return {
    ordinal: row.ordinal,
    policy: row.policy,
    seed: row.seed,
    tookMs: row.took_ms,
    figures: row.figures,
    allocated: row.allocated,
    changeCount: row.change_count,
    waitingCount: row.waiting_count,
  }
}
