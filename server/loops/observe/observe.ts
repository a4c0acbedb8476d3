/**
 * The observe loop: asks every provider what it sees and makes the inventory's observed side agree. What a provider does
 * not see is not deleted; a provider that does not answer is away, with a reason and since when.
 */
import type { Connections, ProviderRow } from '../../providers/provider.ts'
import { capabilitiesOf } from '../../verbs/provider/capabilities.ts'
import { attemptPauseMs, errorText } from '../attempt.ts'
import type { Loop, LoopWork } from '../loop.ts'
import { providerRowsEnabled } from '../provider-rows.ts'
import { correct } from './corrections.ts'
import { healthNote } from './health.ts'
import { type Known, knownOf } from './known.ts'
import { nodesObserve } from './nodes.ts'
import { samplesObserve } from './samples.ts'
import { sitesObserve } from './sites.ts'
import { workloadsObserve } from './workloads.ts'

export type ObserveOptions = {
  connections: Connections
  everyMs?: number
  /** for one provider's answer */
  deadlineMs?: number
}

export function observeLoop({ connections, everyMs = 2000, deadlineMs = 10_000 }: ObserveOptions): Loop {
  /** Providers that are away are asked less and less often, so that they do not hold up the others. */
  const away = new Map<string, { failures: number; retryAtMs: number }>()

  async function round(work: LoopWork, row: ProviderRow, known: Known): Promise<void> {
    const { ctx } = work
    if (capabilitiesOf(ctx, row.id)?.observe === false) return healthNote(work, row, null)
    const waiting = away.get(row.id)
    if (waiting !== undefined && performance.now() < waiting.retryAtMs) return
    const deadline = AbortSignal.timeout(deadlineMs)
    let answer
    try {
      const provider = await connections.of(row)
      const observation = await provider.observe(AbortSignal.any([work.signal, deadline]))
      answer = { provider, observation }
    } catch (error) {
      if (work.signal.aborted) throw error
      const failures = (waiting?.failures ?? 0) + 1
      away.set(row.id, { failures, retryAtMs: performance.now() + attemptPauseMs(failures) / 2 })
      const reason = deadline.aborted ? `no answer within ${deadlineMs / 1000} s` : errorText(error)
      return healthNote(work, row, reason)
    }
    away.delete(row.id)
    const { provider, observation } = answer
    await nodesObserve(work, row, known, observation)
    await sitesObserve(ctx, observation)
    await workloadsObserve(work, known, observation)
    await samplesObserve(work, known, observation)
    await healthNote(work, row, null)
    await correct(work, row, provider, known, observation)
  }

  return {
    name: 'observe',
    everyMs,
    timeoutMs: 60_000,
    leased: true,
    async run(work) {
      const rows = await providerRowsEnabled(work.ctx.database.db)
      const ids = new Set(rows.map((row) => row.id))
      await connections.keep(ids)
      for (const id of away.keys()) if (!ids.has(id)) away.delete(id)
      const observing = [...ids].filter((id) => capabilitiesOf(work.ctx, id)?.observe !== false)
      const known = await knownOf(work.ctx.mirror, observing)
      const rounds = await Promise.allSettled(
        rows.map((row) => round(work, row, known.get(row.id) ?? { nodes: new Map(), machines: new Map() })),
      )
      // One provider's trouble must not keep the others from being observed; here it is told.
      const failures = rounds.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []))
      if (failures.length > 0)
        throw failures.length === 1
          ? failures[0]
          : new AggregateError(failures, failures.map(errorText).join('; '))
    },
  }
}
