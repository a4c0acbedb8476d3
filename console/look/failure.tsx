import { Button } from '@mantine/core'
import { Mark } from '../state/mark.tsx'
import { errorWords } from '../words/error.ts'

/** A failure in words: what happened, to what, what to try. */
export function Failure({ error, doing, again }: { error: unknown; doing?: string; again?: () => void }) {
  const words = errorWords(error, doing)
  return (
    <div className="notice" role="alert">
      <span className="notice-mark">
        <Mark tone="failed" />
      </span>
      <div className="stack failure-text">
        <div>
          <div className="notice-title">{words.title}</div>
          <div>{words.message}</div>
          <div className="faint">{words.hint}</div>
        </div>
        {again !== undefined && (
          <div>
            <Button onClick={again}>Try again</Button>
          </div>
        )}
      </div>
    </div>
  )
}
