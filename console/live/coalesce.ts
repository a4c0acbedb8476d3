/** Gathers names and hands them on together, at once for the first and then at most every `everyMs`. */
export type Coalescer = { add(names: Iterable<string>): void; close(): void }

export type Timers = {
  now(): number
  after(ms: number, run: () => void): unknown
  cancel(timer: unknown): void
}

const realTimers: Timers = {
  now: () => performance.now(),
  after: (ms, run) => setTimeout(run, ms),
  cancel: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
}

export function coalesce(
  everyMs: number,
  flush: (names: ReadonlySet<string>) => void,
  timers: Timers = realTimers,
): Coalescer {
  let waiting = new Set<string>()
  let timer: unknown
  let flushedAt = -Infinity
  const run = () => {
    timer = undefined
    flushedAt = timers.now()
    const names = waiting
    waiting = new Set()
    if (names.size > 0) flush(names)
  }
  return {
    add(names) {
      for (const name of names) waiting.add(name)
      if (timer !== undefined || waiting.size === 0) return
      timer = timers.after(Math.max(0, flushedAt + everyMs - timers.now()), run)
    },
    close() {
      if (timer !== undefined) timers.cancel(timer)
      timer = undefined
      waiting.clear()
    },
  }
}
