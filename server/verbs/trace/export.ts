import { OrreryError } from '@orrery/api/errors.ts'
import { type OwnLine, ownConstraints, ownHeader, ownLine } from '@orrery/core/trace/own.ts'
import {
  type RecordedNode,
  type RecordedWorkload,
  type TraceRange,
  nodesRecorded,
  samplesRecorded,
  workloadsRecorded,
} from '../../db/trace.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { instantMicros, instantText } from '../instant.ts'
import { importLabel } from '../plan/import-label.ts'

/** What one import takes, so that every export can be imported. */
const charactersMax = 60 * 1024 * 1024
const workloadsMax = 500_000
const samplesBatch = 20_000

/**
 * What was recorded in a range, as a trace: the nodes of the range, and its arrivals, departures and samples in order
 * of time. What was there before the range arrives at its beginning.
 */
export async function traceExport(ctx: Ctx, query: { since?: string; until?: string }): Promise<string> {
  requireRole(ctx, 'viewer')
  const range = rangeOf(query)
  const { db } = ctx.database
  const nodes = await nodesRecorded(db, range)
  const workloads = await workloadsRecorded(db, range, workloadsMax + 1)
  if (workloads.length > workloadsMax) throw tooLong()
  const pieces: string[] = [ownHeader()]
  let length = 0
  const add = (line: OwnLine) => {
    const text = ownLine(line)
    length += text.length
    if (length > charactersMax) throw tooLong()
    pieces.push(text)
  }
  for (const node of nodes) add(nodeLine(node))
  const subjects = new Map<string, { of: 'node' | 'workload'; name: string }>([
    ...nodes.map((node) => [node.id, { of: 'node', name: node.name }] as const),
    ...workloads.map((workload) => [workload.id, { of: 'workload', name: workload.name }] as const),
  ])
  const lives = livesInOrder(workloads)
  let next = 0
  const livesUntil = (at: number) => {
    for (let life = lives[next]; life !== undefined && life.at <= at; life = lives[next]) {
      add(life.line)
      next += 1
    }
  }
  let after: { at: number; subjectId: string } | null = null
  for (let more = true; more;) {
    const samples = await samplesRecorded(db, range, after, samplesBatch)
    for (const sample of samples) {
      const subject = subjects.get(sample.subjectId)
      if (subject === undefined) continue
      livesUntil(sample.at)
      add({ sample: subject.name, of: subject.of, at: sample.at, values: sample.values })
    }
    after = samples.at(-1) ?? null
    more = samples.length === samplesBatch
  }
  livesUntil(Number.POSITIVE_INFINITY)
  return pieces.join('')
}

function rangeOf(query: { since?: string; until?: string }): TraceRange {
  const since = query.since === undefined ? 0n : instantMicros(query.since, 'since')
  const until =
    query.until === undefined ? BigInt(Date.now()) * 1000n + 999n : instantMicros(query.until, 'until')
  if (since >= until)
    throw new OrreryError('invalid', '`since` must be before `until`.', { pointer: '/since' })
  return { since: instantText(since < 0n ? 0n : since), until: instantText(until) }
}

function tooLong(): OrreryError {
  return new OrreryError(
    'limit',
    'The range holds more than one import takes (60 MiB). Ask for a shorter one with `since` and `until`.',
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

/** Arrivals and departures by time; at one instant who leaves goes first, for its name may come again. */
function livesInOrder(workloads: readonly RecordedWorkload[]): { at: number; line: OwnLine }[] {
  const lines = workloads.flatMap((workload): { at: number; rank: number; line: OwnLine }[] => {
    const { name, kind, priority } = workload
    const { [importLabel]: _, ...labels } = workload.labels
    const demand = {
      cpuCores: workload.cpuCores,
      memoryBytes: workload.memoryBytes,
      diskBytes: workload.diskBytes,
      gpu: { count: workload.gpuCount, milli: workload.gpuMilli, models: workload.gpuModels },
    }
    const at = Math.round(workload.from)
    const arrival = {
      arrival: name,
      at,
      kind,
      demand,
      constraints: ownConstraints(workload.constraints),
      priority,
      labels,
    }
    if (workload.to === null) return [{ at, rank: 1, line: arrival }]
    const to = Math.max(at, Math.round(workload.to))
    return [
      { at, rank: 1, line: arrival },
      { at: to, rank: to === at ? 2 : 0, line: { departure: name, at: to } },
    ]
  })
  return lines.toSorted((a, b) => a.at - b.at || a.rank - b.rank)
}
