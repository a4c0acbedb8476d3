/**
 * Where the table of core/twin/go-random-table.ts comes from: the state of Go's generator 7.8e12 outputs after a plain
 * seeding. The outputs obey s[n] = s[n - 607] + s[n - 273] mod 2^64, so that s[n + N] is a combination of s[n] to
 * s[n + 606] with the coefficients of z^N modulo z^607 - z^334 - 1: forty-odd squarings instead of trillions of steps.
 * Used by the test that recomputes the table, and by whoever wants to see it made.
 */
import { goLehmer, goLength } from './go-random.ts'

const jump = 7_800_000_000_000
const middle = 334

/** Numbers of 64 bits as halves. */
export type Words = { high: Uint32Array; low: Uint32Array }

export function goTableCompute(): Words {
  const sequence = sequenceSeeded()
  const power = powerOfZ(jump)
  const table = words(goLength)
  for (let term = 0; term < goLength; term += 1) {
    const at = indexOf(jump + term - goLength + 1)
    for (let i = 0; i < goLength; i += 1) multiplyAdd(table, at, power, i, sequence, term + i)
  }
  return table
}

/** Terms -606 to 606 of the sequence; the first 607 are the array as it is filled with seed 1. */
function sequenceSeeded(): Words {
  const next = goLehmer(1)
  const filled = words(goLength)
  for (let at = 0; at < goLength; at += 1) {
    const a = next()
    const b = next()
    const c = next()
    // (a << 20) xor (b << 10) xor c, in halves.
    filled.high[at] = (a >>> 12) ^ (b >>> 22)
    filled.low[at] = (a << 20) ^ (b << 10) ^ c
  }
  const sequence = words(2 * goLength - 1)
  for (let term = 0; term < sequence.low.length; term += 1) {
    if (term < goLength) {
      add(sequence, term, filled, indexOf(term - goLength + 1))
    } else {
      add(sequence, term, sequence, term - goLength)
      add(sequence, term, sequence, term - (goLength - middle))
    }
  }
  return sequence
}

/** Where in the generator's array a term of the sequence stands. */
function indexOf(term: number): number {
  return (((middle - term) % goLength) + goLength) % goLength
}

function powerOfZ(exponent: number): Words {
  let power = words(goLength)
  power.low[0] = 1
  for (const bit of exponent.toString(2)) {
    power = squared(power)
    if (bit === '1') power = timesZ(power)
  }
  return power
}

function squared(power: Words): Words {
  const product = words(2 * goLength - 1)
  for (let i = 0; i < goLength; i += 1) {
    for (let j = 0; j < goLength; j += 1) multiplyAdd(product, i + j, power, i, power, j)
  }
  // z^n = z^(n - 273) + z^(n - 607), from the highest power down.
  for (let n = 2 * goLength - 2; n >= goLength; n -= 1) {
    add(product, n - (goLength - middle), product, n)
    add(product, n - goLength, product, n)
  }
  return { high: product.high.slice(0, goLength), low: product.low.slice(0, goLength) }
}

function timesZ(power: Words): Words {
  const shifted = words(goLength)
  shifted.high.set(power.high.subarray(0, goLength - 1), 1)
  shifted.low.set(power.low.subarray(0, goLength - 1), 1)
  add(shifted, 0, power, goLength - 1)
  add(shifted, middle, power, goLength - 1)
  return shifted
}

function words(length: number): Words {
  return { high: new Uint32Array(length), low: new Uint32Array(length) }
}

function add(to: Words, at: number, from: Words, index: number): void {
  const sum = (to.low[at] ?? 0) + (from.low[index] ?? 0)
  to.low[at] = sum
  to.high[at] = (to.high[at] ?? 0) + (from.high[index] ?? 0) + (sum >= 2 ** 32 ? 1 : 0)
}

/** to[at] += a[i] * b[j] mod 2^64. The low halves are multiplied by parts of 16 bits, whose products are exact. */
function multiplyAdd(to: Words, at: number, a: Words, i: number, b: Words, j: number): void {
  const aLow = a.low[i] ?? 0
  const bLow = b.low[j] ?? 0
  const a0 = aLow & 0xffff
  const a1 = aLow >>> 16
  const b0 = bLow & 0xffff
  const b1 = bLow >>> 16
  const lower = a0 * b0
  const cross = a1 * b0 + a0 * b1 + Math.floor(lower / 2 ** 16)
  const high = a1 * b1 + Math.floor(cross / 2 ** 16)
  const low = ((cross & 0xffff) << 16) | (lower & 0xffff)
  const sum = (to.low[at] ?? 0) + (low >>> 0)
  to.low[at] = sum
  to.high[at] =
    (to.high[at] ?? 0) +
    (high | 0) +
    (Math.imul(a.high[i] ?? 0, bLow) >>> 0) +
    (Math.imul(aLow, b.high[j] ?? 0) >>> 0) +
    (sum >= 2 ** 32 ? 1 : 0)
}
