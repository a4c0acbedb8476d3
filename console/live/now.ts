/** One clock for all relative times of a page. */
import { useSyncExternalStore } from 'react'

function clockOf(everyMs: number) {
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const listeners = new Set<() => void>()
  return {
    subscribe(listener: () => void) {
      listeners.add(listener)
      if (listeners.size === 1) {
        now = Date.now()
        timer = setInterval(() => {
          now = Date.now()
          for (const each of listeners) each()
        }, everyMs)
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) clearInterval(timer)
      }
    },
    snapshot: () => now,
  }
}

const secondClock = clockOf(1000)

/** Milliseconds since 1970, renewed every second. */
export function useNow(): number {
  return useSyncExternalStore(secondClock.subscribe, secondClock.snapshot)
}
