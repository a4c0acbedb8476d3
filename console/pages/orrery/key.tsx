import { nodeStates } from '@orrery/api/node.ts'
import { Mark } from '../../state/mark.tsx'
import { nodeTone } from '../../state/tone.ts'

/** What the rings of the moons mean. Their filling is CPU in use, their size is cores. */
export function Key() {
  return (
    <div className="orrery-key" aria-hidden="true">
      {nodeStates
        .filter((state) => state !== 'retired')
        .map((state) => (
          <span key={state}>
            <Mark tone={nodeTone[state]} />
            {state}
          </span>
        ))}
      <span className="faint">size: cores, filling: CPU used, rings: distance from the core</span>
    </div>
  )
}
