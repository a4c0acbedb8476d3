/**
 * The event stream of this page: one EventSource, a bounded memory of the latest events, and who listens to it.
 * It resumes by itself where it left off (Last-Event-ID); when the browser gives up, it is opened again.
 */
import type { Event as ContinuumEvent } from '@orrery/api/event.ts'

export type FeedState = 'connecting' | 'open' | 'lost'
export type FeedSnapshot = {
  state: FeedState
  /** newest first */ recent: readonly ContinuumEvent[]
  since: number
}
export type Feed = {
  open(): void
  snapshot(): FeedSnapshot
  subscribe(changed: () => void): () => void
  listen(heard: (event: ContinuumEvent) => void): () => void
  close(): void
}

const recentMax = 200
const reopenMs = 2000
const announceMs = 250

export function feedCreate(): Feed {
  let snapshot: FeedSnapshot = { state: 'connecting', recent: [], since: Date.now() }
  let waiting: ContinuumEvent[] = []
  let source: EventSource | null = null
  let last: string | null = null
  let reopen: ReturnType<typeof setTimeout> | undefined
  let announce: ReturnType<typeof setTimeout> | undefined
  const changed = new Set<() => void>()
  const heard = new Set<(event: ContinuumEvent) => void>()

  const tell = (next: Partial<FeedSnapshot>) => {
    snapshot = { ...snapshot, ...next }
    for (const each of changed) each()
  }
  const become = (state: FeedState) => {
    if (snapshot.state !== state) tell({ state, since: Date.now() })
  }
  // A thousand events a second must not render a thousand times.
  const gather = (event: ContinuumEvent) => {
    waiting.push(event)
    if (waiting.length > recentMax) waiting = waiting.slice(-recentMax)
    announce ??= setTimeout(() => {
      announce = undefined
      const fresh = waiting.reverse()
      waiting = []
      tell({ recent: [...fresh, ...snapshot.recent].slice(0, recentMax) })
    }, announceMs)
  }
  const open = () => {
    source = new EventSource(`/api/v1/events${last === null ? '' : `?cursor=${encodeURIComponent(last)}`}`)
    source.onopen = () => become('open')
    source.onmessage = (message: MessageEvent<string>) => {
      become('open')
      const event = JSON.parse(message.data) as ContinuumEvent
      last = event.cursor
      for (const each of heard) each(event)
      gather(event)
    }
    source.onerror = () => {
      become('lost')
      if (source?.readyState !== EventSource.CLOSED) return
      clearTimeout(reopen)
      reopen = setTimeout(open, reopenMs)
    }
  }
  return {
    open,
    snapshot: () => snapshot,
    subscribe(listener) {
      changed.add(listener)
      return () => changed.delete(listener)
    },
    listen(listener) {
      heard.add(listener)
      return () => heard.delete(listener)
    },
    close() {
      clearTimeout(reopen)
      clearTimeout(announce)
      source?.close()
    },
  }
}
