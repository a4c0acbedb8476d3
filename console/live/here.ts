/** Where the reader is in time: the `at` of the address. Links within the console carry it along. */
import { useCallback } from 'react'
import { withSearch } from '../paths.ts'
import { useAddress, withEntry } from './address.ts'

export type Here = {
  /** RFC 3339; null is now */
  at: string | null
  /** for the query of an operation that knows the past */
  atQuery: { at?: string }
  link(path: string, search?: Parameters<typeof withSearch>[1]): string
  setAt(at: string | null): void
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/

export function useHere(): Here {
  const [search, setSearch] = useAddress()
  const given = search.get('at')
  const at = given !== null && instant.test(given) && !Number.isNaN(Date.parse(given)) ? given : null
  const link = useCallback((path: string, more = {}) => withSearch(path, { at, ...more }), [at])
  const setAt = useCallback((next: string | null) => setSearch(withEntry('at', next ?? '')), [setSearch])
  return { at, atQuery: at === null ? {} : { at }, link, setAt }
}
