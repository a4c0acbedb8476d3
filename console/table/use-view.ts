import { useCallback, useMemo } from 'react'
import { useAddressAhead } from '../live/address.ts'
import { type View, viewRead, viewWrite } from './view.ts'

/** A function is given the view as it was last set, which may be newer than what was last drawn. */
type ViewChange = Partial<View> | ((view: View) => Partial<View>)

/** The table's view of this address, and how to change it. A filter box that waited for the address would lose letters. */
export function useView(): [View, (change: ViewChange) => void] {
  const [search, setSearch] = useAddressAhead()
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
