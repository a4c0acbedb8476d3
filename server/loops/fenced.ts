import { type Tx, transaction } from '../verbs/transaction.ts'
import { fenceCheck } from './lease.ts'
import type { LoopWork } from './loop.ts'

/** One transaction of a loop that changes what its lease protects: nothing of it is kept once another owner has taken over. */
export function fenced<T>(work: LoopWork, change: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(work.ctx, async (tx) => {
    await fenceCheck(tx, work)
    return change(tx)
  })
}
