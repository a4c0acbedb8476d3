/** Gathers what ends at about the same time, so that it is recorded in one transaction. */
export type Collector<T> = {
  add(item: T): void
  /** Resolves when everything added has been handled; rejects with the first failure. */
  drain(): Promise<void>
}

/** `handle` gets up to `sizeMax` items, one call at a time, at most `waitMs` after the first of them came. */
export function collector<T>(
  sizeMax: number,
  waitMs: number,
  handle: (items: T[]) => Promise<void>,
): Collector<T> {
  const waiting: T[] = []
  let timer: NodeJS.Timeout | null = null
  let handling: Promise<void> = Promise.resolve()
  let failure: { error: unknown } | null = null

  function flush(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    handling = handling.then(async () => {
      const items = waiting.splice(0, sizeMax)
      if (items.length === 0) return
      try {
        await handle(items)
      } catch (error) {
        failure ??= { error }
      }
    })
  }

  return {
    add(item) {
      waiting.push(item)
      if (waiting.length >= sizeMax) flush()
      else timer ??= setTimeout(flush, waitMs)
    },
    async drain() {
      do {
        flush()
        await handling
      } while (waiting.length > 0)
      if (failure !== null) throw failure.error
    },
  }
}
