import type { OutputOf } from '@orrery/api/operations.ts'
import { Mark } from '../../state/mark.tsx'
import { count } from '../../words/quantity.ts'

const rowsMax = 50

/** What an import would take, what it would leave, and what it noticed. */
export function ImportCheck({ check }: { check: OutputOf<'importCheck'> }) {
  const { accepted, badRows, notes } = check
  return (
    <div className="notice" role="status">
      <span className="notice-mark">
        <Mark tone={badRows.length === 0 ? 'running' : 'pending'} />
      </span>
      <div className="stack">
        <div>
          <span className="notice-title">{count(accepted, 'row')} would be taken</span>
          {badRows.length > 0 && `, ${count(badRows.length, 'bad row')} left out`}
        </div>
        {notes.map((note) => (
          <div key={note} className="quiet">
            {note}
          </div>
        ))}
        {badRows.length > 0 && (
          <ul className="mono bulk-list">
            {badRows.slice(0, rowsMax).map((row) => (
              <li key={`${row.file}:${row.line}:${row.message}`}>
                {row.file}:{row.line}: {row.message}
              </li>
            ))}
            {badRows.length > rowsMax && <li>and {badRows.length - rowsMax} more</li>}
          </ul>
        )}
      </div>
    </div>
  )
}
