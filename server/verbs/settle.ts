import type { Mirror } from '../db/mirror/mirror.ts'
import type { Ctx } from './context.ts'

/**
 * After a commit: the caller reads its own write, and everybody who follows events looks now. What is committed is done:
 * when the mirror cannot read just now it does so later by itself, and the call has succeeded all the same.
 */
export async function settle(
  ctx: Pick<Ctx, 'mirror' | 'feedNudge' | 'log'>,
  what: Parameters<Mirror['refresh']>[0],
): Promise<void> {
  ctx.feedNudge()
  try {
    await ctx.mirror.refresh(what)
  } catch (error) {
    ctx.log.warn({ err: error }, 'a change is committed, but the mirror does not show it yet')
  }
}
