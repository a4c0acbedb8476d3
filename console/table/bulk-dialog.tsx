import { Button, Progress, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useLive } from '../live/api.ts'
import { Dialog } from '../look/dialog.tsx'
import { Mark } from '../state/mark.tsx'
import { errorWords } from '../words/error.ts'
import { count } from '../words/quantity.ts'
import type { Bulk } from './bulk-bar.tsx'

type Subject = { ref: string; refused: string | null }
type Outcome = { ref: string; error: string | null }
type BulkDialogProps<Row> = {
  bulk: Bulk<Row>
  one: string
  many: string
  subjects: readonly Subject[]
  onClose: (done: boolean) => void
}

const atOnce = 4

/** Says to what it will be done and to what not; does it a few at a time; keeps what failed on the page. */
export function BulkDialog<Row>({ bulk, one, many, onClose, ...given }: BulkDialogProps<Row>) {
  const { api, queries } = useLive()
  // As they were when it was asked: what is being done changes what could be done.
  const [subjects] = useState(given.subjects)
  const [typed, setTyped] = useState('')
  const [outcomes, setOutcomes] = useState<readonly Outcome[] | null>(null)
  const possible = subjects.filter((each) => each.refused === null)
  const refused = subjects.filter((each) => each.refused !== null)
  const phrase = `${bulk.verb.toLowerCase()} ${possible.length}`
  const sure = bulk.danger !== true || typed.trim().toLowerCase() === phrase
  const ended = outcomes !== null && outcomes.length === possible.length
  const failed = (outcomes ?? []).filter((each) => each.error !== null)

  const run = async () => {
    setOutcomes([])
    const queue = [...possible]
    const worker = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { ref } = next
        const error = await bulk.run(api, ref).then(
          () => null,
          (thrown: unknown) => errorWords(thrown).message,
        )
        setOutcomes((before) => [...(before ?? []), { ref, error }])
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    await queries.invalidateQueries()
  }
  return (
    <Dialog
      onClose={() => onClose(ended && failed.length === 0)}
      title={`${bulk.verb} ${count(possible.length, one, many)}`}
    >
      <div className="stack">
        <p>{bulk.says}</p>
        <ul className="bulk-list">
          {possible.map((each) => {
            const outcome = outcomes?.find((one_) => one_.ref === each.ref)
            return (
              <li key={each.ref}>
                <Mark
                  tone={outcome === undefined ? 'planned' : outcome.error === null ? 'running' : 'failed'}
                />{' '}
                {each.ref}
                {outcome?.error != null && <span className="faint">: {outcome.error}</span>}
              </li>
            )
          })}
        </ul>
        {refused.length > 0 && (
          <details>
            <summary>{count(refused.length, one, many)} will be left as they are</summary>
            <ul className="bulk-list">
              {refused.map((each) => (
                <li key={each.ref}>
                  <Mark tone="idle" /> {each.ref}: <span className="faint">{each.refused}</span>
                </li>
              ))}
            </ul>
          </details>
        )}
        {outcomes === null && bulk.danger === true && (
          <TextInput
            label={
              <>
                This cannot be undone. Type <code>{phrase}</code>
              </>
            }
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-autofocus
          />
        )}
        {outcomes !== null && (
          <Progress
            value={(outcomes.length / Math.max(1, possible.length)) * 100}
            aria-label={`${bulk.verb}: ${outcomes.length} of ${possible.length} done`}
          />
        )}
        <div className="row dialog-foot">
          {ended ? (
            <Button variant="filled" onClick={() => onClose(failed.length === 0)}>
              {failed.length === 0 ? 'Done' : `${count(failed.length, one, many)} failed; close`}
            </Button>
          ) : (
            <>
              <Button onClick={() => onClose(false)}>Cancel</Button>
              <Button
                variant="filled"
                {...(bulk.danger === true ? { color: 'red' } : {})}
                disabled={!sure || possible.length === 0 || outcomes !== null}
                onClick={() => void run()}
              >
                {bulk.verb}
              </Button>
            </>
          )}
        </div>
      </div>
    </Dialog>
  )
}
