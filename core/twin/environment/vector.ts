/** Many environments of one kind, stepped in one call. Outputs are written in place and hold until the next call. */
import { OrreryError } from '@orrery/api/errors.ts'
import { type RandomStream, randomStream, randomUint32 } from '../../random.ts'
import type { Outputs, Rules } from './model.ts'

/**
 * What a step does to an environment whose episode has ended: `next-step` begins a new one and takes no action, as
 * Gymnasium's vector environments do; `disabled` refuses the whole step.
 */
export const autoresets = ['next-step', 'disabled'] as const
export type Autoreset = (typeof autoresets)[number]

export type EnvironmentVector = {
  rules: Rules
  outputs: Outputs
  autoreset: Autoreset
  /** 0: never begun, 1: under way, 2: ended */
  phases: Uint8Array
  /** where the seeds of later episodes come from */
  streams: RandomStream[]
}

export function vectorOf(rules: Rules, outputs: Outputs, autoreset: Autoreset): EnvironmentVector {
  const streams = Array.from({ length: outputs.count }, (_, env) => randomStream(env, 'episodes'))
  return { rules, outputs, autoreset, phases: new Uint8Array(outputs.count), streams }
}

/** Begins a new episode. Without a seed it is the next of the environment's own, which its last seed decides. */
export function environmentReset(vector: EnvironmentVector, env: number, seed?: number): void {
  const { outputs, rules, phases, streams } = vector
  if (!(env >= 0 && env < outputs.count)) throw new OrreryError('invalid', `there is no environment ${env}`)
  if (seed !== undefined) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new OrreryError('invalid', `a seed is a whole number from 0 to 2^53 - 1, not ${seed}`)
    }
    streams[env] = randomStream(seed, 'episodes')
  }
  const stream = streams[env]
  if (stream === undefined) throw new Error(`environment ${env} has no stream`)
  outputs.rewards[env] = 0
  outputs.terminated[env] = 0
  outputs.truncated[env] = 0
  outputs.measures.fill(0, env * outputs.measureCount, (env + 1) * outputs.measureCount)
  rules.begin(env, seed ?? randomUint32(stream))
  phases[env] = 1
}

/** One action for each environment. Nothing is stepped when any of them cannot be. */
export function vectorStep(vector: EnvironmentVector, actions: Int32Array): void {
  const { rules, outputs, phases, autoreset } = vector
  const { count, terminated, truncated } = outputs
  if (actions.length !== count) {
    throw new OrreryError(
      'invalid',
      `a step takes ${count} actions, one for each environment, not ${actions.length}`,
    )
  }
  phasesCheck(phases, autoreset)
  for (let env = 0; env < count; env += 1) {
    if (phases[env] === 1) {
      rules.act(env, actions[env] ?? 0)
      if (terminated[env] === 1 || truncated[env] === 1) phases[env] = 2
    } else environmentReset(vector, env)
  }
}

function phasesCheck(phases: Uint8Array, autoreset: Autoreset): void {
  for (let env = 0; env < phases.length; env += 1) {
    if (phases[env] === 1 || (phases[env] === 2 && autoreset === 'next-step')) continue
    const what = phases[env] === 0 ? 'was never reset' : 'has ended its episode'
    throw new OrreryError('conflict', `environment ${env} ${what}: reset it before the next step`)
  }
}
