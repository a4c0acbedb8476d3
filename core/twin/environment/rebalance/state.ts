/** The columns of rebalance environments. Workloads that run are the first `running` slots, in no order. */
import { type RandomStream, randomStream } from '../../../random.ts'
import { type Cluster, clusterCreate, sizesOf } from '../cluster.ts'
import { type AliasTable, aliasTable } from '../draw.ts'
import { type Outputs, maskStrideOf } from '../model.ts'
import { type NodeShape, shapesOf } from '../placement/config.ts'
import type { RebalanceConfig } from './config.ts'

export type RebalanceState = {
  config: RebalanceConfig
  cluster: Cluster
  outputs: Outputs
  streams: RandomStream[]
  shapes: readonly NodeShape[]
  /** who comes, and who stands at the beginning */
  coming: AliasTable
  standing: AliasTable
  largest: { cpu: number; memory: number; gpu: number }
  total: { cpu: number; memory: number; gpu: number }
  slotCount: number
  slotNode: Int32Array
  slotClass: Int32Array
  slotBits: Int32Array
  /** workloads per node */
  held: Int32Array
  /** per candidate: the slot, -1 for none, and the node it would go to */
  candidateSlot: Int32Array
  candidateNode: Int32Array
  /** one entry per environment */
  episodes: Record<'step' | 'running' | 'nodesUsed' | 'moved' | 'lost' | 'invalid' | 'emptySum', Int32Array>
}

export function rebalanceState(config: RebalanceConfig, outputs: Outputs): RebalanceState {
  const { count } = outputs
  const { nodeCount, work, candidates } = config
  const shapes = shapesOf(config)
  const slotCount = slotsOf(config)
  const integers = (each = 1) => new Int32Array(count * each)
  const sum = (of: (shape: NodeShape) => number) =>
    Math.max(
      1,
      shapes.reduce((all, shape) => all + of(shape), 0),
    )
  const most = (of: (shape: NodeShape) => number) => Math.max(1, ...shapes.map(of))
  return {
    config,
    cluster: clusterCreate(count, nodeCount, sizesOf(work), maskStrideOf(nodeCount + 1)),
    outputs,
    streams: Array.from({ length: count }, () => randomStream(0)),
    shapes,
    coming: aliasTable(work.map(({ weight }) => weight)),
    standing: aliasTable(work.map(({ weight, life }) => weight * life)),
    largest: {
      cpu: most((shape) => shape.cpuMilli),
      memory: most((shape) => shape.memoryMib),
      gpu: most((shape) => shape.gpus * 1000),
    },
    total: {
      cpu: sum((shape) => shape.cpuMilli),
      memory: sum((shape) => shape.memoryMib),
      gpu: sum((shape) => shape.gpus * 1000),
    },
    slotCount,
    slotNode: integers(slotCount),
    slotClass: integers(slotCount),
    slotBits: integers(slotCount),
    held: integers(nodeCount),
    candidateSlot: integers(candidates),
    candidateNode: integers(candidates),
    episodes: {
      step: integers(),
      running: integers(),
      nodesUsed: integers(),
      moved: integers(),
      lost: integers(),
      invalid: integers(),
      emptySum: integers(),
    },
  }
}

/** Bytes that one environment takes, its outputs aside, near enough for a limit. */
export function rebalanceBytes(config: RebalanceConfig): number {
  const { nodeCount, candidates, work } = config
  return 4 * (3 * slotsOf(config) + 21 * nodeCount + 2 * candidates) + work.length * (nodeCount + 8) + 200
}

function slotsOf(config: RebalanceConfig): number {
  const least = Math.min(...config.work.map(({ cpuMilli }) => cpuMilli))
  return Math.max(
    1,
    shapesOf(config).reduce((sum, shape) => sum + Math.floor(shape.cpuMilli / least), 0),
  )
}

/** How full a node is: the largest of its shares in use. */
export function usedShare({ cluster }: Pick<RebalanceState, 'cluster'>, at: number): number {
  const share = (free: number | undefined, whole: number) => (whole > 0 ? 1 - (free ?? 0) / whole : 0)
  return Math.max(
    share(cluster.cpuFree[at], cluster.cpuCapacity[at] ?? 0),
    share(cluster.memoryFree[at], cluster.memoryCapacity[at] ?? 0),
    share(cluster.gpuFree[at], (cluster.gpuCount[at] ?? 0) * 1000),
  )
}
