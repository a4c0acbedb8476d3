import { Button } from '@mantine/core'
import { useHere } from '../live/here.ts'
import { usePreferences } from '../live/preferences.ts'
import { Empty } from '../look/empty.tsx'
import { exact } from '../words/time.ts'

/** In place of what makes the first one: nothing can be made in the past. */
export function NoneThen({ many }: { many: string }) {
  const { at, setAt } = useHere()
  const { zone } = usePreferences()
  return (
    <Empty
      title={`No ${many} at that time`}
      action={<Button onClick={() => setAt(null)}>Back to now</Button>}
    >
      There were none yet{at === null ? '' : ` at ${exact(at, zone)}`}, or what is kept does not reach back so
      far.
    </Empty>
  )
}
