import { requireRole } from '../../verbs/actor.ts'
import type { Ctx } from '../../verbs/context.ts'
import { workloadCreate } from '../../verbs/workload/create.ts'
import { workloadDelete } from '../../verbs/workload/delete.ts'
import { workloadRebind, workloadRelease } from '../../verbs/workload/rebind.ts'
import { bodyText } from '../go-body.ts'
import { goDecode } from '../go-decode.ts'
import { reply, replyText } from '../go-reply.ts'
import type { GoCall } from '../go-server.ts'
import { createNamed } from './create.ts'
import type { Desk } from './desk.ts'
import { gone } from './gone.ts'
import { Refusal } from './refuse.ts'
import { replyRow, replyRows, subjectOf } from './side.ts'
import { vmStruct } from './structs.ts'
import { type Shown, compatOf, sizeNative } from './units.ts'
import { usageInitial } from './usage-initial.ts'

/** POST /vms. A new VM is bound to nothing, whatever its body says, and waits to be bound: the planner leaves it alone. */
export async function vmAdd(desk: Desk, ctx: Ctx, call: GoCall): Promise<void> {
  const body = goDecode(await bodyText(call.request), vmStruct)
  if (body === null) throw new Refusal(500, 'VM is nil')
  const usage: Shown = [
    body.usage_cpu,
    body.usage_memory,
    body.disk_read,
    body.disk_write,
    body.netrx,
    body.nettx,
    0,
  ]
  await createNamed(ctx, 'vm', body.vmid, async (name) => {
    const workload = await workloadCreate(
      ctx,
      { name, kind: 'vm', demand: sizeNative(body), autoPlace: false },
      { aliasKey: body.vmid, compat: compatOf(body, usage) },
    )
    usageInitial(ctx, workload.id, usage)
  })
  replyText(call.response, 200, '')
}

/** GET /vms/:id */
export async function vmShow(desk: Desk, ctx: Ctx, call: GoCall): Promise<void> {
  requireRole(ctx, 'viewer')
  const { vms } = desk.roster
  replyRow(call.response, vms, await subjectOf(ctx, vms, 'vm', call.params[0] ?? ''))
}

/** GET /vms */
export async function vmList(desk: Desk, ctx: Ctx, call: GoCall): Promise<void> {
  requireRole(ctx, 'viewer')
  await replyRows(call.response, desk.roster.vms)
}

/** PUT /vms/:id/:hostid. The host must exist; a VM that does not is left at that. A bound VM moves. */
export async function vmBind(desk: Desk, ctx: Ctx, call: GoCall): Promise<void> {
  const [vmKey = '', hostKey = ''] = call.params
  const nodeId = await subjectOf(ctx, desk.roster.hosts, 'host', hostKey)
  const node = nodeId === undefined ? undefined : ctx.mirror.nodes.get(nodeId)
  if (node === undefined) throw new Refusal(500, 'Host not found')
  const workloadId = await subjectOf(ctx, desk.roster.vms, 'vm', vmKey)
  if (workloadId !== undefined) await workloadRebind(ctx, workloadId, node)
  reply(call.response, 200)
}

/** DELETE /vms/:id/:hostid. The host is not looked at. */
export async function vmUnbind(desk: Desk, ctx: Ctx, call: GoCall): Promise<void> {
  const workloadId = await subjectOf(ctx, desk.roster.vms, 'vm', call.params[0] ?? '')
  if (workloadId !== undefined) await workloadRelease(ctx, workloadId)
  reply(call.response, 200)
}

/** DELETE /vms/:id */
export async function vmRemove(desk: Desk, ctx: Ctx, call: GoCall): Promise<void> {
  const workloadId = await subjectOf(ctx, desk.roster.vms, 'vm', call.params[0] ?? '')
  if (workloadId !== undefined) await workloadDelete(ctx, workloadId).catch(gone)
  replyText(call.response, 200, '')
}
