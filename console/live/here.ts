/** Where the reader is in time: the `at` of the address. Links within the console carry it along. */
import { useCallback } from 'react'
import { useLocation } from 'react-router'
import { withSearch } from '../paths.ts'
import { useAddress, withEntry } from './address.ts'
import { isTimed } from './timed.ts'

export type Here = {
  /** RFC 3339, what this page shows; null is now, also on a page that knows only now */
  at: string | null
  /** what the address carries along, shown here or not */
  carried: string | null
  /** what the address gives as an instant and is none, or null */
  wrongAt: string | null
  /** for the query of an operation that knows the past */
  atQuery: { at?: string }
  link(path: string, search?: Parameters<typeof withSearch>[1]): string
  setAt(at: string | null): void
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/

export function useHere(): Here {
  const [search, setSearch] = useAddress()
  const { pathname } = useLocation()
  const given = search.get('at')
  const isInstant = given !== null && instant.test(given) && !Number.isNaN(Date.parse(given))
  const carried = isInstant ? given : null
  const at = isTimed(pathname) ? carried : null
  const link = useCallback((path: string, more = {}) => withSearch(path, { at: carried, ...more }), [carried])
  const setAt = useCallback((next: string | null) => setSearch(withEntry('at', next ?? '')), [setSearch])
  const wrongAt = given === null || given === '' || isInstant ? null : given
  return { at, carried, wrongAt, atQuery: at === null ? {} : { at }, link, setAt }
}
