import { ActionIcon, Slider } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import type { RunDetail } from '@orrery/api/run.ts'
import { useKeys } from '../../keys/keys.tsx'
import { useAddressAhead, withEntry } from '../../live/address.ts'
import { Panel } from '../../look/panel.tsx'
import { span } from '../../words/time.ts'
import { framesRead } from './heat-frames.ts'
import { HeatMap } from './heat-map.tsx'

type HeatProps = {
  /** one, or two side by side */
  details: readonly RunDetail[]
  inks: ReadonlyMap<string, string>
  table: boolean
}

const playMs = 320

/** The heat maps of one or two results, at an instant of the run, and played from its beginning. */
export function Heat({ details, inks, table }: HeatProps) {
  const [search, setSearch] = useAddressAhead()
  const maps = useMemo(() => details.map((detail) => ({ detail, frames: framesRead(detail) })), [details])
  const seconds = maps[0]?.frames.seconds ?? []
  const last = seconds.length - 1
  const asked = Number(search.get('frame') ?? last)
  const [playing, setPlaying] = useState<number | null>(null)
  const at = playing ?? (Number.isInteger(asked) && asked >= 0 && asked <= last ? asked : last)
  const show = (frame: number) => setSearch(withEntry('frame', frame === last ? '' : String(frame)))
  const press = () => {
    if (playing !== null) {
      setPlaying(null)
      show(playing)
    } else setPlaying(at === last ? 0 : at)
  }
  useKeys(last > 0 ? [{ keys: 'p', does: 'Play the heat maps, or pause', run: press }] : [])
  useEffect(() => {
    if (playing === null) return undefined
    const timer = setTimeout(() => {
      if (playing < last) return setPlaying(playing + 1)
      setPlaying(null)
      return setSearch(withEntry('frame', ''))
    }, playMs)
    return () => clearTimeout(timer)
  }, [playing, last, setSearch])
  const word = playing === null ? 'Play from here' : 'Pause'
  return (
    <Panel
      title="How full the nodes are"
      side={
        <span className="faint">
          {at === last ? 'at the end' : at === 0 ? 'at the beginning' : `after ${span(seconds[at] ?? 0)}`}
        </span>
      }
    >
      <div className="stack">
        {last > 0 && (
          <div className="heat-play">
            <ActionIcon onClick={press} aria-label={word} title={`${word} (p)`}>
              {playing === null ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
            </ActionIcon>
            <Slider
              className="heat-slider"
              size="sm"
              min={0}
              max={last}
              value={at}
              onChange={(value) => {
                setPlaying(null)
                show(value)
              }}
              label={(value) => span(seconds[value] ?? 0)}
              thumbLabel="Instant of the run"
            />
            <span className="heat-when">{span(seconds[at] ?? 0)}</span>
          </div>
        )}
        <div className={maps.length > 1 ? 'heat-pair' : ''}>
          {maps.map(({ detail, frames }) => (
            <HeatMap
              key={`${detail.policy} ${detail.seed}`}
              detail={detail}
              frames={frames}
              at={Math.min(at, frames.frames.length - 1)}
              ink={inks.get(detail.policy)}
              table={table}
            />
          ))}
        </div>
        <p className="faint">
          Each column is a node, each row what it has. “No use” is the share of its GPUs that is idle and that
          the usual work cannot use. A dot: it has none.
        </p>
      </div>
    </Panel>
  )
}
