import { operationsLeasesForget, operationsOrphaned } from '../../db/operation.ts'
import type { Ctx } from '../context.ts'
import { type Tx, transaction } from '../transaction.ts'
import { operationEndIn } from './state.ts'

const batch = 100

/** Ends the operations of servers that are gone; they cannot go on elsewhere. Gives how many. */
export async function operationsInterrupt(ctx: Ctx, check: (tx: Tx) => Promise<void>): Promise<number> {
  let ended = 0
  await operationsLeasesForget(ctx.database.db)
  for (let more = true; more;) {
    const count = await transaction(ctx, async (tx) => {
      await check(tx)
      const rows = await operationsOrphaned(tx, batch)
      for (const row of rows) {
        await operationEndIn(tx, ctx, row.id, {
          state: 'interrupted',
          error: `The server that ran it is gone. What it had done stays (${Math.round(row.done)}${row.total === null ? '' : ` of ${Math.round(row.total)}`}); start it again for the rest.`,
        })
      }
      return rows.length
    })
    ended += count
    more = count === batch
  }
  if (ended > 0) ctx.feedNudge()
  return ended
}
