import { OrreryError } from '@orrery/api/errors.ts'
import { type OwnLine, ownConstraints, ownHeader, ownLine } from '@orrery/core/trace/own.ts'
import {
  type RecordedNode,
  type RecordedWorkload,
  type TraceRange,
  nodesRecorded,
  samplesRecorded,
  traceReading,
  workloadsRecorded,
} from '../../db/trace.ts'
import type { Handle } from '../../db/database.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { instantMicros, instantText } from '../instant.ts'
import { importLabel } from '../plan/import-label.ts'

const workloadsMax = 500_000
const waitingMost = 16
/** About so many characters are handed on at once. */
const pieceLength = 64 * 1024

/**
 * What was recorded in a range, as a trace: the nodes of the range, and its arrivals, departures and samples in order
 * of time. What was there before the range arrives at its beginning. It comes in pieces, for a trace may be larger than
 * memory; what is to be refused is refused before the first.
 */
export async function traceExport(
  ctx: Ctx,
  query: { since?: string; until?: string },
): Promise<AsyncIterable<string>> {
  requireRole(ctx, 'viewer')
  const range = rangeOf(query)
  // They wait in one line with all other calls, so a crowd of them is sent away before it stands there.
  if (ctx.database.pool.waitingCount > waitingMost)
    throw new OrreryError('limit', 'The database is busy. Ask for the trace again in a moment.')
  return begun(pieces(traceReading(ctx.database.db, (tx) => lines(tx, range))))
}

/** With its first piece made, so that what is refused then is refused by the call. */
async function begun(each: AsyncGenerator<string>): Promise<AsyncIterable<string>> {
  let first: IteratorResult<string> | null = await each.next()
  return {
    [Symbol.asyncIterator]: () => ({
      next() {
        const given = first
        first = null
        return given === null ? each.next() : Promise.resolve(given)
      },
      return: () => each.return(undefined),
    }),
  }
}

async function* pieces(each: AsyncIterable<OwnLine>): AsyncGenerator<string> {
  let piece = ownHeader()
  for await (const line of each) {
    piece += ownLine(line)
    if (piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

async function* lines(tx: Handle, range: TraceRange): AsyncGenerator<OwnLine> {
  const nodes = await nodesRecorded(tx, range)
  const workloads = await workloadsRecorded(tx, range, workloadsMax + 1)
  if (workloads.length > workloadsMax) throw tooMany()
  const samples = samplesRecorded(tx, range)
  try {
    // What could refuse it comes first.
    let batch = await samples.next()
    for (const node of nodes) yield nodeLine(node)
    const subjects = new Map<string, { of: 'node' | 'workload'; name: string }>([
      ...nodes.map((node) => [node.id, { of: 'node', name: node.name }] as const),
      ...workloads.map((workload) => [workload.id, { of: 'workload', name: workload.name }] as const),
    ])
    const lives = livesInOrder(workloads)
    let next = 0
    function* livesUntil(at: number): Generator<OwnLine> {
      for (let life = lives[next]; life !== undefined && life.at <= at; life = lives[next]) {
        yield lifeLine(life)
        next += 1
      }
    }
    for (; batch.done !== true; batch = await samples.next()) {
      for (const sample of batch.value) {
        const subject = subjects.get(sample.subjectId)
        if (subject === undefined) continue
        yield* livesUntil(sample.at)
        yield { sample: subject.name, of: subject.of, at: sample.at, values: sample.values }
      }
    }
    yield* livesUntil(Number.POSITIVE_INFINITY)
  } finally {
    await samples.return(undefined)
  }
}

function rangeOf(query: { since?: string; until?: string }): TraceRange {
  const since = query.since === undefined ? 0n : instantMicros(query.since, 'since')
  const until =
    query.until === undefined ? BigInt(Date.now()) * 1000n + 999n : instantMicros(query.until, 'until')
  if (since >= until)
    throw new OrreryError('invalid', '`since` must be before `until`.', { pointer: '/since' })
  return { since: instantText(since < 0n ? 0n : since), until: instantText(until) }
}

function tooMany(): OrreryError {
  return new OrreryError(
    'limit',
    `The range holds more than ${workloadsMax} workloads. Ask for a shorter one with \`since\` and \`until\`.`,
  )
}

function nodeLine(node: RecordedNode): OwnLine {
  return {
    node: node.name,
    site: node.site,
    kind: node.kind,
    capacity: {
      cpuCores: node.cpuCores,
      memoryBytes: node.memoryBytes,
      diskBytes: node.diskBytes,
      gpus: node.gpuMilli.map((milli, index) => ({ model: node.gpuModels[index] ?? '', milli })),
    },
    capabilities: node.capabilities,
    labels: node.labels,
  }
}

type Life = { at: number; rank: number; isArrival: boolean; workload: RecordedWorkload }

/** Arrivals and departures by time; at one instant who leaves goes first, for its name may come again. */
function livesInOrder(workloads: readonly RecordedWorkload[]): Life[] {
  const lives = workloads.flatMap((workload): Life[] => {
    const at = Math.round(workload.from)
    const arrival = { at, rank: 1, isArrival: true, workload }
    if (workload.to === null) return [arrival]
    const to = Math.max(at, Math.round(workload.to))
    return [arrival, { at: to, rank: to === at ? 2 : 0, isArrival: false, workload }]
  })
  return lives.toSorted((a, b) => a.at - b.at || a.rank - b.rank)
}

function lifeLine({ at, isArrival, workload }: Life): OwnLine {
  if (!isArrival) return { departure: workload.name, at }
  const { name, kind, priority } = workload
  const { [importLabel]: _, ...labels } = workload.labels
  const demand = {
    cpuCores: workload.cpuCores,
    memoryBytes: workload.memoryBytes,
    diskBytes: workload.diskBytes,
    gpu: { count: workload.gpuCount, milli: workload.gpuMilli, models: workload.gpuModels },
  }
  return {
    arrival: name,
    at,
    kind,
    demand,
    constraints: ownConstraints(workload.constraints),
    priority,
    labels,
  }
}
