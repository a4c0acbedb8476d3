/**
 * The scale environment: a pool of like workloads for a demand that follows the day, with bursts and noise. One is added
 * or taken away per step; one that was added serves after a while, and one that still warms up is the first to go.
 */
import { type RandomStream, randomFloat, randomNormal, randomStream } from '../../../random.ts'
import type { Outputs, Rules, Spaces } from '../model.ts'
import type { ScaleConfig } from './config.ts'
import { poolFeatures, scaleActions } from './spaces.ts'

export type ScaleState = {
  config: ScaleConfig
  outputs: Outputs
  streams: RandomStream[]
  /** one entry per environment */
  step: Int32Array
  size: Int32Array
  warming: Int32Array
  changed: Int32Array
  invalid: Int32Array
  phase: Float64Array
  burst: Float64Array
  demand: Float64Array
  demandSum: Float64Array
  servedSum: Float64Array
  idleSum: Float64Array
  /** a ring of `warmTicks + 1` per environment: how many begin to serve at a tick */
  ring: Int32Array
}

export function scaleRules(config: ScaleConfig, spaces: Spaces, outputs: Outputs): Rules {
  const state = scaleState(config, outputs)
  return {
    spaces,
    begin: (env, seed) => scaleBegin(state, env, seed),
    act: (env, action) => scaleAct(state, env, action),
  }
}

export function scaleState(config: ScaleConfig, outputs: Outputs): ScaleState {
  const { count } = outputs
  const integers = (each = 1) => new Int32Array(count * each)
  const numbers = () => new Float64Array(count)
  return {
    config,
    outputs,
    streams: Array.from({ length: count }, () => randomStream(0)),
    step: integers(),
    size: integers(),
    warming: integers(),
    changed: integers(),
    invalid: integers(),
    phase: numbers(),
    burst: numbers(),
    demand: numbers(),
    demandSum: numbers(),
    servedSum: numbers(),
    idleSum: numbers(),
    ring: integers(config.warmTicks + 1),
  }
}

export function scaleBytes({ warmTicks }: ScaleConfig): number {
  return 4 * (warmTicks + 1) + 200
}

export function scaleBegin(state: ScaleState, env: number, seed: number): void {
  const { config } = state
  const stream = randomStream(seed, 'scale')
  state.streams[env] = stream
  for (const column of [state.step, state.warming, state.changed, state.invalid]) column[env] = 0
  for (const column of [state.burst, state.demandSum, state.servedSum, state.idleSum]) column[env] = 0
  state.ring.fill(0, env * (config.warmTicks + 1), (env + 1) * (config.warmTicks + 1))
  state.phase[env] = randomFloat(stream)
  demandDraw(state, env)
  const wanted = Math.ceil(state.demand[env] ?? 0)
  state.size[env] = Math.min(config.sizeMost, Math.max(config.sizeLeast, wanted))
  poolWrite(state, env, 0, 0)
}

export function scaleAct(state: ScaleState, env: number, action: number): void {
  const { config, outputs } = state
  const { rewards } = config
  const valid = action >= 0 && action <= 2 && outputs.masks[env * outputs.maskStride + action] === 1
  let reward = 0
  if (!valid) {
    reward += rewards.invalid
    state.invalid[env] = (state.invalid[env] ?? 0) + 1
  } else if (action !== scaleActions.stay) {
    resize(state, env, action === scaleActions.up)
    reward += rewards.changed
  }
  const before = state.demand[env] ?? 0
  const step = (state.step[env] ?? 0) + 1
  state.step[env] = step
  warmedUp(state, env, step)
  demandDraw(state, env)
  const demand = state.demand[env] ?? 0
  const serving = (state.size[env] ?? 0) - (state.warming[env] ?? 0)
  const served = Math.min(demand, serving)
  const unserved = demand > 0 ? 1 - served / demand : 0
  const idle = (serving - served) / config.sizeMost
  reward += rewards.served * (1 - unserved) + rewards.unserved * unserved + rewards.idle * idle
  state.demandSum[env] = (state.demandSum[env] ?? 0) + demand
  state.servedSum[env] = (state.servedSum[env] ?? 0) + served
  state.idleSum[env] = (state.idleSum[env] ?? 0) + idle
  outputs.rewards[env] = reward
  poolWrite(state, env, demand - before, unserved)
  const missed = ((state.demandSum[env] ?? 0) - (state.servedSum[env] ?? 0)) / config.demandMean
  if (config.unservedMost > 0 && missed >= config.unservedMost) outputs.terminated[env] = 1
  if (step >= config.stepsMost) outputs.truncated[env] = 1
  if (outputs.truncated[env] === 1 || outputs.terminated[env] === 1) measuresWrite(state, env)
}

