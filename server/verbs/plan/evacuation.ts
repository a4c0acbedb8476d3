import { sql } from 'kysely'
import type { PlannerInventory } from '@orrery/core/inventory/model.ts'
import { inventoryRelease, inventoryReserve } from '@orrery/core/inventory/reserve.ts'
import type { PlacementDecision } from '@orrery/core/planner/decide.ts'
import { type PlacedWorkload, evacuate } from '@orrery/core/planner/migration.ts'
import type { MirrorNode } from '../../db/mirror/rows.ts'
import type { Ctx } from '../context.ts'
import type { Chooser } from './decide.ts'
import { plannerWorkload } from './live.ts'

export type NodeEvacuation = {
  node: MirrorNode
  moves: PlacementDecision[]
  stuck: PlacementDecision[]
}

/** Nodes that are to be emptied and are not empty yet. */
export function nodesDraining(ctx: Pick<Ctx, 'mirror' | 'planner'>): MirrorNode[] {
  const { indexes } = ctx.planner.inventory
  return Array.from(ctx.mirror.nodes.values()).filter(
    (node) => node.state === 'draining' && node.workloadCount > 0 && indexes.has(node.id),
  )
}

/**
 * New places for the workloads of a node, in an order in which each finds its room free. The moves are made on
 * `imagined`, so that the next node sees them. `skip` are those that need no new place now.
 */
export async function evacuateNode(
  ctx: Ctx,
  imagined: PlannerInventory,
  node: MirrorNode,
  chooser: Chooser,
  skip: (id: string) => boolean,
): Promise<NodeEvacuation> {
  const { rows } = await sql<{
    id: string
    gpuIndexes: number[]
  }>`select id, gpu_indexes as "gpuIndexes" from workload
    where node_id = ${node.id}::uuid and desired = 'running' and state in ('placing', 'starting', 'running', 'failed')
    order by id limit 10000`.execute(ctx.database.db)
  const workloads = rows.flatMap((row): PlacedWorkload[] => {
    const known = ctx.mirror.workloads.get(row.id)
    if (known?.nodeId !== node.id || skip(row.id)) return []
    return [{ ...plannerWorkload(known), gpuIndexes: row.gpuIndexes }]
  })
  const { moves, stuck } = evacuate(imagined, node.id, workloads, chooser.policy, chooser.random)
  for (const move of moves) {
    inventoryRelease(imagined, move.fromIndex, move.workload, move.workload.gpuIndexes)
    inventoryReserve(imagined, move.toIndex, move.workload, move.decision.gpuIndexes)
  }
  return { node, moves: moves.map((move) => move.decision), stuck: stuck.map(({ decision }) => decision) }
}
