/** The search part of the address, and how to change it without leaving a trail in the history. */
import { useCallback, useEffect, useRef } from 'react'
import { useNavigate, useNavigation, useSearchParams } from 'react-router'

export type AddressChange = (search: URLSearchParams) => URLSearchParams

export function useAddress(): [URLSearchParams, (change: AddressChange) => void] {
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const { location: coming } = useNavigation()
  const isLeaving = useRef(false)
  useEffect(() => {
    isLeaving.current = coming !== undefined && coming.pathname !== window.location.pathname
  }, [coming])
  const set = useCallback(
    (change: AddressChange) => {
      // Another page is on its way, and a new address for this one would call it back.
      if (isLeaving.current) return
      // From the address itself: what a render has seen of it may be older than the last key press.
      const next = change(new URLSearchParams(window.location.search)).toString()
      void navigate({ search: next === '' ? '' : `?${next}` }, { replace: true })
    },
    [navigate],
  )
  return [search, set]
}

/** One entry of the search part set, or taken out with ''. */
export function withEntry(key: string, value: string): AddressChange {
  return (search) => {
    const next = new URLSearchParams(search)
    if (value === '') next.delete(key)
    else next.set(key, value)
    return next
  }
}
