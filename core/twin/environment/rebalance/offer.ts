/** The migrations that a rebalance agent is offered: workloads drawn from those that run, each with a node that has room. */
import { type RandomStream, randomBelow } from '../../../random.ts'
import type { Cluster } from '../cluster.ts'
import { type RebalanceState, usedShare } from './state.ts'
import { candidateFeatures, clusterFeatures } from './spaces.ts'

const stride = candidateFeatures.length

/** A node with room for the size, found from a random one on; -1 where there is none but `except`. */
export function nodeDraw(
  cluster: Cluster,
  env: number,
  size: number,
  stream: RandomStream,
  except = -1,
): number {
  const { nodeCount, fits, rowBytes, sizes } = cluster
  const row = (env * sizes.count + size) * rowBytes
  let node = randomBelow(stream, nodeCount)
  for (let tried = 0; tried < nodeCount; tried += 1) {
    if (fits[row + node] === 1 && node !== except) return node
    node = node + 1 === nodeCount ? 0 : node + 1
  }
  return -1
}

export function candidatesOffer(state: RebalanceState, env: number): void {
  const { config, outputs, episodes, cluster, total } = state
  const stream = state.streams[env]
  if (stream === undefined) throw new Error(`environment ${env} has no stream`)
  const running = episodes.running[env] ?? 0
  for (let candidate = 0; candidate < config.candidates; candidate += 1) {
    const at = env * config.candidates + candidate
    const slot = running === 0 ? -1 : randomBelow(stream, running)
    const from = state.slotNode[env * state.slotCount + slot] ?? -1
    const size = state.slotClass[env * state.slotCount + slot] ?? 0
    const node = slot < 0 ? -1 : nodeDraw(cluster, env, size, stream, from)
    state.candidateSlot[at] = node < 0 ? -1 : slot
    state.candidateNode[at] = node
    outputs.masks[env * outputs.maskStride + candidate] = node < 0 ? 0 : 1
    candidateWrite(state, env, candidate, size, from, node)
  }
  outputs.masks[env * outputs.maskStride + config.candidates] = 1
  const to = (env + 1) * outputs.observationLength - clusterFeatures.length
  outputs.observations[to] = (cluster.cpuUsed[env] ?? 0) / total.cpu
  outputs.observations[to + 1] = (cluster.memoryUsed[env] ?? 0) / total.memory
  outputs.observations[to + 2] = (cluster.gpuUsed[env] ?? 0) / total.gpu
  outputs.observations[to + 3] = (episodes.nodesUsed[env] ?? 0) / config.nodeCount
}

function candidateWrite(
  state: RebalanceState,
  env: number,
  candidate: number,
  size: number,
  from: number,
  node: number,
): void {
  const { cluster, largest, held, config } = state
  const { observations, observationLength } = state.outputs
  const to = env * observationLength + candidate * stride
  if (node < 0) {
    observations.fill(0, to, to + stride)
    return
  }
  const { sizes } = cluster
  const source = env * config.nodeCount + from
  const target = env * config.nodeCount + node
  observations[to] = (sizes.cpu[size] ?? 0) / largest.cpu
  observations[to + 1] = (sizes.memory[size] ?? 0) / largest.memory
  observations[to + 2] = ((sizes.gpus[size] ?? 0) * (sizes.gpuMilli[size] ?? 0)) / largest.gpu
  observations[to + 3] = usedShare(state, source)
  observations[to + 4] = held[source] === 1 ? 1 : 0
  observations[to + 5] = (cluster.idle[source] ?? 0) / 8
  observations[to + 6] = usedShare(state, target)
  observations[to + 7] = held[target] === 0 ? 1 : 0
  observations[to + 8] = (cluster.idle[target] ?? 0) / 8
  observations[to + 9] = (cluster.cpuFree[target] ?? 0) / largest.cpu
  observations[to + 10] = (cluster.memoryFree[target] ?? 0) / largest.memory
  observations[to + 11] = (cluster.gpuFree[target] ?? 0) / largest.gpu
}
