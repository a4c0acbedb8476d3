/**
 * The explicitly seeded random stream of Go's math/rand (versions 1.0 to at least 1.20): experiments that were
 * published with programs in Go can be repeated draw for draw. It is an additive lagged generator on 607 words of 64
 * bits, lags 607 and 273, kept here as two halves of 32. For anything of our own there is core/random.ts.
 */
import { goTable } from './go-random-table.ts'

export const goLength = 607
const goLag = 273
const lehmerModulus = 2 ** 31 - 1
const boundMax = 2 ** 20

export type GoStream = { high: Uint32Array; low: Uint32Array; tap: number; feed: number }

export function goStream(seed: number): GoStream {
  const high = new Uint32Array(goLength)
  const low = new Uint32Array(goLength)
  const table = goTable()
  const next = goLehmer(seed)
  for (let at = 0; at < goLength; at += 1) {
    const a = next()
    const b = next()
    const c = next()
    // (a << 40) xor (b << 20) xor c xor the table's word, in halves.
    high[at] = (a << 8) ^ (b >>> 12) ^ (table.high[at] ?? 0)
    low[at] = (b << 20) ^ c ^ (table.low[at] ?? 0)
  }
  return { high, low, tap: 0, feed: goLength - goLag }
}

/** The generator that fills the words: 48271 x mod 2^31 - 1, its first twenty steps left out. */
export function goLehmer(seed: number): () => number {
  let x = ((seed % lehmerModulus) + lehmerModulus) % lehmerModulus
  if (x === 0) x = 89_482_311
  const next = () => (x = (48_271 * x) % lehmerModulus)
  for (let step = 0; step < 20; step += 1) next()
  return next
}

/** Leaves out one output. */
export function goSkip(stream: GoStream): void {
  advance(stream)
}

/** 32 random bits: the output's highest but one. */
export function goUint32(stream: GoStream): number {
  const at = advance(stream)
  return (((stream.high[at] ?? 0) << 1) | ((stream.low[at] ?? 0) >>> 31)) >>> 0
}

/** `rand.Intn` for counts up to 2^31 - 1. */
export function goIntn(stream: GoStream, count: number): number {
  if ((count & (count - 1)) === 0) return int31(stream) & (count - 1)
  const max = 2 ** 31 - 1 - (2 ** 31 % count)
  let draw = int31(stream)
  while (draw > max) draw = int31(stream)
  return draw % count
}

/** `rand.Shuffle` of a list, in place: Fisher-Yates from the end, by another bounded draw than Intn's. */
export function goShuffle<T>(stream: GoStream, items: T[]): T[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = bounded(stream, last + 1)
    const held = items[last] as T // both indexes are within the list
    items[last] = items[other] as T
    items[other] = held
  }
  return items
}

/** `rand.Perm`. */
export function goPermutation(stream: GoStream, count: number): Int32Array {
  const order = new Int32Array(count)
  for (let at = 0; at < count; at += 1) {
    const other = goIntn(stream, at + 1)
    order[at] = order[other] ?? 0
    order[other] = at
  }
  return order
}

function int31(stream: GoStream): number {
  return (stream.high[advance(stream)] ?? 0) & 0x7fffffff
}

function bounded(stream: GoStream, count: number): number {
  // Above this the product would not be exact in a double.
  if (count > boundMax) throw new RangeError(`goShuffle takes at most ${boundMax} items, not ${count}`)
  let product = goUint32(stream) * count
  let low = product % 2 ** 32
  if (low < count) {
    const reject = (2 ** 32 - count) % count
    while (low < reject) {
      product = goUint32(stream) * count
      low = product % 2 ** 32
    }
  }
  return Math.floor(product / 2 ** 32)
}

/** Makes one output and gives the index it stands at. */
function advance(stream: GoStream): number {
  const { high, low } = stream
  const tap = stream.tap === 0 ? goLength - 1 : stream.tap - 1
  const feed = stream.feed === 0 ? goLength - 1 : stream.feed - 1
  stream.tap = tap
  stream.feed = feed
  const sum = (low[feed] ?? 0) + (low[tap] ?? 0)
  low[feed] = sum
  high[feed] = (high[feed] ?? 0) + (high[tap] ?? 0) + (sum >= 2 ** 32 ? 1 : 0)
  return feed
}
