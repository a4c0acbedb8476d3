import { requireRole } from '../../verbs/actor.ts'
import type { Ctx } from '../../verbs/context.ts'
import { nodeCreate } from '../../verbs/node/create.ts'
import { nodeDelete } from '../../verbs/node/delete.ts'
import { bodyText } from '../go-body.ts'
import { goDecode } from '../go-decode.ts'
import { replyText } from '../go-reply.ts'
import type { GoCall } from '../go-server.ts'
import { createNamed } from './create.ts'
import type { Desk } from './desk.ts'
import { providerName, siteEnsure, siteName } from './place.ts'
import { Refusal } from './refuse.ts'
import { replyRow, replyRows, subjectOf } from './side.ts'
import { hostStruct } from './structs.ts'
import { type Shown, compatOf, sizeNative } from './units.ts'
import { gone } from './gone.ts'
import { usageInitial } from './usage-initial.ts'

/** POST /hosts. `stateid` and `vms` of the body mean nothing; its usage is the host's first. */
export async function hostAdd(desk: Desk, ctx: Ctx, call: GoCall): Promise<void> {
  const body = goDecode(await bodyText(call.request), hostStruct)
  if (body === null) throw new Refusal(500, 'Host is nil')
  const usage: Shown = [
    body.usage_cpu,
    body.usage_memory,
    body.disk_read,
    body.disk_write,
    body.netrx,
    body.nettx,
    body.energy_usage,
  ]
  // An operator may have deleted it while it was empty.
  await siteEnsure(ctx)
  await createNamed(ctx, 'host', body.hostid, async (name) => {
    const node = await nodeCreate(
      ctx,
      { name, kind: 'host', site: siteName, provider: providerName, capacity: sizeNative(body) },
      { aliasKey: body.hostid, compat: compatOf(body, usage) },
    )
    usageInitial(ctx, node.id, usage)
  })
  replyText(call.response, 200, '')
}

/** GET /hosts/:id */
export async function hostShow(desk: Desk, ctx: Ctx, call: GoCall): Promise<void> {
  requireRole(ctx, 'viewer')
  const { hosts } = desk.roster
  replyRow(call.response, hosts, await subjectOf(ctx, hosts, 'host', call.params[0] ?? ''))
}

/** GET /hosts */
export async function hostList(desk: Desk, ctx: Ctx, call: GoCall): Promise<void> {
  requireRole(ctx, 'viewer')
  await replyRows(call.response, desk.roster.hosts)
}

/** DELETE /hosts/:id. What is bound there is unbound; the original left it pointing at a host that was gone. */
export async function hostRemove(desk: Desk, ctx: Ctx, call: GoCall): Promise<void> {
  const id = await subjectOf(ctx, desk.roster.hosts, 'host', call.params[0] ?? '')
  if (id !== undefined) await nodeDelete(ctx, id, { unbindWorkloads: true }).catch(gone)
  replyText(call.response, 200, '')
}
