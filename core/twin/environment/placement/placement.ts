/**
 * The placement environment: one pending workload, a node or "wait". Time counts in ticks; one workload comes per tick.
 * At the beginning of a tick those whose time is up leave; then one that waits and that some node has room for is offered,
 * the one that came first; then the one that came. Who is let wait goes to the end of the line, or stays where it was.
 */
import { randomShuffle, randomStream } from '../../../random.ts'
import { clusterFill } from '../cluster.ts'
import { aliasDraw, lifeDraw } from '../draw.ts'
import type { Outputs, Rules, Spaces } from '../model.ts'
import { roomGive, roomTake } from '../room.ts'
import type { PlacementConfig } from './config.ts'
import { nodeWrite, nodesWrite, pendingWrite } from './observe.ts'
import { type PlacementState, placementState } from './state.ts'

export function placementRules(config: PlacementConfig, spaces: Spaces, outputs: Outputs): Rules {
  const state = placementState(config, outputs)
  return {
    spaces,
    begin: (env, seed) => placementBegin(state, env, seed),
    act: (env, action) => placementAct(state, env, action),
  }
}

export function placementBegin(state: PlacementState, env: number, seed: number): void {
  const { episodes, slotCount, slotNext, wheelSize } = state
  const stream = randomStream(seed, 'placement')
  state.streams[env] = stream
  clusterFill(state.cluster, env, randomShuffle(stream, state.shapes.slice()))
  for (const column of Object.values(episodes)) column[env] = 0
  state.wheel.fill(-1, env * wheelSize, (env + 1) * wheelSize)
  for (let slot = 0; slot < slotCount; slot += 1) slotNext[env * slotCount + slot] = slot + 1
  slotNext[(env + 1) * slotCount - 1] = -1
  state.sums.fill(0, 3 * env, 3 * env + 3)
  nodesWrite(state, env)
  arrive(state, env)
  pendingWrite(state, env)
}

export function placementAct(state: PlacementState, env: number, action: number): void {
  const { episodes, cluster, config, outputs, total } = state
  const { nodeCount } = cluster
  const { rewards } = config
  const row = (env * cluster.sizes.count + (episodes.pending[env] ?? 0)) * cluster.rowBytes
  const valid = action >= 0 && action <= nodeCount && cluster.fits[row + action] === 1
  const before = episodes.lost[env] ?? 0
  let reward = 0
  const place = episodes.pendingPlace[env] ?? 0
  if (!valid) {
    reward += rewards.invalid
    episodes.invalid[env] = (episodes.invalid[env] ?? 0) + 1
  }
  if (valid && action < nodeCount) {
    start(state, env, action)
    if (place >= 0) lineRemove(state, env, place)
    reward += rewards.placed
  } else if (place < 0) lineAppend(state, env)
  // One that waited was asked for before the one that comes in the same tick.
  if (place >= 0) arrive(state, env)
  else tick(state, env)
  pendingWrite(state, env)
  const lost = episodes.lost[env] ?? 0
  reward += rewards.lost * (lost - before)
  reward += (rewards.cpu * (cluster.cpuUsed[env] ?? 0)) / total.cpu
  reward += (rewards.memory * (cluster.memoryUsed[env] ?? 0)) / total.memory
  reward += (rewards.gpu * (cluster.gpuUsed[env] ?? 0)) / total.gpu
  outputs.rewards[env] = reward
  const step = (episodes.step[env] ?? 0) + 1
  episodes.step[env] = step
  if (step >= config.stepsMost) outputs.truncated[env] = 1
  if (config.lostMost > 0 && lost >= config.lostMost) outputs.terminated[env] = 1
  if (outputs.truncated[env] === 1 || outputs.terminated[env] === 1) measuresWrite(state, env)
}

function arrive(state: PlacementState, env: number): void {
  const { episodes } = state
  const stream = state.streams[env]
  if (stream === undefined) throw new Error(`environment ${env} has no stream`)
  const drawn = aliasDraw(state.draws, stream)
  episodes.pending[env] = drawn
  episodes.pendingLife[env] = lifeDraw(stream, state.lives[drawn] ?? 1)
  episodes.pendingPlace[env] = -1
  episodes.arrived[env] = (episodes.arrived[env] ?? 0) + 1
}

/** The pending workload runs on a node until its time is up. */
function start(state: PlacementState, env: number, node: number): void {
  const { episodes, slotNext, wheelSize } = state
  const size = episodes.pending[env] ?? 0
  const slot = episodes.freeSlot[env] ?? -1
  if (slot < 0) throw new Error('more run than there is room for')
  const at = env * state.slotCount + slot
  episodes.freeSlot[env] = slotNext[at] ?? -1
  state.slotNode[at] = node
  state.slotClass[at] = size
  state.slotBits[at] = roomTake(state.cluster, env, node, size)
  const leaves = (episodes.tick[env] ?? 0) + (episodes.pendingLife[env] ?? 1)
  const spoke = env * wheelSize + (leaves & (wheelSize - 1))
  slotNext[at] = state.wheel[spoke] ?? -1
  state.wheel[spoke] = slot
  episodes.placed[env] = (episodes.placed[env] ?? 0) + 1
  nodeWrite(state, env, node)
}

