/** The search part of the address, and how to change it without leaving a trail in the history. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { type createBrowserRouter, useNavigate, useSearchParams } from 'react-router'

export type AddressChange = (search: URLSearchParams) => URLSearchParams

/** The search part that was asked for last, until the address has followed or will not. One, as the address is one. */
let asked: { from: string; to: string } | undefined

let isLeaving = false

/** To be called once for the page's router. What it does next is heard from itself: a render knows it some moments later. */
export function addressFollow(router: ReturnType<typeof createBrowserRouter>): void {
  router.subscribe(({ navigation, location }) => {
    isLeaving = navigation.location !== undefined && navigation.location.pathname !== location.pathname
  })
}

export function useAddress(): [URLSearchParams, (change: AddressChange) => void] {
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const set = useCallback(
    (change: AddressChange) => {
      // Another page is on its way, and a new address for this one would call it back.
      if (isLeaving) return
      // From the address itself, or what it is about to be: what a render has seen of it may be older than the last key.
      const from = window.location.search
      const next = change(new URLSearchParams(asked?.from === from ? asked.to : from)).toString()
      const mine = { from, to: next === '' ? '' : `?${next}` }
      asked = mine
      void Promise.resolve(navigate({ search: mine.to }, { replace: true })).finally(() => {
        if (asked === mine) asked = undefined
      })
    },
    [navigate],
  )
  return [search, set]
}

/**
 * The same for what is typed: the search part as it will be once the address has followed, which is some moments later.
 * A field that waited for it would lose letters.
 */
export function useAddressAhead(): [URLSearchParams, (change: AddressChange) => void] {
  const [search, setSearch] = useAddress()
  const [ahead, setAhead] = useState(search)
  const latest = useRef(search)
  const written = useRef<string[]>([])
  useEffect(() => {
    // What was written here comes back late, once and in its order; what came from elsewhere, as by a link, is new.
    const given = search.toString()
    const isLatest = given === latest.current.toString()
    const own = written.current.indexOf(given)
    written.current = own < 0 || isLatest ? [] : written.current.slice(own + 1)
    if (own >= 0 && !isLatest) return
    latest.current = search
    setAhead(search)
  }, [search])
  const set = useCallback(
    (change: AddressChange) => {
      latest.current = change(latest.current)
      setAhead(latest.current)
      setSearch((before) => {
        const next = change(before)
        written.current.push(next.toString())
        return next
      })
    },
    [setSearch],
  )
  return [ahead, set]
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
