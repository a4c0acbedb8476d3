/**
 * The rebalance environment: a few migrations are offered, each with room where it goes; the agent picks one or none. After
 * it some workloads leave and others come to random nodes, which is what there is to mend.
 */
import { randomBelow, randomShuffle, randomStream } from '../../../random.ts'
import { clusterFill } from '../cluster.ts'
import { type AliasTable, aliasDraw } from '../draw.ts'
import type { Outputs, Rules, Spaces } from '../model.ts'
import { roomGive, roomTake } from '../room.ts'
import type { RebalanceConfig } from './config.ts'
import { candidatesOffer, nodeDraw } from './offer.ts'
import { type RebalanceState, rebalanceState, usedShare } from './state.ts'

export function rebalanceRules(config: RebalanceConfig, spaces: Spaces, outputs: Outputs): Rules {
  const state = rebalanceState(config, outputs)
  return {
    spaces,
    begin: (env, seed) => rebalanceBegin(state, env, seed),
    act: (env, action) => rebalanceAct(state, env, action),
  }
}

export function rebalanceBegin(state: RebalanceState, env: number, seed: number): void {
  const { episodes, cluster, config, total } = state
  const stream = randomStream(seed, 'rebalance')
  state.streams[env] = stream
  clusterFill(cluster, env, randomShuffle(stream, state.shapes.slice()))
  for (const column of Object.values(episodes)) column[env] = 0
  state.held.fill(0, env * config.nodeCount, (env + 1) * config.nodeCount)
  const full = () =>
    (cluster.cpuUsed[env] ?? 0) >= config.fill * total.cpu ||
    (cluster.memoryUsed[env] ?? 0) >= config.fill * total.memory ||
    (cluster.gpuUsed[env] ?? 0) >= config.fill * total.gpu
  // The first for which there is no room says that it is full too.
  while (!full() && arrive(state, env, state.standing));
  episodes.lost[env] = 0
  candidatesOffer(state, env)
}

export function rebalanceAct(state: RebalanceState, env: number, action: number): void {
  const { config, episodes, outputs } = state
  const { rewards, candidates } = config
  const valid = action >= 0 && action <= candidates && outputs.masks[env * outputs.maskStride + action] === 1
  let reward = 0
  if (!valid) {
    reward = rewards.invalid
    episodes.invalid[env] = (episodes.invalid[env] ?? 0) + 1
  } else if (action < candidates) reward = migrate(state, env, env * candidates + action)
  for (let turn = 0; turn < config.churn; turn += 1) {
    leave(state, env)
    arrive(state, env, state.coming)
  }
  outputs.rewards[env] = reward
  const step = (episodes.step[env] ?? 0) + 1
  episodes.step[env] = step
  episodes.emptySum[env] = (episodes.emptySum[env] ?? 0) + config.nodeCount - (episodes.nodesUsed[env] ?? 0)
  candidatesOffer(state, env)
  if (step >= config.stepsMost) outputs.truncated[env] = 1
  if (config.movesMost > 0 && (episodes.moved[env] ?? 0) >= config.movesMost) outputs.terminated[env] = 1
  if (outputs.truncated[env] === 1 || outputs.terminated[env] === 1) measuresWrite(state, env)
}

/** What the migration is worth. */
function migrate(state: RebalanceState, env: number, candidate: number): number {
  const { cluster, config, episodes } = state
  const slot = env * state.slotCount + (state.candidateSlot[candidate] ?? 0)
  const from = state.slotNode[slot] ?? 0
  const to = state.candidateNode[candidate] ?? 0
  const size = state.slotClass[slot] ?? 0
  const source = env * config.nodeCount + from
  const target = env * config.nodeCount + to
  const packing = () => usedShare(state, source) ** 2 + usedShare(state, target) ** 2
  const before = packing()
  const usedBefore = episodes.nodesUsed[env] ?? 0
  roomGive(cluster, env, from, size, state.slotBits[slot] ?? 0)
  heldChange(state, env, from, -1)
  state.slotBits[slot] = roomTake(cluster, env, to, size)
  state.slotNode[slot] = to
  heldChange(state, env, to, 1)
  episodes.moved[env] = (episodes.moved[env] ?? 0) + 1
  const { rewards } = config
  const emptied = usedBefore - (episodes.nodesUsed[env] ?? 0)
  return rewards.packing * (packing() - before) + rewards.emptied * emptied + rewards.moved
}

/** Whether one more came. */
function arrive(state: RebalanceState, env: number, table: AliasTable): boolean {
  const { cluster, episodes, slotCount } = state
  const stream = state.streams[env]
  if (stream === undefined) throw new Error(`environment ${env} has no stream`)
  const size = aliasDraw(table, stream)
  const node = nodeDraw(cluster, env, size, stream)
  if (node < 0) {
    episodes.lost[env] = (episodes.lost[env] ?? 0) + 1
    return false
  }
  const running = episodes.running[env] ?? 0
  const slot = env * slotCount + running
  state.slotBits[slot] = roomTake(cluster, env, node, size)
  state.slotNode[slot] = node
  state.slotClass[slot] = size
  episodes.running[env] = running + 1
  heldChange(state, env, node, 1)
  return true
}

function leave(state: RebalanceState, env: number): void {
  const { cluster, episodes, slotNode, slotClass, slotBits } = state
  const stream = state.streams[env]
  const running = episodes.running[env] ?? 0
  if (running === 0 || stream === undefined) return
  const slot = env * state.slotCount + randomBelow(stream, running)
  const last = env * state.slotCount + running - 1
  const node = slotNode[slot] ?? 0
  roomGive(cluster, env, node, slotClass[slot] ?? 0, slotBits[slot] ?? 0)
  heldChange(state, env, node, -1)
  for (const column of [slotNode, slotClass, slotBits]) column[slot] = column[last] ?? 0
  episodes.running[env] = running - 1
}

function heldChange({ held, episodes, config }: RebalanceState, env: number, node: number, by: 1 | -1): void {
  const at = env * config.nodeCount + node
  const before = held[at] ?? 0
  held[at] = before + by
  if (before === 0 || before + by === 0) episodes.nodesUsed[env] = (episodes.nodesUsed[env] ?? 0) + by
}

function measuresWrite(state: RebalanceState, env: number): void {
  const { episodes, outputs, config } = state
  const { nodeCount } = config
  let packing = 0
  for (let at = env * nodeCount; at < (env + 1) * nodeCount; at += 1) packing += usedShare(state, at) ** 2
  const to = env * outputs.measureCount
  outputs.measures[to] = episodes.moved[env] ?? 0
  outputs.measures[to + 1] = (episodes.emptySum[env] ?? 0) / nodeCount / (episodes.step[env] ?? 1)
  outputs.measures[to + 2] = packing / nodeCount
  outputs.measures[to + 3] = episodes.lost[env] ?? 0
  outputs.measures[to + 4] = episodes.invalid[env] ?? 0
}
