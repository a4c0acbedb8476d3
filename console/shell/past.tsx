import { Button } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useHere } from '../live/here.ts'
import { useNow } from '../live/now.ts'
import { usePreferences } from '../live/preferences.ts'
import { exact, relative } from '../words/time.ts'

/** Says that the whole page shows the past. */
export function Past({ at }: { at: string }) {
  const { setAt } = useHere()
  const { zone } = usePreferences()
  const now = useNow()
  return (
    <div className="past" role="status">
      <IconHistory size={16} aria-hidden="true" />
      <span>
        As it was at <strong>{exact(at, zone)}</strong>{' '}
        <span className="past-ago">({relative(at, now)})</span>. Actions are off.
      </span>
      <Button size="compact-xs" onClick={() => setAt(null)}>
        Back to now
      </Button>
    </div>
  )
}
