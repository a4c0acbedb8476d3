/**
 * Runs the loops of one server process. Each leased loop belongs to one replica at a time: this tends the leases, tells
 * each loop whether it is owned here, and gives the leases back at the end.
 */
import type { Registry } from 'prom-client'
import type { Ctx } from '../verbs/context.ts'
import { type Lease, leaseRelease, leaseTake } from './lease.ts'
import type { Loop } from './loop.ts'
import { loopMetrics } from './metrics.ts'
import { type LoopStatus, type Pace, paceCreate } from './pace.ts'

export type Runner = {
  /** Takes what leases are free and begins; resolves after the first attempt. */
  start(): Promise<void>
  /** Wakes a loop before its period is over; a name that is not there is nothing. */
  nudge(name: string): void
  status(): LoopStatus[]
  /** No more runs; waits for those under way, aborts them at the deadline, and gives the leases back. */
  stop(deadlineMs?: number): Promise<void>
}

export type RunnerOptions = {
  loops: readonly Loop[]
  /** its actor is the system principal that the loops act as */
  ctx: Ctx
  registry: Registry
  /** how long a lease outlives its last renewal; a third of it is the renewal's period */
  leaseMs?: number
}

const abortedWaitMs = 2000

export function runnerCreate({ loops, ctx, registry, leaseMs = 9000 }: RunnerOptions): Runner {
  const metrics = loopMetrics(registry)
  const paces = loops.map((loop) => paceCreate(loop, ctx, metrics))
  const leases = new Map<string, { lease: Lease; renewedAtMs: number }>()
  let tending: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null
  let stopped = false

  function tend(): Promise<void> {
    tending ??= Promise.all(paces.filter((pace) => pace.loop.leased).map(tendOne))
      .then(() => undefined)
      .finally(() => {
        tending = null
      })
    return tending
  }

  async function tendOne(pace: Pace): Promise<void> {
    const { name } = pace.loop
    const askedAtMs = performance.now()
    const had = leases.get(name)
    // One that was given back stays given back.
    if (stopped && had === undefined) return
    try {
      const lease = await leaseTake(ctx.database.db, `loop:${name}`, ctx.instanceId, leaseMs)
      if (lease === null) return lose(pace)
      leases.set(name, { lease, renewedAtMs: askedAtMs })
      if (!stopped) pace.hold({ lease: lease.name, fence: lease.fence })
    } catch (error) {
      ctx.log.warn({ err: error, loop: name }, 'a lease could not be renewed; it tries again')
      // Past its end somebody else may have it. The fence protects the database; this spares the providers.
      if (had !== undefined && performance.now() - had.renewedAtMs > leaseMs) lose(pace)
    }
  }

  function lose(pace: Pace): void {
    if (leases.delete(pace.loop.name))
      ctx.log.warn({ loop: pace.loop.name }, 'another server owns this loop now')
    pace.hold(null)
  }

  async function release(pace: Pace): Promise<void> {
    const held = leases.get(pace.loop.name)
    leases.delete(pace.loop.name)
    if (held === undefined) return
    try {
      await leaseRelease(ctx.database.db, held.lease)
    } catch (error) {
      ctx.log.warn({ err: error, loop: pace.loop.name }, 'a lease was not given back; it ends by itself')
    }
  }

  return {
    async start() {
      for (const pace of paces) if (!pace.loop.leased) pace.hold({ lease: '', fence: 0n })
      timer = setInterval(() => void tend(), leaseMs / 3)
      await tend()
    },
    nudge(name) {
      paces.find((pace) => pace.loop.name === name)?.nudge()
    },
    status: () => paces.map((pace) => pace.status()),
    async stop(deadlineMs = 10_000) {
      const deadline = performance.now() + deadlineMs
      stopped = true
      await Promise.all(
        paces.map(async (pace) => {
          const end = pace.end()
          if (!(await within(end, deadline - performance.now()))) {
            pace.abort('the server is shutting down')
            // A run that goes on regardless keeps its lease until it expires: nobody else may act meanwhile.
            if (!(await within(end, abortedWaitMs))) return
          }
          await tending
          await release(pace)
        }),
      )
      if (timer !== null) clearInterval(timer)
      await tending
    },
  }
}

/** Whether it settled in that time. */
async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(0, ms))
  })
  try {
    return await Promise.race([promise.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
