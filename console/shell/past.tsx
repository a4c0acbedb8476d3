import { Button } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useHere } from '../live/here.ts'
import { useNow } from '../live/now.ts'
import { usePreferences } from '../live/preferences.ts'
import { exact, relative } from '../words/time.ts'

/** Says what time the page shows, where that is not simply now. */
export function Past() {
  const { at, carried, wrongAt } = useHere()
  const { zone } = usePreferences()
  const now = useNow()
  if (wrongAt !== null) {
    return (
      <Line back="Take it out">
        <code>at={wrongAt.slice(0, 40)}</code> in the address is no instant, as{' '}
        <code>2026-01-31T12:00:00Z</code> is one: this is how things are <strong>now</strong>.
      </Line>
    )
  }
  if (carried === null) return null
  if (at === null) {
    return (
      <Line back="Back to now">
        This page shows <strong>now</strong>. The menu leads back to how things were at{' '}
        <strong>{exact(carried, zone)}</strong>.
      </Line>
    )
  }
  return (
    <Line back="Back to now">
      As it was at <strong>{exact(at, zone)}</strong> <span className="past-ago">({relative(at, now)})</span>.
      Actions are off.
    </Line>
  )
}

function Line({ back, children }: { back: string; children: ReactNode }) {
  const { setAt } = useHere()
  return (
    <div className="past" role="status">
      <IconHistory size={16} aria-hidden="true" />
      <span>{children}</span>
      <Button size="compact-xs" onClick={() => setAt(null)}>
        {back}
      </Button>
    </div>
  )
}
