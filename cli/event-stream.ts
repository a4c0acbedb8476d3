import type { Event } from '@orrery/api/event.ts'
import { OrreryError, errorCodes } from '@orrery/api/errors.ts'
import type { Cli } from './command.ts'
import { type Connection, unreachable } from './connection.ts'
import { pause } from './pause.ts'
import { refusalRead } from './refusal.ts'
import { type StreamEvent, streamEvents } from './sse.ts'

/** The server sends at least a comment this often; more silence than this is a dead connection. */
const silenceMs = 45_000
const connectMs = 15_000
const againMs = [250, 500, 1000, 2000, 5000]

export type Watching = {
  filter?: string
  from?: string
  onEvent: (event: Event, text: string) => boolean | void
}

/**
 * Follows the events for ever: a cut connection is taken up after the last event that came, so none is missed and
 * none comes twice. Ends when `onEvent` says false; throws what will not pass by itself.
 */
export async function eventsFollow(cli: Cli, watching: Watching): Promise<void> {
  const connection = await cli.connection()
  let last = watching.from ?? ''
  let failures = 0
  for (;;) {
    try {
      const position = (id: string): void => {
        last = id
      }
      for await (const event of connected(cli, connection, watching.filter, last, position)) {
        failures = 0
        if (event.id !== '') last = event.id
        // The server serialises from the Event schema.
        if (watching.onEvent(JSON.parse(event.data) as Event, event.data) === false) return
      }
      cli.debug('the event stream was closed by the server')
    } catch (error) {
      cli.io.signal.throwIfAborted()
      const passes = error instanceof OrreryError && errorCodes[error.code].retry
      // At the first attempt nothing has been promised yet: a wrong address should be told at once.
      if (!passes || (last === '' && failures === 0)) throw error
      cli.debug(error.message)
    }
    const waitMs = againMs[Math.min(failures, againMs.length - 1)] ?? 5000
    failures += 1
    if (failures === 3) cli.note('the server is away; still trying')
    await pause(waitMs, cli.io.signal)
  }
}

async function* connected(
  cli: Cli,
  connection: Connection,
  filter: string | undefined,
  last: string,
  onId: (id: string) => void,
): AsyncGenerator<StreamEvent> {
  const quiet = new AbortController()
  let timer = setTimeout(() => quiet.abort(), connectMs)
  const alive = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => quiet.abort(), silenceMs)
  }
  const headers: Record<string, string> = { accept: 'text/event-stream' }
  if (connection.token !== null) headers['authorization'] = `Bearer ${connection.token}`
  if (last !== '') headers['last-event-id'] = last
  const query = filter === undefined ? '' : `?${new URLSearchParams({ filter }).toString()}`
  try {
    const response = await fetch(`${connection.url}/api/v1/events${query}`, {
      headers,
      signal: AbortSignal.any([cli.io.signal, quiet.signal]),
    })
    if (!response.ok) throw await refusalRead(response)
    if (response.body === null)
      throw new OrreryError('internal', 'the server answered without an event stream')
    alive()
    yield* streamEvents(response.body, alive, onId)
  } catch (cause) {
    if (cause instanceof OrreryError || cli.io.signal.aborted) throw cause
    throw unreachable(connection.url, cause, connectMs)
  } finally {
    clearTimeout(timer)
    quiet.abort()
  }
}