function resize(state: ScaleState, env: number, up: boolean): void {
  const { config, ring } = state
  state.changed[env] = (state.changed[env] ?? 0) + 1
  state.size[env] = (state.size[env] ?? 0) + (up ? 1 : -1)
  const span = config.warmTicks + 1
  const now = state.step[env] ?? 0
  if (up) {
    if (config.warmTicks === 0) return
    // It serves `warmTicks` ticks after the coming one; the place of the present tick is free again.
    const at = env * span + (now % span)
    ring[at] = (ring[at] ?? 0) + 1
    state.warming[env] = (state.warming[env] ?? 0) + 1
    return
  }
  // The one that was added last is the furthest from being of use.
  for (let back = span; back >= 1 && (state.warming[env] ?? 0) > 0; back -= 1) {
    const at = env * span + ((now + back) % span)
    if ((ring[at] ?? 0) === 0) continue
    ring[at] = (ring[at] ?? 0) - 1
    state.warming[env] = (state.warming[env] ?? 0) - 1
    return
  }
}

function warmedUp(state: ScaleState, env: number, tick: number): void {
  const span = state.config.warmTicks + 1
  const at = env * span + (tick % span)
  state.warming[env] = (state.warming[env] ?? 0) - (state.ring[at] ?? 0)
  state.ring[at] = 0
}

function demandDraw(state: ScaleState, env: number): void {
  const { config } = state
  const stream = state.streams[env]
  if (stream === undefined) throw new Error(`environment ${env} has no stream`)
  const day = config.demandSwing * Math.sin(2 * Math.PI * dayShare(state, env))
  let burst = (state.burst[env] ?? 0) * config.burstKept
  if (randomFloat(stream) < config.burstChance) burst += config.burstHeight
  state.burst[env] = burst
  const noise = config.noise === 0 ? 0 : randomNormal(stream, 0, config.noise)
  state.demand[env] = Math.max(0, config.demandMean * (1 + day + burst + noise))
}

function dayShare({ config, phase, step }: ScaleState, env: number): number {
  return (phase[env] ?? 0) + (step[env] ?? 0) / config.dayTicks
}

function poolWrite(state: ScaleState, env: number, change: number, unserved: number): void {
  const { config, outputs, size, warming, demand } = state
  const { sizeMost, sizeLeast } = config
  const to = env * poolFeatures.length
  const within = (value: number) => Math.min(1, Math.max(-1, value))
  const values = outputs.observations
  values[to] = (size[env] ?? 0) / sizeMost
  values[to + 1] = (warming[env] ?? 0) / sizeMost
  values[to + 2] = within((demand[env] ?? 0) / sizeMost)
  values[to + 3] = within(change / sizeMost)
  values[to + 4] = unserved
  values[to + 5] = Math.sin(2 * Math.PI * dayShare(state, env))
  values[to + 6] = Math.cos(2 * Math.PI * dayShare(state, env))
  const mask = env * outputs.maskStride
  outputs.masks[mask] = (size[env] ?? 0) > sizeLeast ? 1 : 0
  outputs.masks[mask + 1] = 1
  outputs.masks[mask + 2] = (size[env] ?? 0) < sizeMost ? 1 : 0
}

function measuresWrite(state: ScaleState, env: number): void {
  const { outputs } = state
  const to = env * outputs.measureCount
  const demand = state.demandSum[env] ?? 0
  outputs.measures[to] = demand > 0 ? (state.servedSum[env] ?? 0) / demand : 1
  outputs.measures[to + 1] = (state.idleSum[env] ?? 0) / Math.max(1, state.step[env] ?? 1)
  outputs.measures[to + 2] = state.changed[env] ?? 0
  outputs.measures[to + 3] = state.invalid[env] ?? 0
}
