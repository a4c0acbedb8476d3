import { type Outputs, type Spaces, maskStrideOf } from './model.ts'

/** Bytes of the outputs of `count` environments. */
export function outputBytes({ observation, measures, action }: Spaces, count: number): number {
  const flags = 2 * flagBytes(count)
  return count * (4 * (observation.length + 1 + measures.length) + maskStrideOf(action.count)) + flags
}

/** `prefixBytes`, in whole words, are left free before them: for whoever sends them with a header. */
export function outputsCreate(spaces: Spaces, count: number, prefixBytes = 0): Outputs {
  const observationLength = spaces.observation.length
  const measureCount = spaces.measures.length
  const maskStride = maskStrideOf(spaces.action.count)
  const buffer = new ArrayBuffer(prefixBytes + outputBytes(spaces, count))
  let at = prefixBytes
  const next = (bytes: number): number => {
    const start = at
    at += bytes
    return start
  }
  const floats = (length: number) => new Float32Array(buffer, next(4 * length), length)
  const observations = floats(count * observationLength)
  const rewards = floats(count)
  const measures = floats(count * measureCount)
  const terminated = new Uint8Array(buffer, next(flagBytes(count)), count)
  const truncated = new Uint8Array(buffer, next(flagBytes(count)), count)
  const masksAt = next(count * maskStride)
  return {
    count,
    observationLength,
    maskStride,
    measureCount,
    buffer,
    observations,
    rewards,
    measures,
    terminated,
    truncated,
    masks: new Uint8Array(buffer, masksAt, count * maskStride),
    maskWords: new Int32Array(buffer, masksAt, (count * maskStride) / 4),
  }
}

/** Flags are padded to whole words, so that what follows them is aligned. */
function flagBytes(count: number): number {
  return Math.ceil(count / 4) * 4
}
