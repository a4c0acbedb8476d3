import { OrreryError } from '@orrery/api/errors.ts'
import { isUuid } from '@orrery/api/id.ts'
import type { UsageNow } from '../../db/usages.ts'
import type { Ctx } from '../context.ts'

export type SampleBatch = {
  /** in binary COPY form */
  rows: Buffer
  count: number
  latest: Map<string, UsageNow>
  /** subjects the mirror does not know */
  unknown: Set<string>
}

/** Makes a batch durable and its latest values known; refuses it whole when a subject does not exist. */
export async function samplesStore(ctx: Ctx, batch: SampleBatch): Promise<void> {
  if (batch.unknown.size > 0) await assertKnown(ctx, [...batch.unknown])
  await ctx.samples.write(batch.rows, batch.count)
  for (const [subjectId, usage] of batch.latest) {
    // What was deleted while its samples waited has no latest value to keep.
    if (ctx.mirror.nodes.has(subjectId) || ctx.mirror.workloads.has(subjectId))
      ctx.usages.set(subjectId, usage, 'newest')
  }
}

/** A subject may have been made on another replica a moment ago: look in the database before refusing. */
async function assertKnown(ctx: Ctx, ids: string[]): Promise<void> {
  const shaped = ids.filter(isUuid)
  if (shaped.length > 0) await ctx.mirror.refresh({ nodes: shaped, workloads: shaped })
  const missing = ids.filter((id) => !ctx.mirror.nodes.has(id) && !ctx.mirror.workloads.has(id))
  if (missing.length === 0) return
  const shown = missing
    .slice(0, 3)
    .map((id) => `'${id}'`)
    .join(', ')
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : ''
  throw new OrreryError(
    'not_found',
    `No node or workload has the id ${shown}${more}. Nothing of this batch was stored.`,
  )
}
