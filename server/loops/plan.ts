import { agentsHold } from '../verbs/agent/scope.ts'
import { planMemoryCreate } from '../verbs/plan/memory.ts'
import { planNext } from '../verbs/plan/next.ts'
import type { Tx } from '../verbs/transaction.ts'
import { fenceCheck } from './lease.ts'
import type { Loop } from './loop.ts'

/** Gives what waits a place or a reason, under the active policy. */
export function planLoop(): Loop {
  const memory = planMemoryCreate()
  return {
    name: 'plan',
    everyMs: 3000,
    timeoutMs: 60_000,
    leased: true,
    async run(work) {
      for (let more = true; more && !work.signal.aborted;) {
        const check = (tx: Tx) => fenceCheck(tx, work)
        const round = await planNext(work.ctx, memory, check, Date.now(), (rows) =>
          agentsHold(work.ctx, check, rows),
        )
        more = round.more
      }
    },
  }
}
