import { useCallback, useMemo } from 'react'
import { useAddress } from '../live/address.ts'
import { type View, viewRead, viewWrite } from './view.ts'

/** A function is given the view as the address has it, which may be newer than what was last drawn. */
type ViewChange = Partial<View> | ((view: View) => Partial<View>)

/** The table's view of this address, and how to change it. */
export function useView(): [View, (change: ViewChange) => void] {
  const [search, setSearch] = useAddress()
  const view = useMemo(() => viewRead(search), [search])
  const set = useCallback(
    (change: ViewChange) =>
      setSearch((before) =>
        viewWrite(before, typeof change === 'function' ? change(viewRead(before)) : change),
      ),
    [setSearch],
  )
  return [view, set]
}
