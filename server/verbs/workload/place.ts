import { OrreryError } from '@orrery/api/errors.ts'
import type { Workload } from '@orrery/api/workload.ts'
import { nodeFind } from '../../db/node.ts'
import { type PlaceItem, type Placed, place } from '../../db/placer.ts'
import { workloadFind, workloadItem } from '../../db/workload.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { startsOnBind } from '../provider/capabilities.ts'
import { settle } from '../settle.ts'
import { type Tx, transaction } from '../transaction.ts'
import { workloadView } from './view.ts'

export type Placement = {
  workloadId: string
  mode: PlaceItem['mode']
  /** null for unbind */
  node: { id: string; providerId: string } | null
  gpuIndexes?: number[]
  reason: string | null
}

/** What goes to the database: where the provider starts machines the workload is `placing` until that is done. */
export function placeItem(ctx: Ctx, placement: Placement): PlaceItem {
  return {
    workloadId: placement.workloadId,
    mode: placement.mode,
    nodeId: placement.node?.id ?? null,
    state:
      placement.node === null
        ? 'pending'
        : startsOnBind(ctx, placement.node.providerId)
          ? 'placing'
          : 'running',
    ...(placement.gpuIndexes === undefined ? {} : { gpuIndexes: placement.gpuIndexes }),
    reason: placement.reason,
    actorId: ctx.actor.id,
    actorName: ctx.actor.name,
  }
}

/** Reserves, records history and event in one statement, together with others that arrive at the same moment. */
export async function placementApply(ctx: Ctx, placement: Placement): Promise<Placed> {
  const placed = await ctx.placer.place(placeItem(ctx, placement))
  afterPlaced(ctx)
  return placed
}

/** The same inside a transaction of the caller's, who then settles the mirror. */
export async function placementApplyIn(tx: Tx, ctx: Ctx, placements: Placement[]): Promise<Placed[]> {
  return place(
    tx,
    placements.map((placement) => placeItem(ctx, placement)),
  )
}

function afterPlaced(ctx: Ctx): void {
  ctx.nudge('execute')
}

/** The node a person named, from the mirror, or from SQL when this replica has not seen it yet. */
export async function nodeTarget(
  ctx: Ctx,
  ref: string,
): Promise<{ id: string; name: string; providerId: string }> {
  const known = ctx.mirror.nodes.get(ref)
  if (known !== undefined) return known
  const row = found(await nodeFind(ctx.database.db, ref), 'node', ref)
  // Whether it starts machines is read from the mirror.
  if (!ctx.mirror.providers.has(row.provider_id)) await ctx.mirror.refresh({ providers: true })
  return { id: row.id, name: row.name, providerId: row.provider_id }
}

/**
 * Makes the placement and gives the workload as it is then, or throws the refusal in a sentence. With an idempotency key it is
 * a transaction of its own, which keeps the answer; without, it shares one with others.
 */
export async function placementMake(
  ctx: Ctx,
  placement: Placement,
  names: { workload: string; node: string },
): Promise<Workload> {
  if (ctx.idempotency !== undefined) return placementOnce(ctx, placement, names)
  const placed = await placementApply(ctx, placement)
  if (placed.outcome !== 'ok') throw placeRefusal(ctx, placed, names)
  return workloadView(ctx, placed.workloadId)
}

async function placementOnce(
  ctx: Ctx,
  placement: Placement,
  names: { workload: string; node: string },
): Promise<Workload> {
  let nodes: string[] = []
  const workload = await transaction(ctx, async (tx) => {
    const [placed] = await placementApplyIn(tx, ctx, [placement])
    if (placed === undefined) throw new Error('the placement function answered too few rows')
    if (placed.outcome !== 'ok') throw placeRefusal(ctx, placed, names)
    nodes = [placed.nodeId, placed.fromNodeId].filter((id) => id !== null)
    return workloadItem(found(await workloadFind(tx, placed.workloadId), 'workload', names.workload))
  })
  await settle(ctx, { workloads: [workload.id], nodes })
  afterPlaced(ctx)
  return workload
}

export function placeRefusal(
  ctx: Pick<Ctx, 'mirror'>,
  placed: Placed,
  names: { workload: string; node: string },
): OrreryError {
  const { workload, node } = names
  switch (placed.outcome) {
    case 'no_workload':
      return new OrreryError('not_found', `There is no workload '${workload}'.`)
    case 'no_node':
      return new OrreryError('not_found', `There is no node '${node}'.`)
    case 'wrong_state':
      return new OrreryError(
        'conflict',
        `Workload '${workload}': ${placed.detail ?? 'its state does not allow this'}.`,
      )
    case 'already_bound': {
      const on = ctx.mirror.nodes.get(placed.detail ?? '')?.name ?? placed.detail ?? 'a node'
      return new OrreryError(
        'conflict',
        `Workload '${workload}' is on node '${on}' already. Use migrate to move it elsewhere.`,
      )
    }
    case 'not_bound':
      return new OrreryError('conflict', `Workload '${workload}' is on no node. Bind it first.`)
    case 'node_state':
      return new OrreryError(
        'conflict',
        `Node '${node}' is ${placed.detail}; it takes workloads only when it is ready.`,
      )
    case 'no_capacity':
      return new OrreryError(
        'no_capacity',
        `Node '${node}' has no room for '${workload}': ${digitsCut(placed.detail ?? '')}.`,
      )
    case 'anti_affinity':
      return new OrreryError(
        'conflict',
        `Node '${node}' holds a workload of the anti-affinity group '${placed.detail}' already.`,
      )
    case 'ok':
      return new OrreryError('internal', 'The placement was made.')
  }
}

/** Sums of very unlike numbers have hundreds of digits in the database. */
function digitsCut(detail: string): string {
  return detail.replace(/(\.\d{9})\d+/g, '$1…')
}
