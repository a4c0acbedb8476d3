import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import { usePreferences } from '../../live/preferences.ts'
import { clockFieldRead, clockFieldWrite } from '../../words/clock-field.ts'
import { span } from '../../words/time.ts'
import type { LabDraft } from './draft.ts'

type SourceFieldsProps = {
  draft: LabDraft
  onChange: (change: Record<string, string>) => void
  /** of a scenario */
  children: ReactNode
}

const agoSeconds = [15 * 60, 3600, 6 * 3600, 24 * 3600]
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString()

/** Where a run starts from: now, an instant of the past, a window of it whose arrivals are played again, or a scenario. */
export function SourceFields({ draft, onChange, children }: SourceFieldsProps) {
  const { zone } = usePreferences()
  const id = useId()
  const field = (key: 'from' | 'since' | 'until', label: string) => (
    <TextInput
      type="datetime-local"
      step={1}
      label={`${label}, ${zone === 'utc' ? 'UTC' : 'local time'}`}
      value={clockFieldWrite(draft[key], zone)}
      onChange={(event) => onChange({ [key]: clockFieldRead(event.currentTarget.value, zone) })}
    />
  )
  return (
    <div className="stack" role="group" aria-labelledby={id}>
      <div id={id} className="lab-label">
        Starts from
      </div>
      <SegmentedControl
        size="xs"
        className="lab-source"
        aria-label="Starts from"
        data={[
          { value: 'live', label: 'Live, now' },
          { value: 'instant', label: 'An instant' },
          { value: 'window', label: 'A window of time' },
          { value: 'scenario', label: 'A scenario' },
        ]}
        value={draft.source}
        onChange={(value) => onChange({ source: value === 'live' ? '' : value })}
      />
      {draft.source === 'live' && (
        <p className="quiet">The inventory and what waits, as they are when the run begins.</p>
      )}
      {draft.source === 'instant' && (
        <>
          <p className="quiet">The inventory and what waited then. Nothing comes after it.</p>
          <div className="form-grid">{field('from', 'At')}</div>
          <div className="row">
            {agoSeconds.map((seconds) => (
              <Button key={seconds} size="compact-xs" onClick={() => onChange({ from: ago(seconds) })}>
                {span(seconds)} ago
              </Button>
            ))}
          </div>
        </>
      )}
      {draft.source === 'window' && (
        <>
          <p className="quiet">
            As it was at the beginning; then the arrivals and departures that were recorded come again.
          </p>
          <div className="form-grid">
            {field('since', 'Since')}
            {field('until', 'Until')}
          </div>
          <div className="row">
            {agoSeconds.map((seconds) => (
              <Button
                key={seconds}
                size="compact-xs"
                onClick={() => onChange({ since: ago(seconds), until: ago(0) })}
              >
                The last {span(seconds)}
              </Button>
            ))}
          </div>
        </>
      )}
      {draft.source === 'scenario' && children}
    </div>
  )
}
