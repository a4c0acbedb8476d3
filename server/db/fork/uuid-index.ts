/** Where each of some UUIDs stands: a table by their raw bytes, for a hundred thousand look-ups that make no string. */

export type UuidIndex = {
  /** The number that an id was given in `add`, or -1. `at` is where its 16 bytes begin. */
  find(bytes: Uint8Array, at: number): number
}

/** `ids` holds 16 bytes for each; the one at byte 16 n has the number n. */
export function uuidIndexCreate(ids: Uint8Array): UuidIndex {
  const count = ids.length / 16
  let size = 16
  while (size < count * 2) size *= 2
  const mask = size - 1
  const slots = new Int32Array(size).fill(-1)
  for (let number = 0; number < count; number += 1) {
    let slot = hash(ids, number * 16) & mask
    while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask
    slots[slot] = number
  }
  return {
    find(bytes, at) {
      for (let slot = hash(bytes, at) & mask; ; slot = (slot + 1) & mask) {
        const number = slots[slot] ?? -1
        if (number < 0 || same(ids, number * 16, bytes, at)) return number
      }
    },
  }
}

/** The last four bytes of an id are chance. */
function hash(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at + 12] ?? 0) << 24) |
    ((bytes[at + 13] ?? 0) << 16) |
    ((bytes[at + 14] ?? 0) << 8) |
    (bytes[at + 15] ?? 0)
  )
}

function same(a: Uint8Array, atA: number, b: Uint8Array, atB: number): boolean {
  // From the end, where ids that were made together differ.
  for (let byte = 15; byte >= 0; byte -= 1) if (a[atA + byte] !== b[atB + byte]) return false
  return true
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const dashBefore = new Set([4, 6, 8, 10])

export function uuidText(bytes: Uint8Array, at: number): string {
  let text = ''
  for (let byte = 0; byte < 16; byte += 1) {
    if (dashBefore.has(byte)) text += '-'
    text += hex[bytes[at + byte] ?? 0]
  }
  return text
}

/** The text of an id; the same string again when the same id comes again at once. */
export type UuidTexts = (bytes: Uint8Array, at: number) => string

export function uuidTextsCreate(): UuidTexts {
  const last = new Uint8Array(16)
  let text = ''
  return (bytes, at) => {
    if (text !== '' && same(last, 0, bytes, at)) return text
    for (let byte = 0; byte < 16; byte += 1) last[byte] = bytes[at + byte] ?? 0
    text = uuidText(last, 0)
    return text
  }
}

export function uuidBytes(text: string): Uint8Array {
  const digits = text.replaceAll('-', '')
  return Uint8Array.from({ length: 16 }, (_, byte) =>
    Number.parseInt(digits.slice(byte * 2, byte * 2 + 2), 16),
  )
}
