import type { ReactNode } from 'react'
import './actions.css'

export type Change = { what: string; before: ReactNode; after: ReactNode }

/** What will be different, before it is, or what was: one line per thing. */
export function Changes({ changes, past = false }: { changes: readonly Change[]; past?: boolean }) {
  return (
    <table className="changes">
      <thead>
        <tr>
          <th scope="col">{past ? 'What changed' : 'What changes'}</th>
          <th scope="col">{past ? 'Before' : 'Now'}</th>
          <th scope="col">{past ? 'After' : 'Then'}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.what}>
            <th scope="row">{change.what}</th>
            <td className="change-before">{change.before}</td>
            <td className="change-after">{change.after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
