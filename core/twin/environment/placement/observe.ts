/** Writing what an agent sees: only what a step changed. */
import { type PlacementState, nodeStride, workFixed, workStride } from './state.ts'

/** The values of a node that work moves. */
export function nodeWrite({ cluster, outputs, largest }: PlacementState, env: number, node: number): void {
  const at = env * cluster.nodeCount + node
  const { observations } = outputs
  const to = env * outputs.observationLength + node * nodeStride
  observations[to] = (cluster.cpuFree[at] ?? 0) / largest.cpu
  observations[to + 1] = (cluster.memoryFree[at] ?? 0) / largest.memory
  if (cluster.gpuCount[at] === 0) return
  observations[to + 2] = (cluster.gpuFree[at] ?? 0) / largest.gpu
  observations[to + 3] = (cluster.idle[at] ?? 0) / 8
  observations[to + 4] = (cluster.most[at] ?? 0) / 1000
  observations[to + 5] = (cluster.part[at] ?? 0) / 1000
}

/** All nodes, at the beginning of an episode. */
export function nodesWrite(state: PlacementState, env: number): void {
  const { cluster, outputs, largest } = state
  const { observations } = outputs
  for (let node = 0; node < cluster.nodeCount; node += 1) {
    const at = env * cluster.nodeCount + node
    const to = env * outputs.observationLength + node * nodeStride
    observations.fill(0, to, to + nodeStride)
    observations[to + 6] = (cluster.cpuCapacity[at] ?? 0) / largest.cpu
    observations[to + 7] = (cluster.memoryCapacity[at] ?? 0) / largest.memory
    observations[to + 8] = ((cluster.gpuCount[at] ?? 0) * 1000) / largest.gpu
    nodeWrite(state, env, node)
  }
}

/** The pending workload and its mask. */
export function pendingWrite(state: PlacementState, env: number): void {
  const { outputs, episodes, cluster, workRows, config } = state
  const { observations, maskWords } = outputs
  const pending = episodes.pending[env] ?? 0
  const to = (env + 1) * outputs.observationLength - workStride
  const from = pending * workFixed
  for (let value = 0; value < workFixed; value += 1) observations[to + value] = workRows[from + value] ?? 0
  observations[to + workFixed] = (episodes.pendingPlace[env] ?? 0) >= 0 ? 1 : 0
  observations[to + workFixed + 1] = (episodes.lineCount[env] ?? 0) / config.lineMost
  const words = cluster.rowBytes >>> 2
  const row = (env * cluster.sizes.count + pending) * words
  const mask = env * words
  const { fitsWords } = cluster
  for (let word = 0; word < words; word += 1) maskWords[mask + word] = fitsWords[row + word] ?? 0
}
