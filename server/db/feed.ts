import pg from 'pg'
import { type Database, connectionConfig } from './database.ts'
import { type EventCursor, type EventRow, eventCursorNow, eventsAfter, eventsWaiting } from './event.ts'

export type FeedListener = (events: EventRow[]) => void

/**
 * Follows the event table by cursor and hands each batch, in order, to its listeners: every event once. A nudge (ours
 * after a commit, or another replica's NOTIFY) makes it look at once; a lost nudge costs one period, never an event.
 */
export type Feed = {
  subscribe(listener: FeedListener): () => void
  /** Something was committed here: look now, and tell the other replicas (at most one empty NOTIFY per 20 ms). */
  nudge(): void
  cursor(): EventCursor
  close(): Promise<void>
}

const channel = 'orrery_event'
const periodMs = 500
const notifyEveryMs = 20
const batchMax = 1000
const lookAgainMsMin = 5
const lookAgainMsMax = 160
const relistenMs = 1000

export async function feedOpen(
  database: Database,
  onError: (error: unknown, message: string) => void,
): Promise<Feed> {
  const listeners = new Set<FeedListener>()
  let cursor = await eventCursorNow(database.db)
  let closed = false
  let polling = false
  let again = false
  let woken = false
  let lookAgainMs = lookAgainMsMin
  let lookAgainTimer: NodeJS.Timeout | null = null
  let notifyTimer: NodeJS.Timeout | null = null
  let notifying = false
  let client: pg.Client | null = null

  async function poll(): Promise<void> {
    if (closed) return
    if (polling) {
      again = true
      return
    }
    polling = true
    try {
      do {
        again = false
        const events = await eventsAfter(database.db, cursor, batchMax)
        const last = events.at(-1)
        if (last !== undefined) {
          cursor = { xid: last.xid, id: last.id }
          for (const listener of listeners) deliver(listener, events)
        }
        if (events.length === batchMax) again = true
      } while (again && !closed)
      if (woken && !closed) await lookAgainIfHidden()
    } catch (error) {
      if (!closed) onError(error, 'the event feed could not read; it tries again')
    } finally {
      polling = false
    }
    if (again) void poll()
  }

  /** An event whose transaction has committed stays hidden while an older transaction runs: look again soon, then less often. */
  async function lookAgainIfHidden(): Promise<void> {
    if (!(await eventsWaiting(database.db, cursor))) {
      woken = false
      lookAgainMs = lookAgainMsMin
      return
    }
    lookAgainTimer ??= setTimeout(() => {
      lookAgainTimer = null
      void poll()
    }, lookAgainMs).unref()
    lookAgainMs = Math.min(2 * lookAgainMs, lookAgainMsMax)
  }

  function wake(): void {
    woken = true
    lookAgainMs = lookAgainMsMin
    void poll()
  }

  function deliver(listener: FeedListener, events: EventRow[]): void {
    try {
      listener(events)
    } catch (error) {
      onError(error, 'a listener of the event feed failed')
    }
  }

  async function listen(): Promise<void> {
    if (closed) return
    const next = new pg.Client(connectionConfig({ ...database, applicationName: 'orrery feed' }))
    next.on('notification', wake)
    next.on('error', (error) => onError(error, 'the feed lost its connection'))
    next.on('end', () => {
      if (client === next) client = null
      if (!closed) setTimeout(() => void listen(), relistenMs).unref()
    })
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
      client = next
      // What was said while nobody listened.
      wake()
      if (closed) await next.end()
    } catch (error) {
      onError(error, 'the feed could not listen; it polls meanwhile')
      await next
        .end()
        .catch((cause: unknown) => onError(cause, 'the feed could not close a broken connection'))
    }
  }

  async function notify(): Promise<void> {
    notifying = true
    try {
      await client?.query(`notify ${channel}`)
    } catch (error) {
      if (!closed) onError(error, 'a NOTIFY failed')
    } finally {
      notifying = false
    }
  }

  function notifySoon(): void {
    if (closed) return
    notifyTimer ??= setTimeout(() => {
      notifyTimer = null
      if (notifying) notifySoon()
      else void notify()
    }, notifyEveryMs).unref()
  }

  await listen()
  const timer = setInterval(() => void poll(), periodMs)
  timer.unref()

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    nudge() {
      wake()
      notifySoon()
    },
    cursor: () => cursor,
    async close() {
      closed = true
      clearInterval(timer)
      if (notifyTimer !== null) clearTimeout(notifyTimer)
      if (lookAgainTimer !== null) clearTimeout(lookAgainTimer)
      await client?.end()
    },
  }
}
