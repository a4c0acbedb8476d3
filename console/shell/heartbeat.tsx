import { useFeed } from '../live/follow.tsx'
import { useNow } from '../live/now.ts'
import { shortSpan } from '../words/time.ts'
import { Mark } from '../state/mark.tsx'
import type { Tone } from '../state/tone.ts'

/** Whether this page hears the server's events, in shape and word. */
export function Heartbeat() {
  const { state, since, recent } = useFeed()
  const now = useNow()
  const latest = recent[0]
  const words: Record<typeof state, [Tone, string, string]> = {
    connecting: ['pending', 'Connecting', 'Opening the event stream'],
    open: [
      'running',
      'Live',
      latest === undefined
        ? 'Following events; none yet'
        : `Latest event ${shortSpan((now - Date.parse(latest.at)) / 1000)} ago`,
    ],
    lost: [
      'failed',
      `Lost for ${shortSpan((now - since) / 1000)}`,
      'The event stream is closed; trying again by itself',
    ],
  }
  const [tone, word, title] = words[state]
  return (
    <div className="heartbeat" role="status" title={title}>
      <Mark tone={tone} />
      <span className="rail-word">{word}</span>
    </div>
  )
}