/** Time goes on by one tick; who is to be decided on next becomes pending. */
function tick(state: PlacementState, env: number): void {
  const { episodes, cluster, sums, config, wheelSize } = state
  if ((episodes.tick[env] ?? 0) >= config.settleTicks) {
    episodes.measuredTicks[env] = (episodes.measuredTicks[env] ?? 0) + 1
    sums[3 * env] = (sums[3 * env] ?? 0) + (cluster.cpuUsed[env] ?? 0)
    sums[3 * env + 1] = (sums[3 * env + 1] ?? 0) + (cluster.memoryUsed[env] ?? 0)
    sums[3 * env + 2] = (sums[3 * env + 2] ?? 0) + (cluster.gpuUsed[env] ?? 0)
  }
  const now = (episodes.tick[env] ?? 0) + 1
  episodes.tick[env] = now
  const spoke = env * wheelSize + (now & (wheelSize - 1))
  const first = state.wheel[spoke] ?? -1
  if (first >= 0) {
    state.wheel[spoke] = -1
    leave(state, env, first)
  }
  if (!offer(state, env)) arrive(state, env)
}

function leave(state: PlacementState, env: number, first: number): void {
  const { slotNode, slotNext, episodes, cluster } = state
  for (let slot = first; slot >= 0;) {
    const at = env * state.slotCount + slot
    const node = slotNode[at] ?? 0
    roomGive(cluster, env, node, state.slotClass[at] ?? 0, state.slotBits[at] ?? 0)
    nodeWrite(state, env, node)
    const next = slotNext[at] ?? -1
    slotNext[at] = episodes.freeSlot[env] ?? -1
    episodes.freeSlot[env] = slot
    episodes.finished[env] = (episodes.finished[env] ?? 0) + 1
    slot = next
  }
}

/** Makes the first of the line pending that some node has room for. */
function offer({ episodes, config, cluster, lineClass, lineLife }: PlacementState, env: number): boolean {
  const count = episodes.lineCount[env] ?? 0
  const line = env * config.lineMost
  for (let place = 0; place < count; place += 1) {
    const waiting = lineClass[line + place] ?? 0
    if ((cluster.fitCounts[env * cluster.sizes.count + waiting] ?? 0) === 0) continue
    episodes.pending[env] = waiting
    episodes.pendingLife[env] = lineLife[line + place] ?? 1
    episodes.pendingPlace[env] = place
    return true
  }
  return false
}

function lineAppend(state: PlacementState, env: number): void {
  const { episodes, config } = state
  if (episodes.lineCount[env] === config.lineMost) {
    lineRemove(state, env, 0)
    episodes.lost[env] = (episodes.lost[env] ?? 0) + 1
  }
  const count = episodes.lineCount[env] ?? 0
  state.lineClass[env * config.lineMost + count] = episodes.pending[env] ?? 0
  state.lineLife[env * config.lineMost + count] = episodes.pendingLife[env] ?? 1
  episodes.lineCount[env] = count + 1
}

function lineRemove(
  { episodes, config, lineClass, lineLife }: PlacementState,
  env: number,
  place: number,
): void {
  const line = env * config.lineMost
  const count = episodes.lineCount[env] ?? 0
  for (let at = line + place; at < line + count - 1; at += 1) {
    lineClass[at] = lineClass[at + 1] ?? 0
    lineLife[at] = lineLife[at + 1] ?? 0
  }
  episodes.lineCount[env] = count - 1
}

function measuresWrite({ episodes, outputs, sums, total }: PlacementState, env: number): void {
  const ticks = Math.max(1, episodes.measuredTicks[env] ?? 0)
  const at = env * outputs.measureCount
  outputs.measures[at] = (sums[3 * env] ?? 0) / total.cpu / ticks
  outputs.measures[at + 1] = (sums[3 * env + 1] ?? 0) / total.memory / ticks
  outputs.measures[at + 2] = (sums[3 * env + 2] ?? 0) / total.gpu / ticks
  outputs.measures[at + 3] = episodes.arrived[env] ?? 0
  outputs.measures[at + 4] = episodes.placed[env] ?? 0
  outputs.measures[at + 5] = episodes.lost[env] ?? 0
  outputs.measures[at + 6] = episodes.invalid[env] ?? 0
}
