import { OrreryError } from '@orrery/api/errors.ts'
import type { Node, NodeCreate } from '@orrery/api/node.ts'
import type { Capacity, CapacityInput } from '@orrery/api/quantity.ts'
import { idNew } from '../../db/id.ts'
import { eventInsert } from '../../db/event.ts'
import { nodeFind, nodeItem } from '../../db/node.ts'
import { type NodeInsert, nodesInsert } from '../../db/node-insert.ts'
import { providerFind } from '../../db/provider.ts'
import { siteFind } from '../../db/site.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { settle } from '../settle.ts'
import { type Tx, transaction } from '../transaction.ts'

/** What an old protocol may ask beyond the native input. */
export type NodeCreateOptions = {
  /** the text id its clients use; any text, '' included; by default the name */
  aliasKey?: string
  /** kept as written, to read back to those clients (their units, negative sizes) */
  compat?: Record<string, unknown>
  providerRef?: string
  state?: 'discovered' | 'ready'
}

/** Registers a node. It is observed, not contacted: the observe loop will find it or report it missing. */
export async function nodeCreate(
  ctx: Ctx,
  input: NodeCreate,
  options: NodeCreateOptions = {},
): Promise<Node> {
  requireRole(ctx, 'operator')
  const node = await transaction(ctx, async (tx) => {
    const [id] = await nodesCreateIn(tx, ctx, [{ input, options }])
    const row = id === undefined ? null : await nodeFind(tx, id)
    if (row === null) throw new Error('a node that was just inserted is not there')
    return nodeItem(row)
  })
  await settle(ctx, { nodes: [node.id] })
  ctx.nudge('plan')
  return node
}

/** Many nodes in one transaction; returns their ids in order. For imports and seeds: all or none. */
export async function nodeCreateMany(
  ctx: Ctx,
  nodes: { input: NodeCreate; options?: NodeCreateOptions }[],
): Promise<string[]> {
  requireRole(ctx, 'operator')
  const ids = await transaction(ctx, (tx) => nodesCreateIn(tx, ctx, nodes))
  await settle(ctx, { nodes: ids })
  ctx.nudge('plan')
  return ids
}

async function nodesCreateIn(
  tx: Tx,
  ctx: Ctx,
  nodes: { input: NodeCreate; options?: NodeCreateOptions }[],
): Promise<string[]> {
  const sites = new Map<string, string>()
  const providers = new Map<string, string>()
  const inserts: NodeInsert[] = []
  for (const { input, options } of nodes) {
    const providerRef = input.provider ?? 'manual'
    if (!sites.has(input.site))
      sites.set(input.site, found(await siteFind(tx, input.site), 'site', input.site).id)
    if (!providers.has(providerRef))
      providers.set(providerRef, found(await providerFind(tx, providerRef), 'provider', providerRef).id)
    inserts.push({
      id: idNew<'node'>(),
      name: input.name,
      kind: input.kind ?? 'host',
      siteId: sites.get(input.site) ?? '',
      providerId: providers.get(providerRef) ?? '',
      providerRef: options?.providerRef ?? null,
      state: options?.state ?? 'ready',
      capacity: capacityOf(input.capacity),
      capabilities: input.capabilities ?? [],
      addresses: input.addresses ?? [],
      labels: input.labels ?? {},
      compat: options?.compat ?? null,
      aliasKey: options?.aliasKey ?? input.name,
    })
  }
  const names = new Set(inserts.map((node) => node.name))
  if (names.size < inserts.length)
    throw new OrreryError('conflict', 'Two nodes of this call have the same name. Names are unique.')
  await nodesInsert(tx, inserts)
  await eventInsert(
    tx,
    inserts.map((node) => ({
      actorId: ctx.actor.id,
      actorName: ctx.actor.name,
      verb: 'node.create',
      subjectKind: 'node',
      subjectId: node.id,
      subjectName: node.name,
      after: {
        name: node.name,
        kind: node.kind,
        siteId: node.siteId,
        providerId: node.providerId,
        state: node.state,
        capacity: node.capacity,
      },
      traceAt: ctx.traceAt ?? null,
    })),
  )
  return inserts.map((node) => node.id)
}

export function capacityOf(input: CapacityInput): Capacity {
  return {
    cpuCores: input.cpuCores,
    memoryBytes: input.memoryBytes,
    diskBytes: input.diskBytes ?? 0,
    gpus: input.gpus ?? [],
  }
}
