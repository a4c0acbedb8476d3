import { useMoment } from '../live/moment.ts'
import { usePreferences } from '../live/preferences.ts'
import { exact, relative, shortSpan } from '../words/time.ts'

/** A relative time; the exact instant on hover. `age` leaves "ago" out. */
export function Instant({ at, age = false }: { at: string | null; age?: boolean }) {
  const moment = useMoment()
  const { zone } = usePreferences()
  if (at === null) return <span className="faint">–</span>
  const text = age ? shortSpan((moment - Date.parse(at)) / 1000) : relative(at, moment)
  return (
    <time dateTime={at} title={exact(at, zone)}>
      {text}
    </time>
  )
}

/** The exact instant, in the reader's zone. */
export function Exact({ at }: { at: string | null }) {
  const { zone } = usePreferences()
  if (at === null) return <span className="faint">–</span>
  return <time dateTime={at}>{exact(at, zone)}</time>
}
