import { type SampleSince, samplesAfter } from '../../db/sample/since.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'

const pageRows = 2000

/**
 * Samples of these subjects strictly later than an instant, oldest first, at most `limit`, in pages that are read as
 * they are asked for: any limit is served in little memory.
 */
export async function* samplesSince(
  ctx: Ctx,
  input: { subjectIds: readonly string[]; sinceMicros: bigint; limit: number },
): AsyncGenerator<SampleSince[]> {
  requireRole(ctx, 'viewer')
  let left = input.limit
  let mark: { micros: bigint; place: string | null } = { micros: input.sinceMicros, place: null }
  while (left > 0 && input.subjectIds.length > 0) {
    const asked = Math.min(left, pageRows)
    const rows = await samplesAfter(ctx.database.db, input.subjectIds, mark, asked)
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows
    if (rows.length < asked) return
    left -= rows.length
    mark = { micros: BigInt(last.micros), place: last.place }
  }
}
