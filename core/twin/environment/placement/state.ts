/** The columns of placement environments. */
import { type RandomStream, randomStream } from '../../../random.ts'
import { type Cluster, clusterCreate, sizesOf } from '../cluster.ts'
import { type AliasTable, aliasTable, lifeMost } from '../draw.ts'
import { type Outputs, maskStrideOf } from '../model.ts'
import { type NodeShape, type PlacementConfig, livesOf, shapesOf } from './config.ts'
import { nodeFeatures, workFeatures } from './spaces.ts'

/** One entry per environment. */
export type Episodes = {
  step: Int32Array
  tick: Int32Array
  /** class of the pending workload, how long it will run, and its place in the line; -1: it has just come */
  pending: Int32Array
  pendingLife: Int32Array
  pendingPlace: Int32Array
  lineCount: Int32Array
  /** first of the free slots; slots hold the workloads that run */
  freeSlot: Int32Array
  arrived: Int32Array
  placed: Int32Array
  finished: Int32Array
  lost: Int32Array
  invalid: Int32Array
  measuredTicks: Int32Array
}

export type PlacementState = {
  config: PlacementConfig
  cluster: Cluster
  outputs: Outputs
  episodes: Episodes
  streams: RandomStream[]
  shapes: readonly NodeShape[]
  draws: AliasTable
  lives: Float64Array
  /** what free resources are divided by in observations, and the sums over all nodes */
  largest: { cpu: number; memory: number; gpu: number }
  total: { cpu: number; memory: number; gpu: number }
  /** `workFeatures` of each class, as far as they depend on it */
  workRows: Float32Array
  /** A wheel of ticks: the first slot that leaves at a tick, -1 for none; `slotNext` chains those of one tick. */
  wheel: Int32Array
  wheelSize: number
  slotCount: number
  slotNode: Int32Array
  slotClass: Int32Array
  slotBits: Int32Array
  slotNext: Int32Array
  /** those that wait, first come first */
  lineClass: Int32Array
  lineLife: Int32Array
  /** sums over the measured ticks: cores, memory, GPUs in use */
  sums: Float64Array
}

export function placementState(config: PlacementConfig, outputs: Outputs): PlacementState {
  const { count } = outputs
  const shapes = shapesOf(config)
  const sizes = sizesOf(config.work)
  const { wheelSize, slotCount } = dimensions(config)
  const integers = (each = 1) => new Int32Array(count * each)
  const largest = {
    cpu: Math.max(...shapes.map((shape) => shape.cpuMilli)),
    memory: Math.max(1, ...shapes.map((shape) => shape.memoryMib)),
    gpu: Math.max(1, ...shapes.map((shape) => shape.gpus)) * 1000,
  }
  const sum = (of: (shape: NodeShape) => number) => shapes.reduce((all, shape) => all + of(shape), 0)
  return {
    config,
    cluster: clusterCreate(count, config.nodeCount, sizes, maskStrideOf(config.nodeCount + 1)),
    outputs,
    episodes: {
      step: integers(),
      tick: integers(),
      pending: integers(),
      pendingLife: integers(),
      pendingPlace: integers(),
      lineCount: integers(),
      freeSlot: integers(),
      arrived: integers(),
      placed: integers(),
      finished: integers(),
      lost: integers(),
      invalid: integers(),
      measuredTicks: integers(),
    },
    streams: Array.from({ length: count }, () => randomStream(0)),
    shapes,
    draws: aliasTable(config.work.map(({ weight }) => weight)),
    lives: livesOf(config),
    largest,
    total: {
      cpu: sum((shape) => shape.cpuMilli),
      memory: Math.max(
        1,
        sum((shape) => shape.memoryMib),
      ),
      gpu: Math.max(1, sum((shape) => shape.gpus) * 1000),
    },
    workRows: Float32Array.from(
      config.work.flatMap(({ cpuMilli, memoryMib, gpus, gpuMilli }) => [
        Math.min(1, cpuMilli / largest.cpu),
        Math.min(1, memoryMib / largest.memory),
        Math.min(1, (gpus * gpuMilli) / largest.gpu),
        gpus / 8,
        gpus === 0 ? 0 : gpuMilli / 1000,
      ]),
    ),
    wheel: integers(wheelSize),
    wheelSize,
    slotCount,
    slotNode: integers(slotCount),
    slotClass: integers(slotCount),
    slotBits: integers(slotCount),
    slotNext: integers(slotCount),
    lineClass: integers(config.lineMost),
    lineLife: integers(config.lineMost),
    sums: new Float64Array(3 * count),
  }
}

/** Bytes that one environment takes, its outputs aside, near enough for a limit. */
export function placementBytes(config: PlacementConfig): number {
  const { wheelSize, slotCount } = dimensions(config)
  const { nodeCount, work, lineMost } = config
  return 4 * (wheelSize + 4 * slotCount + 20 * nodeCount + 2 * lineMost) + work.length * (nodeCount + 8) + 200
}

/** A wheel that the longest life fits on, and a slot for everyone who could run at once. */
function dimensions(config: PlacementConfig): { wheelSize: number; slotCount: number } {
  const lifeTicks = Math.ceil(Math.max(...livesOf(config)) * lifeMost) + 2
  const least = Math.min(...config.work.map(({ cpuMilli }) => cpuMilli))
  const room = shapesOf(config).reduce((sum, shape) => sum + Math.floor(shape.cpuMilli / least), 0)
  // Two are placed per tick at most: the one that came and one that waited.
  return {
    wheelSize: 2 ** Math.ceil(Math.log2(lifeTicks)),
    slotCount: Math.max(1, Math.min(room, 2 * lifeTicks)),
  }
}

export const nodeStride = nodeFeatures.length
export const workStride = workFeatures.length
/** Values of a row of `workRows`. */
export const workFixed = 5
