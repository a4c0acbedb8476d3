/** Opens the event stream for a signed-in page and turns its events into fresh reads. */
import { type ReactNode, createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import type { Event as ContinuumEvent } from '@orrery/api/event.ts'
import { useLive } from './api.ts'
import { coalesce } from './coalesce.ts'
import { type Feed, type FeedSnapshot, feedCreate } from './feed.ts'
import { readsTouched, refresh } from './refresh.ts'

/** A page asks again for what changed at most this often, however many events there are. */
const refreshEveryMs = 600

const FeedContext = createContext<Feed | null>(null)

export function Follow({ children }: { children: ReactNode }) {
  const { queries } = useLive()
  const [feed] = useState(feedCreate)
  useEffect(() => {
    const gather = coalesce(refreshEveryMs, (names) => {
      // What is hidden is asked for when it is looked at again.
      void (document.visibilityState === 'visible'
        ? refresh(queries, names)
        : queries.invalidateQueries({ refetchType: 'none' }))
    })
    const silence = feed.listen((event) => gather.add(readsTouched(event.subjectKind)))
    // Whatever was read before the stream was open may have changed unheard.
    let state = feed.snapshot().state
    const watch = feed.subscribe(() => {
      const next = feed.snapshot().state
      if (next === 'open' && state !== 'open') void queries.invalidateQueries({}, { cancelRefetch: false })
      state = next
    })
    feed.open()
    return () => {
      silence()
      watch()
      gather.close()
      feed.close()
    }
  }, [queries, feed])
  return <FeedContext value={feed}>{children}</FeedContext>
}

const silent: FeedSnapshot = { state: 'connecting', recent: [], since: 0 }
const nothing = () => () => undefined
const silence = () => silent

export function useFeed(): FeedSnapshot {
  const feed = useContext(FeedContext)
  return useSyncExternalStore(feed?.subscribe ?? nothing, feed?.snapshot ?? silence)
}

/** Calls `heard` for every event of the stream while the component is there. Keep `heard` stable. */
export function useEvents(heard: (event: ContinuumEvent) => void): void {
  const feed = useContext(FeedContext)
  useEffect(() => feed?.listen(heard), [feed, heard])
}
