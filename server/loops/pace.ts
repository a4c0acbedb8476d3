/**
 * Runs one loop: on its timer or a nudge, never twice at once, with a time limit, and with a growing pause after failures
 * (which a nudge does not shorten: what fails now would fail again).
 */
import type { Status } from '@orrery/api/inventory.ts'
import type { Ctx } from '../verbs/context.ts'
import { errorText } from './attempt.ts'
import type { LeaseHeld } from './lease.ts'
import type { Loop } from './loop.ts'
import type { LoopMetrics } from './metrics.ts'

export type LoopStatus = Status['loops'][number]

export type Pace = {
  readonly loop: Loop
  /** Whether it may run here, and under which lease. Losing the lease ends the run that is under way. */
  hold(held: LeaseHeld | null): void
  nudge(): void
  status(): LoopStatus
  /** No more runs; resolves when the present one has ended. */
  end(): Promise<void>
  abort(reason: string): void
}

const pauseMaxMs = 60_000
const pauseMinMs = 500

export function paceCreate(loop: Loop, ctx: Ctx, metrics: LoopMetrics): Pace {
  let held: LeaseHeld | null = null
  let timer: NodeJS.Timeout | null = null
  let running: { done: Promise<void>; controller: AbortController } | null = null
  let nudged = false
  let ended = false
  let failuresInRow = 0
  const status: LoopStatus = {
    name: loop.name,
    owned: false,
    runs: 0,
    failures: 0,
    lastMs: null,
    lastError: null,
    lastAt: null,
  }

  function schedule(delayMs: number): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (ended || held === null || running !== null) return
    timer = setTimeout(begin, delayMs)
  }

  function begin(): void {
    timer = null
    if (ended || held === null || running !== null) return
    const controller = new AbortController()
    nudged = false
    running = { controller, done: run(held, controller).finally(after) }
  }

  function after(): void {
    running = null
    const lastMs = status.lastMs ?? 0
    if (failuresInRow > 0) {
      schedule(
        Math.min(pauseMaxMs, Math.max(pauseMinMs, loop.everyMs) * 2 ** Math.min(failuresInRow - 1, 10)),
      )
    } else schedule(nudged ? 0 : Math.max(0, loop.everyMs - lastMs))
  }

  async function run(lease: LeaseHeld, controller: AbortController): Promise<void> {
    const startedMs = performance.now()
    const limit = setTimeout(() => {
      controller.abort(new Error(`it took longer than its limit of ${loop.timeoutMs} ms`))
    }, loop.timeoutMs)
    let failure: unknown = null
    try {
      await loop.run({ ctx, signal: controller.signal, fence: lease.fence, lease: lease.lease })
      // A run that does not heed its signal is no better for it.
      if (controller.signal.aborted) failure = controller.signal.reason
    } catch (error) {
      failure = controller.signal.aborted ? controller.signal.reason : error
    }
    clearTimeout(limit)
    const tookMs = performance.now() - startedMs
    status.runs += 1
    status.lastMs = Math.round(tookMs * 10) / 10
    status.lastAt = new Date().toISOString()
    metrics.ended(loop.name, failure === null ? 'ok' : 'failed', tookMs / 1000)
    if (failure === null) {
      failuresInRow = 0
      status.lastError = null
      return
    }
    failuresInRow += 1
    status.failures += 1
    status.lastError = errorText(failure)
    ctx.log.warn(
      { err: failure, loop: loop.name, failuresInRow },
      'a loop failed; it runs again after a pause',
    )
  }

  return {
    loop,
    hold(next) {
      const had = held
      held = next
      status.owned = next !== null
      metrics.owned(loop.name, next !== null)
      if (next === null) {
        running?.controller.abort(new Error('another server owns this loop now'))
        schedule(0)
      } else if (had === null) {
        failuresInRow = 0
        schedule(0)
      } else if (had.fence !== next.fence) {
        running?.controller.abort(new Error('the lease was lost for a while; it goes on under the new one'))
      }
    },
    nudge() {
      nudged = true
      if (running === null && failuresInRow === 0) schedule(0)
    },
    status: () => ({ ...status }),
    async end() {
      ended = true
      if (timer !== null) clearTimeout(timer)
      timer = null
      await running?.done
    },
    abort(reason) {
      running?.controller.abort(new Error(reason))
    },
  }
}
