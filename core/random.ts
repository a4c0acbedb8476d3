/**
 * Seeded random streams. A stream is plain data, so that it is copied with the state it drives.
 *
 * The generator is sfc32 of the PractRand test suite (Chris Doty-Humphrey, https://pracrand.sourceforge.net); its state
 * is filled by splitmix32 from a hash of the seed and the labels, so that streams with different labels are unrelated
 * and adding one does not move another. It is not for secrets.
 */

/** Four words of state. */
export type RandomStream = { state: Uint32Array }
export type RandomLabel = string | number

/** The stream of a seed and a path of labels: `randomStream(42, 'arrivals', 'edge-1')`. */
export function randomStream(seed: number, ...labels: RandomLabel[]): RandomStream {
  const state = new Uint32Array(4)
  fill(state, seed, labels)
  // sfc32 mixes a fresh state well after twelve steps, by its author's own seeding.
  for (let step = 0; step < 12; step += 1) advance(state)
  return { state }
}

export function randomCopy(stream: RandomStream): RandomStream {
  return { state: stream.state.slice() }
}

/** One number in [0, 1) that depends on nothing but the seed and the labels. */
export function randomAt(seed: number, ...labels: RandomLabel[]): number {
  fill(scratch, seed, labels)
  return fraction(scratch[0] ?? 0, scratch[1] ?? 0)
}

/** 32 random bits. */
export function randomUint32({ state }: RandomStream): number {
  return advance(state)
}

/** A number in [0, 1) with 53 random bits. */
export function randomFloat({ state }: RandomStream): number {
  const high = advance(state)
  return fraction(high, advance(state))
}

/** An integer from 0 to `count` - 1, each as likely (Lemire's method with rejection). */
export function randomBelow({ state }: RandomStream, count: number): number {
  if (!Number.isInteger(count) || count < 1 || count > 2 ** 32) {
    throw new RangeError(`randomBelow needs an integer from 1 to 2^32, not ${count}`)
  }
  const reject = 2 ** 32 % count
  for (;;) {
    const word = advance(state)
    if (word >= reject) return word % count
  }
}

export function randomPick<T>(stream: RandomStream, items: readonly T[]): T {
  // randomBelow refuses an empty list, so there is an item at the index.
  return items[randomBelow(stream, items.length)] as T
}

/** Fisher-Yates, in place. */
export function randomShuffle<T>(stream: RandomStream, items: T[]): T[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = randomBelow(stream, last + 1)
    const held = items[last] as T // both indexes are within the list
    items[last] = items[other] as T
    items[other] = held
  }
  return items
}

/** The wait for an event that happens on average once in `mean`. */
export function randomExponential(stream: RandomStream, mean: number): number {
  return -mean * Math.log1p(-randomFloat(stream))
}

/** Box and Muller's method; the second value is not kept, so that the state alone says what comes next. */
export function randomNormal(stream: RandomStream, mean: number, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log1p(-randomFloat(stream)))
  return mean + deviation * radius * Math.cos(2 * Math.PI * randomFloat(stream))
}

/** Gamma with scale 1, by Marsaglia and Tsang (2000). `shape` is above zero. */
export function randomGamma(stream: RandomStream, shape: number): number {
  if (!(shape > 0)) throw new RangeError(`a gamma draw needs a shape above zero, not ${shape}`)
  if (shape < 1) return randomGamma(stream, shape + 1) * (1 - randomFloat(stream)) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = randomNormal(stream, 0, 1)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log1p(-randomFloat(stream)) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/** Beta in [0, 1], as a ratio of gammas. */
export function randomBeta(stream: RandomStream, a: number, b: number): number {
  const x = randomGamma(stream, a)
  const y = randomGamma(stream, b)
  // Both can underflow to zero for tiny shapes; the mean is then as good an answer as any.
  return x + y === 0 ? a / (a + b) : x / (x + y)
}

const scratch = new Uint32Array(4)

function fraction(high: number, low: number): number {
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53
}

function advance(state: Uint32Array): number {
  const a = state[0] ?? 0
  const b = state[1] ?? 0
  const c = state[2] ?? 0
  const counter = state[3] ?? 0
  const output = (a + b + counter) >>> 0
  state[3] = counter + 1
  state[0] = b ^ (b >>> 9)
  state[1] = c + (c << 3)
  state[2] = ((c << 21) | (c >>> 11)) + output
  return output
}

function fill(state: Uint32Array, seed: number, labels: readonly RandomLabel[]): void {
  let hash = mix((seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32) | 0, 0x85ebca6b))
  for (const label of labels) {
    const text = typeof label === 'number' ? `#${label}` : `$${label}`
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
    hash = mix(hash ^ text.length)
  }
  for (let word = 0; word < state.length; word += 1) {
    hash = (hash + 0x9e3779b9) | 0
    state[word] = mix(hash)
  }
}

/** The finaliser of splitmix32: every bit of the input moves every bit of the output. */
function mix(word: number): number {
  let z = word
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
  return z ^ (z >>> 15)
}
