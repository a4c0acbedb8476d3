/**
 * Replays a trace: its events are released by the trace's own clock, decided in order with the live policy, and written
 * in batches, each in one transaction with the decisions behind it. An event is released only when all earlier ones are
 * decided, so the speed that was asked for is an upper limit; the one that was reached is told.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { OrreryError } from '@orrery/api/errors.ts'
import { inventoryCopy } from '@orrery/core/inventory.ts'
import { policyActive } from '../../db/policy.ts'
import { namesTaken } from '../../db/replay.ts'
import type { Ctx } from '../context.ts'
import { instantText } from '../instant.ts'
import type { OperationWork } from '../operation/run.ts'
import { type Chooser, chooserOf } from '../plan/decide.ts'
import { settle } from '../settle.ts'
import { transaction } from '../transaction.ts'
import { type ReplayClock, replayClockCreate } from './replay-clock.ts'
import { type ReplayBatch, replayDecide } from './replay-decide.ts'
import type { ReplaySamples } from './replay-samples.ts'
import { type ReplayState, waitingAdd, waitingCount, waitingRemove } from './replay-state.ts'
import { replayWriteIn } from './replay-write.ts'

export type ReplayOptions = { speed: number | null; site: string; samples: ReplaySamples }

const batchMax = 300
/** Events that are due within this are written together: a batch is a commit. */
const gatherMs = 15
const retryAllEveryMs = 2000
const waitMaxMs = 500

export async function replay(
  state: ReplayState,
  options: ReplayOptions,
  work: OperationWork,
): Promise<unknown> {
  const { ctx, signal } = work
  const startMicros = state.events[0]?.atMicros ?? 0
  const startedMs = performance.now()
  const clock = replayClockCreate(startMicros, options.speed, () => performance.now())
  let nowMicros = startMicros
  let retriedMs = startedMs
  work.progress({ total: state.events.length })
  while (state.next < state.events.length && !signal.aborted) {
    const waitMs = clock.waitMs(state.events[state.next]?.atMicros ?? 0)
    if (waitMs > 0) {
      await pause(Math.min(waitMaxMs, waitMs + (options.speed === null ? 0 : gatherMs)), signal)
      if (clock.waitMs(state.events[state.next]?.atMicros ?? 0) > 0 || signal.aborted) continue
    }
    const end = batchEnd(state, clock)
    const events = state.events.slice(state.next, end)
    const retryAll = state.waiting.size > 0 && performance.now() - retriedMs > retryAllEveryMs
    if (retryAll) retriedMs = performance.now()
    resync(ctx, state, events)
    const chooser = await chooserNow(ctx, state)
    const batch = replayDecide(state, inventoryCopy(ctx.planner.inventory), chooser, events, retryAll)
    await write(ctx, state, batch, options.site, work)
    state.next = end
    nowMicros = batch.atMicros
    await options.samples.release(ctx, nowMicros)
    const following = state.events[end]
    if (following !== undefined) clock.decided(following.atMicros)
    work.progress({
      done: end,
      note: noteOf(state, nowMicros, outcome(state, startMicros, nowMicros, startedMs)),
    })
  }
  if (!signal.aborted) await options.samples.release(ctx, Number.POSITIVE_INFINITY)
  return {
    ...outcome(state, startMicros, nowMicros, startedMs),
    ...state.counts,
    pending: waitingCount(state),
    events: state.next,
    traceFrom: instantText(BigInt(startMicros)),
    traceUntil: instantText(BigInt(nowMicros)),
    samples: options.samples.stored(),
    samplesLeftOut: options.samples.leftOut(),
  }
}

