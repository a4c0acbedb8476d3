import { isUuid } from '@orrery/api/id.ts'
import { workloadFind } from '../../db/workload.ts'
import type { MirrorNode, MirrorWorkload } from '../../db/mirror/rows.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { nodeTarget } from '../workload/place.ts'

/** The workloads that a person named by id or name, as the mirror shows them, in the order given and each once. */
export async function workloadsNamed(ctx: Ctx, refs: readonly string[]): Promise<MirrorWorkload[]> {
  const ids: string[] = []
  for (const ref of refs) {
    ids.push(isUuid(ref) ? ref : found(await workloadFind(ctx.database.db, ref), 'workload', ref).id)
  }
  const unseen = ids.filter((id) => !ctx.mirror.workloads.has(id))
  if (unseen.length > 0) await ctx.mirror.refresh({ workloads: unseen })
  return [...new Set(ids)].map((id, index) =>
    found(ctx.mirror.workloads.get(id), 'workload', refs[index] ?? id),
  )
}

export async function nodeNamed(ctx: Ctx, ref: string): Promise<MirrorNode> {
  const { id } = await nodeTarget(ctx, ref)
  if (!ctx.mirror.nodes.has(id)) await ctx.mirror.refresh({ nodes: [id] })
  return found(ctx.mirror.nodes.get(id), 'node', ref)
}
