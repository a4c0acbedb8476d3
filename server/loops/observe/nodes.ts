import type { NodeCreate } from '@orrery/api/node.ts'
import type { MirrorNode } from '../../db/mirror/rows.ts'
import { type NodeSeen, nodesSeen } from '../../db/node-observed.ts'
import type { Observation, ObservedNode, ProviderRow } from '../../providers/provider.ts'
import type { Ctx } from '../../verbs/context.ts'
import { nodeCreateMany } from '../../verbs/node/create.ts'
import { nodeUpdate } from '../../verbs/node/update.ts'
import { siteCreate } from '../../verbs/site/create.ts'
import { pieces } from '../breathe.ts'
import { errorText } from '../attempt.ts'
import type { LoopWork } from '../loop.ts'
import type { Known } from './known.ts'

const createPiece = 500
const seenPiece = 5000
/** one by one, so a bound; the rest follow in the next rounds */
const updatesMax = 100

/**
 * Makes the inventory's nodes agree with what the provider reports: new ones are created and in service at once, changed
 * ones are changed, and each is noted as seen. One that is not reported stays as it is: the health loop judges it.
 */
export async function nodesObserve(
  work: LoopWork,
  provider: ProviderRow,
  known: Known,
  observation: Observation,
): Promise<void> {
  const { ctx } = work
  const created = observation.nodes.filter((node) => !known.nodes.has(node.ref))
  if (created.length > 0) await sitesEnsure(ctx, created, observation)
  const taken = new Set(created.length === 0 ? [] : [...ctx.mirror.nodes.values()].map((node) => node.name))
  for (const piece of pieces(created, createPiece)) {
    const ids = await nodeCreateMany(
      ctx,
      piece.map((node) => ({
        input: nodeInput(taken, provider, node),
        options: { providerRef: node.ref, state: 'ready' as const },
      })),
    )
    piece.forEach((node, index) => {
      const row = ctx.mirror.nodes.get(ids[index] ?? '')
      if (row !== undefined) known.nodes.set(node.ref, row)
    })
  }
  await nodesChange(ctx, known, observation)
  const seen = observation.nodes.flatMap((node): NodeSeen[] => {
    const row = known.nodes.get(node.ref)
    return row === undefined ? [] : [{ nodeId: row.id, healthy: node.healthy, reason: node.reason }]
  })
  for (const piece of pieces(seen, seenPiece)) await nodesSeen(ctx.database.db, piece)
}

/** A name that another node has already gets its provider's name behind it: names are unique, the provider's are its own. */
function nodeInput(taken: ReadonlySet<string>, provider: ProviderRow, node: ObservedNode): NodeCreate {
  return {
    name: taken.has(node.name) ? `${node.name}.${provider.name}` : node.name,
    kind: node.kind,
    site: node.siteName,
    provider: provider.id,
    capacity: node.capacity,
    capabilities: node.capabilities,
    addresses: node.addresses,
    labels: node.labels,
  }
}

async function sitesEnsure(
  ctx: Ctx,
  nodes: readonly ObservedNode[],
  observation: Observation,
): Promise<void> {
  const there = new Set([...ctx.mirror.sites.values()].map((site) => site.name))
  for (const name of new Set(nodes.map((node) => node.siteName))) {
    if (there.has(name)) continue
    const observed = observation.sites.find((site) => site.name === name)
    await siteCreate(ctx, {
      name,
      kind: observed?.kind ?? 'edge',
      geo: observed?.geo ?? null,
      carbonGramsPerKwh: observed?.carbonGramsPerKwh ?? 0,
      renewableShare: observed?.renewableShare ?? 0,
    })
  }
}

async function nodesChange(ctx: Ctx, known: Known, observation: Observation): Promise<void> {
  let left = updatesMax
  for (const node of observation.nodes) {
    const row = known.nodes.get(node.ref)
    if (row === undefined || !differs(row, node)) continue
    if (left === 0) return
    left -= 1
    try {
      await nodeUpdate(ctx, row.id, { capacity: node.capacity, capabilities: node.capabilities })
    } catch (error) {
      // A node that shrank below what is reserved there keeps its old size until some of it is moved away.
      ctx.log.warn(
        { node: row.name, err: errorText(error) },
        'a node has changed, and the inventory cannot follow',
      )
    }
  }
}

function differs(row: MirrorNode, node: ObservedNode): boolean {
  const { capacity } = node
  return (
    row.cpuCores !== capacity.cpuCores ||
    row.memoryBytes !== capacity.memoryBytes ||
    row.diskBytes !== capacity.diskBytes ||
    row.gpuMilli.length !== capacity.gpus.length ||
    capacity.gpus.some(
      (gpu, index) => gpu.milli !== row.gpuMilli[index] || gpu.model !== row.gpuModels[index],
    ) ||
    row.capabilities.length !== node.capabilities.length ||
    row.capabilities.some((capability, index) => capability !== node.capabilities[index])
  )
}
