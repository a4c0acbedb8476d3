import { operationsInterrupt } from '../verbs/operation/interrupt.ts'
import { fenceCheck } from './lease.ts'
import type { Loop } from './loop.ts'

/** Ends the operations of servers that are gone. */
export function operationsLoop(): Loop {
  return {
    name: 'operations',
    everyMs: 5000,
    timeoutMs: 30_000,
    leased: true,
    async run(work) {
      await operationsInterrupt(work.ctx, (tx) => fenceCheck(tx, work))
    },
  }
}
