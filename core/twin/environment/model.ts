/**
 * Environments in the sense of Gymnasium (https://gymnasium.farama.org): an agent sees an observation and a mask of the
 * actions that make sense, acts, and is told a reward and whether the episode has ended. What an environment looks like is
 * data, so that a program in any language can read it.
 */

/** A run of the observation. Values lie between `low` and `high`. */
export type SpacePart = {
  name: string
  description: string
  /** index of its first value in the observation */
  offset: number
  /** of one row, or of rows and values each: `[nodes, features]` */
  shape: readonly number[]
  /** of the values in one row, in order */
  names: readonly string[]
  low: number
  high: number
}

export type Spaces = {
  observation: { length: number; parts: readonly SpacePart[] }
  action: { count: number; description: string; /** taken in place of one that is masked */ instead: number }
  /** What a reward is the weighted sum of, in order; the weights are in the config. */
  rewards: readonly { name: string; weight: number; description: string }[]
  /** What an episode came to, written when it ends. */
  measures: readonly { name: string; description: string }[]
  limits: { steps: number; /** when an episode ends before; null: never */ terminated: string | null }
}

/** One row per environment. A mask row has `maskStride` bytes, of which the last are padding to whole words. */
export type Outputs = {
  count: number
  observationLength: number
  maskStride: number
  measureCount: number
  /** all that follows, in this order, without a gap but for padding to whole words: what is sent over a wire */
  buffer: ArrayBuffer
  observations: Float32Array
  rewards: Float32Array
  measures: Float32Array
  terminated: Uint8Array
  truncated: Uint8Array
  masks: Uint8Array
  /** the same bytes, four at a time */
  maskWords: Int32Array
}

/** The rules of one kind of environment over the columns of many. */
export type Rules = {
  spaces: Spaces
  /** Begins an episode: the observation and the mask of `env` are written. */
  begin(env: number, seed: number): void
  /** An action that is masked or out of range counts as `spaces.action.instead` and is told by the reward. */
  act(env: number, action: number): void
}

export function maskStrideOf(actionCount: number): number {
  return Math.ceil(actionCount / 4) * 4
}
