/**
 * The retain loop: makes the sample table's days ahead of time, and lets go of what is past its time. Retention counts
 * days from arrival; null keeps everything but what has served its purpose (used keys, expired tokens).
 */
import { recordPrune } from '../db/retention.ts'
import {
  chunksDrop,
  dayAfter,
  defaultPrune,
  isHypertable,
  partitionCreate,
  partitionDays,
  partitionDrop,
} from '../db/sample/partitions.ts'
import { fenced } from './fenced.ts'
import type { Loop, LoopWork } from './loop.ts'

export type RetainOptions = { days?: number | null; everyMs?: number; nowMs?: () => number }

/** Days that have a partition before they begin: enough for a server that is away over a long weekend. */
const daysAhead = 4
const pruneDefaultPiece = 10_000

export function retainLoop({ days = 30, everyMs = 600_000, nowMs = Date.now }: RetainOptions = {}): Loop {
  return {
    name: 'retain',
    everyMs,
    timeoutMs: 300_000,
    leased: true,
    async run(work) {
      const { db } = work.ctx.database
      const today = new Date(nowMs()).toISOString().slice(0, 10)
      const cutoff = days === null ? null : dayAfter(today, -days)
      if (await isHypertable(db)) {
        if (cutoff !== null) await chunksDrop(db, cutoff)
      } else {
        await daysCreate(work, today)
        if (cutoff !== null) await daysDrop(work, cutoff)
      }
      const gone = await recordPrune(db, days, work.signal)
      if (Object.keys(gone).length > 0) work.ctx.log.info({ gone }, 'what was past its time is gone')
    },
  }
}

async function daysCreate(work: LoopWork, today: string): Promise<void> {
  const there = new Set(await partitionDays(work.ctx.database.db))
  for (let ahead = 0; ahead <= daysAhead; ahead += 1) {
    const day = dayAfter(today, ahead)
    if (!there.has(day)) await fenced(work, (tx) => partitionCreate(tx, day))
  }
}

async function daysDrop(work: LoopWork, cutoff: string): Promise<void> {
  const { ctx, signal } = work
  for (const day of await partitionDays(ctx.database.db)) {
    if (day >= cutoff || signal.aborted) break
    const dropped = await fenced(work, (tx) => partitionDrop(tx, day, cutoff))
    if (dropped) ctx.log.info({ day }, 'the samples of a day are past their time and gone')
  }
  let pruned = pruneDefaultPiece
  while (pruned === pruneDefaultPiece && !signal.aborted) {
    pruned = await defaultPrune(ctx.database.db, cutoff, pruneDefaultPiece)
  }
}
