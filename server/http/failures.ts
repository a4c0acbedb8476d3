/** Counts what fails per key in fixed windows of a minute, in bounded memory. */
export type Failures = {
  note(key: string): void
  /** whether the key has failed too often in this window */
  tooMany(key: string): boolean
}

const windowMs = 60_000
const keysMax = 10_000

export function failuresCount(max: number, nowMs: () => number = Date.now): Failures {
  let counts = new Map<string, number>()
  let windowStartMs = nowMs()

  function turn(): void {
    if (nowMs() - windowStartMs < windowMs) return
    windowStartMs = nowMs()
    counts = new Map()
  }

  return {
    note(key) {
      turn()
      // The longest quiet one goes: whoever still fails was moved to the end a moment ago.
      const oldest = counts.size >= keysMax && !counts.has(key) ? counts.keys().next().value : undefined
      if (oldest !== undefined) counts.delete(oldest)
      const count = (counts.get(key) ?? 0) + 1
      counts.delete(key)
      counts.set(key, count)
    },
    tooMany(key) {
      turn()
      return (counts.get(key) ?? 0) >= max
    },
  }
}