/** The events that are due, as many as a batch holds. A name that comes again begins a new one: rows are inserted together. */
function batchEnd(state: ReplayState, clock: ReplayClock): number {
  const names = new Set<string>()
  let end = state.next
  for (
    let event = state.events[end];
    event !== undefined && end - state.next < batchMax;
    event = state.events[end]
  ) {
    if (clock.waitMs(event.atMicros) > 0) break
    if (event.kind === 'arrival') {
      if (names.has(event.standing.name)) break
      names.add(event.standing.name)
    }
    end += 1
  }
  return end
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function chooserNow(ctx: Ctx, state: ReplayState): Promise<Chooser> {
  const row = await policyActive(ctx.database.db)
  if (row === null)
    throw new OrreryError('conflict', 'No policy is active. Make one active and import again.')
  return chooserOf(row, 'replay', String(state.next))
}

/** People may have moved, unbound, placed or deleted what this replay thinks stands or waits somewhere. */
function resync(
  ctx: Ctx,
  state: ReplayState,
  events: readonly { standing: ReplayState['events'][number]['standing'] }[],
): void {
  for (const { standing } of events) {
    if (!standing.present) continue
    const row = ctx.mirror.workloads.get(standing.id)
    if (row === undefined) {
      standing.present = false
      state.counts.standing -= 1
      waitingRemove(state, standing)
    } else if (row.nodeId !== (standing.where?.nodeId ?? null)) {
      standing.where = row.nodeId === null ? null : { nodeId: row.nodeId, gpuIndexes: [] }
    }
  }
  for (const group of state.waiting.values()) {
    for (const standing of group) {
      const row = ctx.mirror.workloads.get(standing.id)
      if (row !== undefined && row.nodeId === null) continue
      waitingRemove(state, standing)
      if (row?.nodeId != null) standing.where = { nodeId: row.nodeId, gpuIndexes: [] }
    }
  }
}

async function write(
  ctx: Ctx,
  state: ReplayState,
  batch: ReplayBatch,
  site: string,
  work: OperationWork,
): Promise<void> {
  const attempt = () =>
    transaction(ctx, async (tx) => {
      await work.hold(tx)
      return replayWriteIn(tx, ctx, state, batch)
    })
  let refused
  try {
    refused = await attempt()
  } catch (error) {
    if (!(error instanceof OrreryError) || error.code !== 'conflict' || work.signal.aborted) throw error
    // Somebody took a name of the trace while it ran.
    const taken = new Set(
      await namesTaken(
        ctx.database.db,
        'workload',
        batch.arrivals.map(({ standing }) => standing.name),
      ),
    )
    if (taken.size === 0) throw error
    for (const { standing } of batch.arrivals)
      if (taken.has(standing.name)) standing.name = `${site}-${standing.name}`
    refused = await attempt()
  }
  for (const { standing, outcome: answer } of refused) {
    if (!standing.present) continue
    standing.where = null
    if (answer !== 'no_workload' && answer !== 'already_bound') waitingAdd(state, standing)
  }
  for (const { standing } of batch.departures) ctx.usages.forget(standing.id)
  await settle(ctx, {
    workloads: [
      ...new Set([...batch.arrivals, ...batch.places].map(({ standing }) => standing.id as string)),
    ],
    nodes: nodesOf(ctx, batch),
  })
}

function nodesOf(ctx: Ctx, batch: ReplayBatch): string[] {
  const nodes = new Set<string>()
  for (const { standing, nodeId } of batch.places) {
    // Before the mirror is refreshed it still shows where a departing workload stood.
    const stood = ctx.mirror.workloads.get(standing.id)?.nodeId
    if (nodeId !== null) nodes.add(nodeId)
    if (stood != null) nodes.add(stood)
  }
  return [...nodes]
}

function outcome(state: ReplayState, startMicros: number, nowMicros: number, startedMs: number) {
  const seconds = Math.max(1e-3, (performance.now() - startedMs) / 1000)
  return {
    /** trace seconds per second, as reached */
    speed: Math.round((nowMicros - startMicros) / 1e6 / seconds),
    eventsPerSecond: Math.round(state.next / seconds),
    seconds: Math.round(seconds * 10) / 10,
  }
}

function noteOf(state: ReplayState, nowMicros: number, { speed }: { speed: number }): string {
  const waiting = waitingCount(state)
  const number = (value: number) => value.toLocaleString('en-US')
  return `trace time ${instantText(BigInt(nowMicros)).slice(0, 19)}Z, ${number(speed)} times real time; ${number(state.counts.standing - waiting)} placed, ${number(waiting)} pending`
}
