import type { Ctx } from '../verbs/context.ts'

/**
 * A loop takes no argument: it re-reads everything it needs, compares, acts once, and is safe to run again. It runs on a
 * timer or a nudge, on one replica at a time (the owner of its lease), never twice at once in one process.
 */
export type Loop = {
  name: string
  everyMs: number
  /** after this its signal is aborted and the run counts as failed */
  timeoutMs: number
  /** false: every replica runs its own (it only reads, or keeps its own memory up) */
  leased: boolean
  run(work: LoopWork): Promise<void>
}

export type LoopWork = {
  /** acts as the system principal named after the loop */
  ctx: Ctx
  signal: AbortSignal
  /**
   * The lease's fence. Inside each transaction that marks a step, call `fenceCheck(tx, work)` (loops/lease.ts): it fails
   * when another owner has taken over.
   */
  fence: bigint
  lease: string
}
