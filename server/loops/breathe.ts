/**
 * Long work over many rows, in pieces between which the event loop serves others. `each` gets every item; after
 * `pieceSize` items everything that waits has its turn.
 */
export async function eachBreathing<T>(
  items: Iterable<T>,
  pieceSize: number,
  each: (item: T) => void,
): Promise<void> {
  let left = pieceSize
  for (const item of items) {
    each(item)
    left -= 1
    if (left > 0) continue
    left = pieceSize
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The items in pieces of at most that size. */
export function* pieces<T>(items: readonly T[], pieceSize: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += pieceSize) yield items.slice(start, start + pieceSize)
}

/** Runs `each` over the items, at most `width` at a time; ends early, without an error, when the signal is aborted. */
export async function eachConcurrent<T>(
  items: Iterable<T>,
  width: number,
  signal: AbortSignal,
  each: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  async function lane(): Promise<void> {
    for (let next = iterator.next(); !next.done && !signal.aborted; next = iterator.next())
      await each(next.value)
  }
  await Promise.all(Array.from({ length: width }, lane))
}
