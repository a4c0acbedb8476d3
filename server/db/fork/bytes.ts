/** Bytes of a number that is not known before they come. */
export type Bytes = {
  add(from: Uint8Array, at: number, count: number): void
  /** What was added so far; what is added later is not in it. */
  all(): Uint8Array
}

export function bytesCreate(room: number): Bytes {
  let bytes = new Uint8Array(room)
  let length = 0
  return {
    add(from, at, count) {
      if (length + count > bytes.length) {
        const wider = new Uint8Array(Math.max(bytes.length * 2, length + count))
        wider.set(bytes)
        bytes = wider
      }
      for (let index = 0; index < count; index += 1) bytes[length + index] = from[at + index] ?? 0
      length += count
    },
    all: () => bytes.subarray(0, length),
  }
}
