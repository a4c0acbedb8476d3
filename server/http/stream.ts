import type { FastifyReply, FastifyRequest } from 'fastify'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Database } from '../db/database.ts'
import {
  type EventCursor,
  type EventRow,
  cursorFormat,
  cursorIsAhead,
  cursorParse,
  eventItem,
  eventsAfter,
} from '../db/event.ts'
import type { Feed } from '../db/feed.ts'
import { eventMatcher } from '../verbs/event/match.ts'

const listenersMax = 1000
const behindBytesMax = 4 * 1024 * 1024
const heartbeatMs = 15_000
const backlogPage = 200
/** Events that may arrive while a listener is told of the past: one that is slower than that is cut off. */
const heldMax = 10_000

/**
 * Server-sent events: each with its cursor as id, so that a browser that reconnects with Last-Event-ID misses nothing and
 * sees nothing twice. A listener that does not read fast enough is cut off; it resumes where it was.
 */
export type EventStream = {
  /** `allowed` is asked again from time to time, and whenever a token or a principal changes. */
  serve(request: FastifyRequest, reply: FastifyReply, allowed: () => Promise<boolean>): Promise<void>
  listeners(): number
  close(): void
}

type Listener = {
  write(text: string): void
  /** resolves when what was written has gone out, or the listener has */
  drained(): Promise<void>
  isBehind(): boolean
  end(): void
  cut(): void
  /** what it asked for; null is everything */
  wants: ((event: EventRow) => boolean) | null
  since: EventCursor | null
  held: EventRow[] | null
  allowed: () => Promise<boolean>
}

export function eventStreamOpen(
  database: Database,
  feed: Feed,
  onError: (error: unknown, message: string) => void,
): EventStream {
  const listeners = new Set<Listener>()

  const unsubscribe = feed.subscribe((events) => {
    // A turn later, when whoever knows the callers has heard of it too.
    if (events.some((event) => event.subject_kind === 'token' || event.subject_kind === 'principal'))
      setImmediate(checkAll)
    let text: string | null = null
    for (const listener of listeners) {
      if (listener.held !== null) {
        listener.held.push(...events)
        if (listener.held.length > heldMax) listener.cut()
      } else if (listener.since !== null || listener.wants !== null)
        listener.write(framesFor(listener, events))
      else listener.write((text ??= frames(events)))
    }
  })
  const heartbeat = setInterval(() => {
    for (const listener of listeners) listener.write(stillHere(listener))
    checkAll()
  }, heartbeatMs)
  heartbeat.unref()

  /** To a listener who wants few of the events it also says how far they have been looked through. */
  function stillHere({ wants, held, since }: Listener): string {
    const cursor = feed.cursor()
    const tells = wants !== null && held === null && isAfter(cursor, since)
    return tells ? `id: ${cursorFormat(cursor)}\n\n` : ': still here\n\n'
  }

  /** Whoever may not listen any more is cut off: a token that was revoked or has expired, a principal that was disabled. */
  function checkAll(): void {
    for (const listener of listeners) {
      void listener.allowed().then((allowed) => {
        if (!allowed) listener.cut()
      })
    }
  }

  return {
    listeners: () => listeners.size,
    async serve(request, reply, allowed) {
      if (listeners.size >= listenersMax)
        throw new OrreryError('limit', `There are ${listenersMax} listeners already. Try again later.`)
      const asked = startOf(request)
      streamCheck(request.url)
      const { filter } = request.query as { filter?: string }
      const wants = filter === undefined || filter === '' ? null : eventMatcher(filter)
      const from = asked !== null && (await cursorIsAhead(database.db, asked)) ? feed.cursor() : asked
      reply.hijack()
      const { raw } = reply
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        connection: 'keep-alive',
      })
      raw.write('retry: 1000\n\n')
      const listener: Listener = {
        wants,
        since: null,
        held: from === null ? null : [],
        write(text) {
          if (text === '' || raw.destroyed) return
          raw.write(text)
          if (raw.writableLength > behindBytesMax) raw.destroy()
        },
        isBehind: () => raw.writableNeedDrain,
        drained: () =>
          new Promise((resolve) => {
            if (!raw.writableNeedDrain || raw.destroyed) return resolve()
            const done = () => {
              raw.off('drain', done).off('close', done)
              resolve()
            }
            raw.on('drain', done).on('close', done)
          }),
        end: () => raw.end(),
        cut: () => raw.destroy(),
        allowed,
      }
      // Whoever is cut off before the first event knows where to take up all the same.
      if (from === null) raw.write(`id: ${cursorFormat(feed.cursor())}\n\n`)
      listeners.add(listener)
      raw.on('close', () => listeners.delete(listener))
      if (from === null) return
      try {
        await backlog(listener, from, () => raw.destroyed)
      } catch (error) {
        // The answer has begun: it can only end. The listener takes up where it was.
        listener.cut()
        onError(error, 'past events could not be read for a listener')
      }
    },
    close() {
      clearInterval(heartbeat)
      unsubscribe()
      for (const listener of listeners) listener.end()
      listeners.clear()
    },
  }

  /** What happened since the cursor, then what arrived meanwhile, then live; each once. */
  async function backlog(listener: Listener, from: EventCursor, gone: () => boolean): Promise<void> {
    let cursor = from
    for (;;) {
      const events = await eventsAfter(database.db, cursor, backlogPage)
      // One by one: however large they are, only what the listener has taken makes room for more.
      for (const event of events) {
        listener.write(framesFor(listener, [event]))
        if (listener.isBehind()) await listener.drained()
      }
      const last = events.at(-1)
      if (last !== undefined) cursor = { xid: last.xid, id: last.id }
      if (events.length < backlogPage || gone()) break
    }
    listener.since = cursor
    const held = listener.held ?? []
    listener.held = null
    listener.write(framesFor(listener, held))
  }
}

/** What only a list can do is refused: who asked for it would wait for events that never come. */
function streamCheck(url: string): void {
  const given = new URLSearchParams(url.split('?')[1])
    .keys()
    .find((key) => key !== 'filter' && key !== 'cursor')
  if (given === undefined) return
  throw new OrreryError(
    'invalid',
    `A stream of events takes \`filter\` and \`cursor\`; \`${given}\` is for lists (\`accept: application/json\`).`,
  )
}

function startOf(request: FastifyRequest): EventCursor | null {
  const query = request.query as { cursor?: string }
  const header = request.headers['last-event-id']
  const isHeader = typeof header === 'string' && header !== ''
  const text = isHeader ? header : query.cursor
  if (text === undefined) return null
  const cursor = cursorParse(text)
  if (cursor === null) {
    const name = isHeader ? '`Last-Event-ID`' : '`cursor`'
    throw new OrreryError('invalid', `${name} must be the \`cursor\` of an event.`)
  }
  return cursor
}

function isAfter(event: EventCursor, cursor: EventCursor | null): boolean {
  if (cursor === null) return true
  const xid = BigInt(event.xid)
  const than = BigInt(cursor.xid)
  return xid > than || (xid === than && event.id > cursor.id)
}

function framesFor(listener: Listener, events: EventRow[]): string {
  const { wants, since } = listener
  return frames(events.filter((event) => isAfter(event, since) && (wants === null || wants(event))))
}

function frames(events: EventRow[]): string {
  let text = ''
  for (const event of events)
    text += `id: ${cursorFormat(event)}\ndata: ${JSON.stringify(eventItem(event))}\n\n`
  return text
}
