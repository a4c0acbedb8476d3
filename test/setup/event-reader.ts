/** Reads a server's event stream as a browser does, and can be cut off and taken up again. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Event } from '@orrery/api/event.ts'
import { streamEvents } from '@orrery/cli/sse.ts'

export type EventReader = {
  events: Event[]
  /** of the last event that came */
  last(): string | null
  /** Cuts the connection, as a network does: at once, in the middle of whatever comes. */
  cut(): Promise<void>
  /** Takes up after the last event that came. */
  resume(): Promise<void>
  until(what: string, test: () => boolean, withinMs?: number): Promise<void>
}

export async function eventReader(url: string, token: string, filter?: string): Promise<EventReader> {
  const events: Event[] = []
  const query = filter === undefined ? '' : `?${new URLSearchParams({ filter }).toString()}`
  let last: string | null = null
  let stop = new AbortController()
  let reading: Promise<void> = Promise.resolve()

  async function connect(): Promise<void> {
    stop = new AbortController()
    const response = await fetch(`${url}/api/v1/events${query}`, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        ...(last === null ? {} : { 'last-event-id': last }),
      },
      signal: stop.signal,
    })
    if (response.status !== 200 || response.body === null)
      throw new Error(`the event stream answered ${response.status}: ${await response.text()}`)
    reading = read(response.body, stop.signal)
  }

  async function read(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    try {
      const position = (id: string): void => {
        last = id
      }
      for await (const event of streamEvents(body, undefined, position)) {
        last = event.id
        events.push(JSON.parse(event.data) as Event)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  await connect()
  return {
    events,
    last: () => last,
    async cut() {
      stop.abort()
      await reading
    },
    resume: connect,
    async until(what, test, withinMs = 15_000) {
      const deadline = performance.now() + withinMs
      while (!test()) {
        if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
        await sleep(10)
      }
    },
  }
}
