/**
 * Numbers by a key of 64 bits, in open addressing: looked up hundreds of thousands of times in a run. Keys are hashes
 * themselves; that two of the few thousand situations of a run share one is as likely as a fault of the machine.
 */
export type Memo = {
  count: number
  /** a power of two long; a low word of 0 is a free slot */
  low: Int32Array
  high: Int32Array
  value: Float64Array
}

export function memoCreate(length = 4096): Memo {
  return {
    count: 0,
    low: new Int32Array(length),
    high: new Int32Array(length),
    value: new Float64Array(length),
  }
}

/** NaN: nothing is there. */
export function memoGet({ low, high, value }: Memo, keyLow: number, keyHigh: number): number {
  const mask = low.length - 1
  const wanted = spread(keyLow)
  for (let at = wanted & mask; ; at = (at + 1) & mask) {
    const here = low[at] ?? 0
    if (here === 0) return Number.NaN
    if (here === wanted && high[at] === keyHigh) return value[at] ?? Number.NaN
  }
}

/** The key must not be there yet. */
export function memoAdd(memo: Memo, keyLow: number, keyHigh: number, value: number): void {
  if (memo.count * 2 >= memo.low.length) grow(memo)
  put(memo, spread(keyLow), keyHigh, value)
  memo.count += 1
}

function put({ low, high, value }: Memo, wanted: number, keyHigh: number, added: number): void {
  const mask = low.length - 1
  let at = wanted & mask
  while (low[at] !== 0) at = (at + 1) & mask
  low[at] = wanted
  high[at] = keyHigh
  value[at] = added
}

function grow(memo: Memo): void {
  const before = { ...memo }
  Object.assign(memo, { ...memoCreate(2 * before.low.length), count: before.count })
  before.low.forEach((low, at) => {
    if (low !== 0) put(memo, low, before.high[at] ?? 0, before.value[at] ?? 0)
  })
}

/** Sums of random words are random themselves, but for the smallest of them. One to one, and never 0. */
function spread(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x45d9f3b)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  mixed ^= mixed >>> 13
  return mixed === 0 ? 1 : mixed
}
