import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import { type Workload, type WorkloadResize, workloadActions } from '@orrery/api/workload.ts'
import { type WorkloadRow, workloadFind, workloadItem } from '../../db/workload.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { settle } from '../settle.ts'
import { type Tx, record, transaction } from '../transaction.ts'
import { demandOf } from './create.ts'

/**
 * Changes what a workload asks for. On a node, the node must have room for what it asks more of; it keeps its devices
 * while they fit, else they are chosen anew. Asking less is always possible, also where the site's overcommit ratio was lowered below what is placed.
 */
export async function workloadResize(ctx: Ctx, ref: string, input: WorkloadResize): Promise<Workload> {
  requireRole(ctx, 'operator')
  const demand = demandOf(input.demand)
  const { workload, nodes } = await transaction(ctx, async (tx) => {
    const { id } = found(await workloadFind(tx, ref), 'workload', ref)
    await sql`select 1 from workload where id = ${id} for update`.execute(tx)
    const before = found(await workloadFind(tx, id), 'workload', ref)
    assertResizable(before)
    let devices: number[] = []
    if (before.node_id !== null) devices = await reserveAnew(tx, before.node_id, id, demand, before.name)
    await tx
      .updateTable('workload')
      .set({
        cpu_cores: demand.cpuCores,
        memory_bytes: demand.memoryBytes,
        disk_bytes: demand.diskBytes,
        gpu_count: demand.gpu.count,
        gpu_milli: demand.gpu.milli,
        gpu_models: demand.gpu.models,
        gpu_indexes: devices,
        compat: null,
      })
      .where('id', '=', id)
      .execute()
    const after = workloadItem(found(await workloadFind(tx, id), 'workload', ref))
    await record(tx, ctx, 'workload.resize', {
      subject: { kind: 'workload', id, name: after.name },
      before: { demand: workloadItem(before).demand, nodeId: before.node_id },
      after: { demand: after.demand, nodeId: before.node_id },
      reason: input.reason ?? null,
    })
    return { workload: after, nodes: before.node_id === null ? [] : [before.node_id] }
  })
  await settle(ctx, { workloads: [workload.id], nodes })
  ctx.nudge('plan')
  return workload
}

function assertResizable({ name, state, desired }: WorkloadRow): void {
  const allowed: readonly string[] = workloadActions.resize
  if (desired !== 'absent' && allowed.includes(state)) return
  throw new OrreryError(
    'conflict',
    desired === 'absent'
      ? `Workload '${name}' is being deleted.`
      : `Workload '${name}' is ${state}; it can be resized when it is ${allowed.join(', ')}.`,
  )
}

/** Gives back the old reservation and takes the new one on the same node, under its row lock. */
async function reserveAnew(
  tx: Tx,
  nodeId: string,
  workloadId: string,
  demand: ReturnType<typeof demandOf>,
  name: string,
): Promise<number[]> {
  await sql`select 1 from node_allocation where node_id = ${nodeId} for update`.execute(tx)
  await sql`update node_allocation a set cpu = a.cpu - w.cpu_cores::numeric, memory = a.memory - w.memory_bytes, disk = a.disk - w.disk_bytes,
      gpu = gpu_add(a.gpu, cardinality(a.gpu_limit), w.gpu_indexes, -w.gpu_milli)
    from workload w where w.id = ${workloadId} and a.node_id = ${nodeId}`.execute(tx)
  const { rows } = await sql<{ fits: boolean; devices: number[] | null; node: string }>`
    select (coalesce(a.cpu + ${demand.cpuCores}::float8::numeric <= a.cpu_limit, true) or ${demand.cpuCores}::float8 <= w.cpu_cores)
        and (coalesce(a.memory + ${demand.memoryBytes}::int8 <= a.memory_limit, true) or ${demand.memoryBytes}::int8 <= w.memory_bytes)
        and (coalesce(a.disk + ${demand.diskBytes}::int8 <= a.disk_limit, true) or ${demand.diskBytes}::int8 <= w.disk_bytes) as fits, n.name as node,
      case when gpu_fits(a.gpu_limit, a.gpu, n.gpu_models, ${demand.gpu.count}::int, ${demand.gpu.milli}::int, ${demand.gpu.models}::text[], w.gpu_indexes)
        then w.gpu_indexes
        else gpu_choose(a.gpu_limit, a.gpu, n.gpu_models, ${demand.gpu.count}::int, ${demand.gpu.milli}::int, ${demand.gpu.models}::text[]) end as devices
    from node_allocation a join node n on n.id = a.node_id join workload w on w.id = ${workloadId} where a.node_id = ${nodeId}`.execute(
    tx,
  )
  const answer = rows[0]
  if (answer === undefined || !answer.fits || answer.devices === null) {
    throw new OrreryError(
      'no_capacity',
      `Node '${answer?.node ?? nodeId}' has no room for the new size of '${name}'. Ask for less, or migrate it to a larger node first.`,
    )
  }
  await sql`update node_allocation a set cpu = a.cpu + ${demand.cpuCores}::float8::numeric, memory = a.memory + ${demand.memoryBytes}::int8,
      disk = a.disk + ${demand.diskBytes}::int8, gpu = gpu_add(a.gpu, cardinality(a.gpu_limit), ${answer.devices}::int[], ${demand.gpu.milli}::int)
    where a.node_id = ${nodeId}`.execute(tx)
  return answer.devices
}
