import { useNow } from '../live/now.ts'
import type { WorkloadStay } from '@orrery/api/workload.ts'
import { usePreferences } from '../live/preferences.ts'
import { exact, span } from '../words/time.ts'
import { lifeSegments } from './life.ts'
import { workloadTone } from './tone.ts'

/** From its first state to its present one. `endMs` is the instant shown when that is not now. */
export function LifeBar({ stays, endMs }: { stays: readonly WorkloadStay[]; endMs: number | null }) {
  const now = useNow()
  const { zone } = usePreferences()
  const segments = lifeSegments(stays, endMs ?? now)
  const first = stays[0]
  const words = segments.map((each) => `${each.stay.state} for ${span(each.seconds)}`).join(', then ')
  return (
    <div className="life">
      <div className="life-bar" role="img" aria-label={`Its life: ${words}`}>
        {segments.map(({ stay, share, seconds }) => (
          <span
            key={`${stay.version} ${stay.since}`}
            className={`life-part tone-${workloadTone[stay.state]} fill-${workloadTone[stay.state]}`}
            style={{ flexGrow: share }}
            title={`${stay.state}${stay.nodeName === null ? '' : ` on ${stay.nodeName}`} for ${span(seconds)}${stay.reason === null ? '' : `: ${stay.reason}`}`}
          >
            <span className="life-word">{share > 0.09 ? stay.state : ''}</span>
          </span>
        ))}
      </div>
      <div className="spread faint life-ends">
        <span>{first === undefined ? '' : exact(first.since, zone)}</span>
        <span>{endMs === null ? 'now' : exact(endMs, zone)}</span>
      </div>
    </div>
  )
}
