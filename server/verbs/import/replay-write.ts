import { eventInsert } from '../../db/event.ts'
import { decisionsInsert } from '../../db/decision.ts'
import { type PlaceItem, type Placed, place } from '../../db/placer.ts'
import { refusalsWrite } from '../../db/refusal.ts'
import { eventsTraceAt, workloadsRemove } from '../../db/replay.ts'
import { workloadsInsert } from '../../db/workload-insert.ts'
import type { Ctx } from '../context.ts'
import { instantText } from '../instant.ts'
import type { Tx } from '../transaction.ts'
import { placeItem, placeRefusal } from '../workload/place.ts'
import type { ReplayBatch } from './replay-decide.ts'
import { type ReplayState, type Standing, replayLabels } from './replay-state.ts'

/** What the database refused of a batch: something else took the room meanwhile. */
export type ReplayRefused = { standing: Standing; outcome: Placed['outcome'] }

/** Writes a batch: arrivals, then placements and departures in the order they were decided, then the decisions. */
export async function replayWriteIn(
  tx: Tx,
  ctx: Ctx,
  state: ReplayState,
  batch: ReplayBatch,
): Promise<ReplayRefused[]> {
  await arrivalsWrite(tx, ctx, state, batch.arrivals)
  const refused = await placesWrite(tx, ctx, batch.places)
  await departuresWrite(tx, ctx, batch.departures)
  await decisionsInsert(tx, batch.decisions)
  return refused
}

async function arrivalsWrite(
  tx: Tx,
  ctx: Ctx,
  state: ReplayState,
  arrivals: ReplayBatch['arrivals'],
): Promise<void> {
  const inserts = arrivals.map(({ standing, atMicros, reason }) => ({
    id: standing.id,
    name: standing.name,
    kind: standing.task.kind,
    demand: standing.task.demand,
    constraints: standing.workload.constraints,
    labels: replayLabels(state, standing),
    priority: standing.task.priority,
    autoPlace: true,
    datasetId: null,
    traceAt: instantText(BigInt(atMicros)),
    reason: reason.slice(0, 2000),
    compat: null,
    aliasKey: standing.name,
  }))
  await workloadsInsert(tx, inserts)
  await eventInsert(
    tx,
    inserts.map(({ id, name, kind, demand, constraints, traceAt, reason }) => ({
      actorId: ctx.actor.id,
      actorName: ctx.actor.name,
      verb: 'workload.create',
      subjectKind: 'workload',
      subjectId: id,
      subjectName: name,
      after: { name, kind, state: 'pending', demand, constraints },
      reason,
      traceAt,
    })),
  )
}

async function placesWrite(tx: Tx, ctx: Ctx, places: ReplayBatch['places']): Promise<ReplayRefused[]> {
  if (places.length === 0) return []
  const items = places.map(({ standing, nodeId, gpuIndexes, reason }): PlaceItem => {
    const node =
      nodeId === null ? null : { id: nodeId, providerId: ctx.mirror.nodes.get(nodeId)?.providerId ?? '' }
    const item = placeItem(ctx, {
      workloadId: standing.id,
      mode: node === null ? 'unbind' : 'bind',
      node,
      gpuIndexes,
      reason,
    })
    return node === null ? { ...item, state: 'stopped' } : item
  })
  const placed = await place(tx, items)
  // A placement's event carries the instant at which its workload arrived; these have their own.
  await eventsTraceAt(
    tx,
    places.map(({ standing, atMicros, nodeId }) => ({
      subjectId: standing.id,
      verb: nodeId === null ? 'workload.unbind' : 'workload.bind',
      traceAt: instantText(BigInt(atMicros)),
    })),
  )
  const refused = places.flatMap(({ standing, nodeId }, index): (ReplayRefused & { reason: string })[] => {
    const answer = placed[index]
    if (answer === undefined) throw new Error('the placement function answered too few rows')
    if (nodeId === null || answer.outcome === 'ok') return []
    const names = { workload: standing.name, node: ctx.mirror.nodes.get(nodeId)?.name ?? nodeId }
    return [{ standing, outcome: answer.outcome, reason: placeRefusal(ctx, answer, names).message }]
  })
  await refusalsWrite(
    tx,
    refused.map(({ standing, reason }) => ({ workloadId: standing.id, nodeId: null, reason })),
  )
  return refused
}

async function departuresWrite(tx: Tx, ctx: Ctx, departures: ReplayBatch['departures']): Promise<void> {
  const removed = await workloadsRemove(
    tx,
    departures.map(({ standing }) => standing.id),
  )
  await eventInsert(
    tx,
    departures
      .filter(({ standing }) => removed.has(standing.id))
      .map(({ standing, atMicros }) => ({
        actorId: ctx.actor.id,
        actorName: ctx.actor.name,
        verb: 'workload.delete',
        subjectKind: 'workload',
        subjectId: standing.id,
        subjectName: standing.name,
        before: { state: 'stopped', nodeId: null },
        reason: 'its trace says that it left',
        traceAt: instantText(BigInt(atMicros)),
      })),
  )
}
