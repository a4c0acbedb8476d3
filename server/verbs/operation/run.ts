/**
 * Runs long work in this process as operations: a few at once, the others queued; progress is written at most every
 * 250 ms, which is also when a wish to cancel is seen. While there is work, a lease says that this server lives; work
 * whose server is gone is ended as `interrupted` by a loop (interrupt.ts). Nothing of an operation goes on once its row
 * says that it has ended: see `hold`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import {
  type OperationProgress,
  operationHold,
  operationProgressWrite,
  operationsLease,
} from '../../db/operation.ts'
import type { Ctx } from '../context.ts'
import { type Tx, transaction } from '../transaction.ts'
import { type OperationEnd, operationBeginIn, operationEndIn } from './state.ts'

export type OperationWork = {
  id: string
  /** of who asked, for the work's own transactions: without the idempotency key of the call */
  ctx: Ctx
  /** aborted when somebody cancels it, the server stops, or it is not this server's any more */
  signal: AbortSignal
  /** What changed; kept in memory and written with the next beat. */
  progress(change: Partial<OperationProgress>): void
  /** Call it first in each transaction of the work: throws when the operation has been ended by another. */
  hold(tx: Tx): Promise<void>
}

export type Operations = {
  /** Runs the work of an operation that was created with this server as its owner, as soon as there is room. */
  run(ctx: Ctx, id: string, work: (work: OperationWork) => Promise<unknown>): void
  /** Refuses more work than can be queued; ask before creating the operation. */
  assertRoom(): void
  /** Once the wish is written: stops what runs, and forgets what waits. */
  cancel(id: string): void
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>
  /** Ends what runs as interrupted and what waits likewise. */
  close(): Promise<void>
}

const runningMax = 4
const queuedMax = 100
const beatMs = 250
const leaseMs = 15_000
const endAttemptsMax = 60
const endAgainMs = 500

type Waiting = { ctx: Ctx; id: string; work: (work: OperationWork) => Promise<unknown> }
type Ending = 'cancelled' | 'interrupted'

export function operationsOpen(): Operations {
  const queue: Waiting[] = []
  const running = new Map<string, { controller: AbortController; done: Promise<void> }>()
  let closing = false
  let leasedUntilMs = 0

  function pump(): void {
    while (running.size < runningMax && queue.length > 0) {
      const next = queue.shift()
      if (next === undefined) return
      const controller = new AbortController()
      const done = runOne(next, controller).finally(() => {
        running.delete(next.id)
        pump()
      })
      running.set(next.id, { controller, done })
    }
  }

  async function runOne({ ctx, id, work }: Waiting, controller: AbortController): Promise<void> {
    const progress: OperationProgress = { done: 0, total: null, note: null }
    let end: OperationEnd
    try {
      await live(ctx)
      if (closing) controller.abort('interrupted' satisfies Ending)
      else if (!(await transaction(ctx, (tx) => operationBeginIn(tx, ctx, id)))) return
      end = controller.signal.aborted
        ? endedBy(controller)
        : await beaten(ctx, id, work, progress, controller)
    } catch (error) {
      end = controller.signal.aborted ? endedBy(controller) : failed(ctx, id, error)
    }
    await ended(ctx, id, { ...end, progress })
  }

  /** A database that is away for a moment must not make ended work look as if it went on. */
  async function ended(ctx: Ctx, id: string, end: OperationEnd): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await transaction(ctx, (tx) => operationEndIn(tx, ctx, id, end))
        return ctx.feedNudge()
      } catch (error) {
        const said = { err: error, operation: id }
        if (closing || attempt === endAttemptsMax)
          return ctx.log.error(said, 'the end of an operation was not written; it will be interrupted')
        ctx.log.warn(said, 'the end of an operation was not written; it tries again')
        await sleep(endAgainMs)
      }
    }
  }

  /** Works while a beat writes progress, renews the lease and looks whether to stop. */
  async function beaten(
    ctx: Ctx,
    id: string,
    work: Waiting['work'],
    progress: OperationProgress,
    controller: AbortController,
  ): Promise<OperationEnd> {
    const { signal } = controller
    ctx.feedNudge()
    let beating: Promise<void> = Promise.resolve()
    const beat = async () => {
      try {
        await live(ctx)
        const seen = await operationProgressWrite(ctx.database.db, id, ctx.instanceId, progress)
        if (seen === null) controller.abort('interrupted' satisfies Ending)
        else if (seen.cancelAsked) controller.abort('cancelled' satisfies Ending)
      } catch (error) {
        ctx.log.warn(
          { err: error, operation: id },
          'the progress of an operation was not written; it tries again',
        )
      }
    }
    let busy = false
    const timer = setInterval(() => {
      if (busy) return
      busy = true
      beating = beat().finally(() => {
        busy = false
      })
    }, beatMs)
    try {
      const output = await work({
        id,
        ctx,
        signal,
        progress: (change) => void Object.assign(progress, change),
        async hold(tx) {
          if (signal.aborted) throw new OrreryError('conflict', 'The operation was stopped.')
          if (await operationHold(tx, id, ctx.instanceId)) return
          controller.abort('interrupted' satisfies Ending)
          throw new OrreryError('conflict', 'The operation is not this server’s to run any more.')
        },
      })
      return signal.aborted ? { ...endedBy(controller), output } : { state: 'succeeded', output }
    } finally {
      clearInterval(timer)
      await beating
    }
  }

  async function live(ctx: Ctx): Promise<void> {
    const now = performance.now()
    if (leasedUntilMs - now > leaseMs / 2) return
    await sql`insert into lease (name, owner, expires_at)
      values (${operationsLease(ctx.instanceId)}, ${ctx.instanceId}::uuid, clock_timestamp() + ${leaseMs} * interval '1 millisecond')
      on conflict (name) do update set expires_at = excluded.expires_at`.execute(ctx.database.db)
    leasedUntilMs = now + leaseMs
  }

  return {
    run(ctx, id, work) {
      // A key belongs to the call that asked; the work that follows is many transactions.
      const { idempotency: _, ...own } = ctx
      queue.push({ ctx: own, id, work })
      pump()
    },
    assertRoom() {
      if (closing) throw new OrreryError('unavailable', 'The server is shutting down. Ask again in a moment.')
      if (queue.length < queuedMax) return
      throw new OrreryError(
        'limit',
        `${queuedMax} operations wait already. Wait for some to end, or cancel them.`,
      )
    },
    cancel(id) {
      // What still waited has ended in the database already, and takes up no room.
      const at = queue.findIndex((waiting) => waiting.id === id)
      if (at >= 0) queue.splice(at, 1)
      running.get(id)?.controller.abort('cancelled' satisfies Ending)
    },
    async idle() {
      while (running.size > 0) await Promise.all(Array.from(running.values(), ({ done }) => done))
    },
    async close() {
      closing = true
      for (const { controller } of running.values()) controller.abort('interrupted' satisfies Ending)
      while (running.size > 0) await Promise.all(Array.from(running.values(), ({ done }) => done))
    },
  }
}

function endedBy({ signal }: AbortController): OperationEnd {
  return signal.reason === 'cancelled'
    ? { state: 'cancelled' }
    : {
        state: 'interrupted',
        error: 'The server that ran it was shut down. What it had done stays; start it again for the rest.',
      }
}

function failed(ctx: Ctx, id: string, error: unknown): OperationEnd {
  if (error instanceof OrreryError && error.code !== 'internal')
    return { state: 'failed', error: error.message }
  ctx.log.error({ err: error, operation: id }, 'an operation failed by a fault of the server')
  return { state: 'failed', error: 'A fault of the server ended it; the log says which.' }
}
