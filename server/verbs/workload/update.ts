import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Workload, WorkloadUpdate } from '@orrery/api/workload.ts'
import { type WorkloadRow, workloadFind, workloadItem } from '../../db/workload.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { nodeStartsOnBind } from '../provider/capabilities.ts'
import { settle } from '../settle.ts'
import { type Tx, record, transaction } from '../transaction.ts'
import { placementApplyIn } from './place.ts'

/** Changes a workload's name, constraints, labels or priority, or asks it to stop or to start again. */
export async function workloadUpdate(ctx: Ctx, ref: string, input: WorkloadUpdate): Promise<Workload> {
  requireRole(ctx, 'operator')
  const { workload, nodes } = await transaction(ctx, async (tx) => {
    const { id } = found(await workloadFind(tx, ref), 'workload', ref)
    await sql`select 1 from workload where id = ${id} for update`.execute(tx)
    const before = found(await workloadFind(tx, id), 'workload', ref)
    if (before.desired === 'absent')
      throw new OrreryError('conflict', `Workload '${before.name}' is being deleted.`)
    const desired = input.desired ?? before.desired
    const state = input.desired === undefined ? null : await stateTowards(tx, ctx, before, input.desired)
    if ((state === 'stopped' || state === 'pending') && before.node_id !== null) {
      const reason = state === 'stopped' ? 'stopped' : 'to start anew'
      await placementApplyIn(tx, ctx, [{ workloadId: id, mode: 'unbind', node: null, reason }])
    } else if (before.node_id !== null) await neighbourCheck(tx, before, before.node_id, input)
    await tx
      .updateTable('workload')
      .set({
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(input.constraints === undefined ? {} : { constraints: JSON.stringify(input.constraints) }),
        ...(input.labels === undefined ? {} : { labels: JSON.stringify(input.labels) }),
        ...(input.priority === undefined ? {} : { priority: input.priority }),
        ...(input.autoPlace === undefined ? {} : { auto_place: input.autoPlace }),
        ...(state === null
          ? {}
          : {
              desired,
              state,
              state_since: sql`clock_timestamp()`,
              reason: `${desired} asked by ${ctx.actor.name}`,
            }),
        version: sql`version`,
      })
      .where('id', '=', id)
      .execute()
    if (input.name !== undefined) {
      await sql`update alias set key = ${input.name} where subject_id = ${id} and released_at is null and key = ${before.name}`.execute(
        tx,
      )
    }
    const after = workloadItem(found(await workloadFind(tx, id), 'workload', ref))
    await record(tx, ctx, 'workload.update', {
      subject: { kind: 'workload', id, name: after.name },
      before: { ...picture(workloadItem(before)), nodeId: before.node_id },
      after: { ...picture(after), nodeId: after.nodeId },
    })
    return { workload: after, nodes: before.node_id === null ? [] : [before.node_id] }
  })
  await settle(ctx, { workloads: [workload.id], nodes })
  ctx.nudge('plan')
  ctx.nudge('execute')
  return workload
}

/** A group that a workload joins where it stands may have no other member there. Locks in the order of a placement. */
async function neighbourCheck(
  tx: Tx,
  workload: WorkloadRow,
  nodeId: string,
  { constraints }: WorkloadUpdate,
): Promise<void> {
  const group = constraints?.antiAffinity
  if (group === undefined || group === workload.constraints.antiAffinity) return
  await sql`select 1 from node_allocation where node_id = ${nodeId} for update`.execute(tx)
  const { rows } = await sql<{ name: string }>`select name from workload
    where anti_affinity = ${group} and node_id = ${nodeId} and id <> ${workload.id} limit 1`.execute(tx)
  const other = rows[0]
  if (other === undefined) return
  throw new OrreryError(
    'conflict',
    `Workload '${workload.name}' cannot join the anti-affinity group '${group}' on its node, which holds '${other.name}' of that group. Migrate it first.`,
  )
}

/**
 * The state that leads to what is asked, or null where it leads there already. Stopping where machines are stopped goes
 * through `stopping`; starting again waits for a place.
 */
async function stateTowards(
  tx: Tx,
  ctx: Ctx,
  row: WorkloadRow,
  desired: 'running' | 'stopped',
): Promise<WorkloadRow['state'] | null> {
  if (desired === 'running') {
    if (row.state === 'stopped' || row.state === 'failed') return 'pending'
    if (row.desired === 'running') return null
    throw new OrreryError(
      'conflict',
      `Workload '${row.name}' is being stopped. Ask again when it is stopped.`,
    )
  }
  if (row.desired === 'stopped') return null
  if (row.node_id === null) return 'stopped'
  return (await nodeStartsOnBind(tx, ctx, row.node_id)) ? 'stopping' : 'stopped'
}

function picture(workload: Workload) {
  const { name, state, desired, constraints, labels, priority, autoPlace } = workload
  return { name, state, desired, constraints, labels, priority, autoPlace }
}
