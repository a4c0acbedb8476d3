import type { Ctx } from '../../verbs/context.ts'
import { type Shown, valuesOf } from './units.ts'

/** The usage that came with a new row, as its latest values. It is durable with the row itself, in `compat`. */
export function usageInitial(ctx: Ctx, subjectId: string, usage: Shown): void {
  if (usage.every((value) => value === 0)) return
  ctx.usages.set(subjectId, { atMicros: BigInt(Date.now()) * 1000n, values: valuesOf(usage) }, 'newest')
}
