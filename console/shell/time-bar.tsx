/** The slider that winds the whole inventory back. Its right end is now. */
import { ActionIcon, Select } from '@mantine/core'
import { IconPlayerSkipForward } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useCall } from '../live/call.ts'
import { useHere } from '../live/here.ts'
import { useNow } from '../live/now.ts'
import { usePreferences } from '../live/preferences.ts'
import { exact, span } from '../words/time.ts'
import { type Range, instantAt, positionOf, ranges, windowOf } from './time-window.ts'

const settleMs = 120

export function TimeBar() {
  const { at, setAt } = useHere()
  const { zone } = usePreferences()
  const now = useNow()
  const [range, setRange] = useState<Range>('1 h')
  const [opened] = useState(() => new Date().toISOString())
  const first = useCall('eventList', { query: { limit: 1, order: 'asc', until: opened } })
  const window = windowOf(range, now, first.data?.items[0]?.at ?? null, at)
  const [held, setHeld] = useState<number | null>(null)
  const [dragged, setDragged] = useState(false)
  const sent = useRef(at)
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(settle.current), [])
  // The address follows a moment later: until it does, and as long as it is dragged, the slider stays under the hand.
  // What a link or a button did meanwhile counts more.
  useEffect(() => {
    const moved = at !== sent.current
    if (moved) {
      clearTimeout(settle.current)
      settle.current = undefined
      sent.current = at
    }
    if (moved || (!dragged && settle.current === undefined)) setHeld(null)
  }, [dragged, at])

  const position = held ?? positionOf(window, at)
  const move = (next: number) => {
    setHeld(next)
    clearTimeout(settle.current)
    settle.current = setTimeout(() => {
      settle.current = undefined
      sent.current = instantAt(window, next)
      setAt(sent.current)
    }, settleMs)
  }
  // The slider's steps are coarser than an instant: at rest it is the address's own.
  const shown = held === null ? at : instantAt(window, held)
  const words =
    shown === null ? 'now' : `${exact(shown, zone)}, ${span((now - Date.parse(shown)) / 1000)} ago`
  return (
    <section className="timebar" aria-label="Time">
      <Select
        aria-label="How far back the slider reaches"
        data={[...ranges]}
        value={range}
        onChange={(value) => setRange(ranges.find((each) => each === value) ?? '1 h')}
        w={84}
        comboboxProps={{ position: 'top-start', width: 110 }}
      />
      <span className="timebar-end faint">{exact(window.startMs, zone).slice(0, 16)}</span>
      <input
        type="range"
        className="timebar-slider"
        aria-label="Wind time back"
        aria-valuetext={words}
        min={0}
        max={1000}
        step={1}
        value={position}
        onChange={(event) => move(Number(event.currentTarget.value))}
        onPointerDown={() => setDragged(true)}
        onPointerUp={() => setDragged(false)}
        onPointerCancel={() => setDragged(false)}
      />
      <span className={shown === null ? 'timebar-now' : 'timebar-now timebar-past'}>
        {shown === null ? 'Now' : exact(shown, zone)}
      </span>
      <ActionIcon
        onClick={() => setAt(null)}
        disabled={at === null}
        aria-label="Back to now"
        title="Back to now"
      >
        <IconPlayerSkipForward size={16} />
      </ActionIcon>
    </section>
  )
}
