import { sql } from 'kysely'
import type { PlannerInventory } from '@orrery/core/inventory/model.ts'
import { inventoryRelease, inventoryReserve } from '@orrery/core/inventory/reserve.ts'
import type { PlacementDecision } from '@orrery/core/planner/decide.ts'
import { type Leaving, type PlacedWorkload, evacuate } from '@orrery/core/planner/migration.ts'
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
 * New places for the workloads of all nodes that are to be emptied, looked at together, so that the room there is goes to
 * the important ones; by node. The moves are made on `imagined`. `skip` are those that need no new place now.
 */
export async function nodesEvacuate(
  ctx: Ctx,
  imagined: PlannerInventory,
  nodes: readonly MirrorNode[],
  chooser: Chooser,
  skip: (node: MirrorNode, id: string) => boolean,
): Promise<NodeEvacuation[]> {
  const leaving: Leaving[] = []
  for (const node of nodes) {
    // Deleted a moment ago, there is nothing on it.
    if (!imagined.indexes.has(node.id)) continue
    leaving.push({ nodeId: node.id, workloads: await standingOn(ctx, node, skip) })
  }
  const { moves, stuck } = evacuate(imagined, leaving, chooser.policy, chooser.random)
  for (const move of moves) {
    inventoryRelease(imagined, move.fromIndex, move.workload, move.workload.gpuIndexes)
    inventoryReserve(imagined, move.toIndex, move.workload, move.decision.gpuIndexes)
  }
  return nodes.map((node) => {
    const index = imagined.indexes.get(node.id)
    const own = ({ fromIndex }: { fromIndex: number }) => fromIndex === index
    return {
      node,
      moves: moves.filter(own).map(({ decision }) => decision),
      stuck: stuck.filter(own).map(({ decision }) => decision),
    }
  })
}

async function standingOn(
  ctx: Ctx,
  node: MirrorNode,
  skip: (node: MirrorNode, id: string) => boolean,
): Promise<PlacedWorkload[]> {
  const { rows } = await sql<{
    id: string
    gpuIndexes: number[]
  }>`select id, gpu_indexes as "gpuIndexes" from workload
    where node_id = ${node.id}::uuid and desired = 'running' and state in ('placing', 'starting', 'running', 'failed')
    order by id limit 10000`.execute(ctx.database.db)
  return rows.flatMap((row): PlacedWorkload[] => {
    const known = ctx.mirror.workloads.get(row.id)
    if (known?.nodeId !== node.id || skip(node, row.id)) return []
    return [{ ...plannerWorkload(known), gpuIndexes: row.gpuIndexes }]
  })
}
