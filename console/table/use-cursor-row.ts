import { useEffect, useRef, useState } from 'react'

const settleMs = 250

/** The row that the keys act on. It moves at once and reaches the address when it rests. */
export function useCursorRow<Row>(
  rows: readonly Row[],
  refOf: (row: Row) => string,
  given: string | null,
  keep: (ref: string | null) => void,
) {
  const [ref, setRef] = useState(given)
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(settle.current), [])
  const index = ref === null ? -1 : rows.findIndex((row) => refOf(row) === ref)
  const go = (next: string) => {
    setRef(next)
    clearTimeout(settle.current)
    settle.current = setTimeout(() => keep(next), settleMs)
  }
  /** For a row that is opened: it is in the address at once, so that who comes back finds the cursor on it. */
  const rest = (next: string) => {
    setRef(next)
    clearTimeout(settle.current)
    if (next !== given) keep(next)
  }
  const step = (by: 1 | -1) => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, index < 0 ? 0 : index + by))]
    if (next !== undefined) go(refOf(next))
  }
  return { ref, row: rows[index] ?? null, rest, step }
}
