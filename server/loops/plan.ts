import { planMemoryCreate } from '../verbs/plan/memory.ts'
import { planNext } from '../verbs/plan/next.ts'
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
        const round = await planNext(work.ctx, memory, (tx) => fenceCheck(tx, work), Date.now())
        more = round.more
      }
    },
  }
}
