import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Node, NodeUpdate } from '@orrery/api/node.ts'
import type { Capacity } from '@orrery/api/quantity.ts'
import { nodeFind, nodeItem } from '../../db/node.ts'
import { sitesHold } from '../../db/node-insert.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { settle } from '../settle.ts'
import { record, transaction } from '../transaction.ts'
import { capacityOf } from './create.ts'

/** Changes a node. A capacity below what is reserved there is refused: drain or migrate first. */
export async function nodeUpdate(ctx: Ctx, ref: string, input: NodeUpdate): Promise<Node> {
  requireRole(ctx, 'operator')
  const node = await transaction(ctx, async (tx) => {
    const { id, site_id: siteId } = found(await nodeFind(tx, ref), 'node', ref)
    if (input.capacity !== undefined) await sitesHold(tx, [siteId])
    await sql`select 1 from node_allocation where node_id = ${id} for update`.execute(tx)
    await sql`select 1 from node where id = ${id} for no key update`.execute(tx)
    const before = nodeItem(found(await nodeFind(tx, id), 'node', ref))
    const capacity = input.capacity === undefined ? null : capacityOf(input.capacity)
    if (capacity !== null) assertDevicesKept(before, capacity)
    await tx
      .updateTable('node')
      .set({
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(capacity === null
          ? {}
          : {
              cpu_cores: capacity.cpuCores,
              memory_bytes: capacity.memoryBytes,
              disk_bytes: capacity.diskBytes,
              gpu_models: capacity.gpus.map((gpu) => gpu.model),
              gpu_milli: capacity.gpus.map((gpu) => gpu.milli),
              compat: null,
            }),
        ...(input.capabilities === undefined ? {} : { capabilities: input.capabilities }),
        ...(input.addresses === undefined ? {} : { addresses: input.addresses }),
        ...(input.labels === undefined ? {} : { labels: JSON.stringify(input.labels) }),
        version: sql`version`,
      })
      .where('id', '=', id)
      .execute()
    if (capacity !== null) {
      await sql`select node_allocation_limits(${id}::uuid)`.execute(tx)
      await assertRoom(tx, id, before.name)
    }
    if (input.name !== undefined) {
      await sql`update alias set key = ${input.name} where subject_id = ${id} and released_at is null and key = ${before.name}`.execute(
        tx,
      )
    }
    const after = nodeItem(found(await nodeFind(tx, id), 'node', ref))
    await record(tx, ctx, 'node.update', { subject: { kind: 'node', id, name: after.name }, before, after })
    return after
  })
  await settle(ctx, { nodes: [node.id] })
  ctx.nudge('plan')
  return node
}

/** A workload that holds a device by its index asked for a model: that device stays what it is. */
function assertDevicesKept(before: Node, capacity: Capacity): void {
  const index = before.capacity.gpus.findIndex(
    (gpu, at) =>
      (before.allocated.gpuMilli[at] ?? 0) > 0 &&
      capacity.gpus[at] !== undefined &&
      capacity.gpus[at].model !== gpu.model,
  )
  if (index < 0) return
  throw new OrreryError(
    'conflict',
    `GPU ${index} of '${before.name}' is in use as ${before.capacity.gpus[index]?.model}. Leave it in its place, or migrate its workloads away first.`,
  )
}

async function assertRoom(tx: Parameters<typeof nodeFind>[0], id: string, name: string): Promise<void> {
  const { rows } = await sql<{
    what: string
  }>`select case when cpu > cpu_limit then 'cpuCores' when memory > memory_limit then 'memoryBytes'
      when disk > disk_limit then 'diskBytes' else 'gpus' end as what
    from node_allocation a where node_id = ${id} and (cpu > cpu_limit or memory > memory_limit or disk > disk_limit
      or exists (select 1 from generate_subscripts(a.gpu, 1) i where a.gpu[i] > coalesce(a.gpu_limit[i], 0)))`.execute(
    tx,
  )
  const over = rows[0]
  if (over === undefined) return
  throw new OrreryError(
    'conflict',
    `Workloads on '${name}' hold more ${over.what} than that. Migrate some away first, or give it more.`,
  )
}
