import { Mark } from './mark.tsx'
import type { Tone } from './tone.ts'

/** A state as shape and word. `title` is its reason, when there is one. */
export function Badge({
  tone,
  word,
  title,
}: {
  tone: Tone
  word: string
  title?: string | null | undefined
}) {
  return (
    <span className={`badge tone-${tone}`} {...(title == null ? {} : { title })}>
      <Mark tone={tone} />
      <span className="badge-word">{word}</span>
    </span>
  )
}
