import { plansToApply } from '../db/plan-open.ts'
import { planApply } from '../verbs/plan/apply.ts'
import { fenceCheck } from './lease.ts'
import type { Loop } from './loop.ts'

const plansMax = 100

/** Carries out approved plans, oldest first. */
export function applyLoop(): Loop {
  return {
    name: 'apply',
    everyMs: 3000,
    timeoutMs: 120_000,
    leased: true,
    async run(work) {
      const { ctx, signal, fence } = work
      for (let more = true; more && !signal.aborted;) {
        const plans = await plansToApply(ctx.database.db, plansMax)
        for (const id of plans) {
          if (signal.aborted) return
          await planApply(ctx, id, { fence, check: (tx) => fenceCheck(tx, work) }, signal)
        }
        more = plans.length === plansMax
      }
    },
  }
}
