import { useEffect, useMemo, useRef, useState } from 'react'
import { type Steady, steadyRows } from './steady.ts'

/** A pointer that rests this long reads no more: the rows may move again. */
const restMs = 6000

/** Holds the order of the rows while the pointer moves over them. */
export function useSteady<Row>(fresh: readonly Row[], idOf: (row: Row) => string, view: string) {
  const [held, setHeld] = useState<{ rows: readonly Row[]; view: string } | null>(null)
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(rest.current), [])
  const holding = held !== null && held.view === view
  const steady: Steady<Row> = useMemo(
    () =>
      holding ? steadyRows(held.rows, fresh, idOf) : { rows: fresh, gone: new Set<string>(), waiting: 0 },
    [holding, held, fresh, idOf],
  )
  const release = () => {
    clearTimeout(rest.current)
    setHeld(null)
  }
  const hold = () => {
    clearTimeout(rest.current)
    rest.current = setTimeout(() => setHeld(null), restMs)
    if (!holding) setHeld({ rows: fresh, view })
  }
  return { steady, hold, release }
}
