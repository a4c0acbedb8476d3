/** What of a run is looked at, in the address: a policy and a seed, another beside it, and what is compared with. */
import { useCallback } from 'react'
import type { Run } from '@orrery/api/run.ts'
import { useAddressAhead, withEntry } from '../../live/address.ts'

export type RunLook = {
  policy: string
  seed: number
  /** null: none */
  beside: string | null
  base: string
  table: boolean
  why: string | null
}

export function runLook(search: URLSearchParams, run: Pick<Run, 'policies' | 'seeds'>): RunLook {
  const named = (key: string) => run.policies.find((policy) => policy === search.get(key))
  const policy = named('policy') ?? run.policies[0] ?? ''
  const seed = run.seeds.find((each) => String(each) === search.get('seed')) ?? run.seeds[0] ?? 1
  const other = run.policies.find((each) => each !== policy) ?? null
  return {
    policy,
    seed,
    beside: search.get('beside') === 'none' ? null : (named('beside') ?? other),
    base: named('base') ?? run.policies[0] ?? '',
    table: search.get('as') === 'table',
    why: search.get('why'),
  }
}

export function useRunLook(run: Pick<Run, 'policies' | 'seeds'>) {
  const [search, setSearch] = useAddressAhead()
  const set = useCallback((key: string, value: string) => setSearch(withEntry(key, value)), [setSearch])
  return [runLook(search, run), set] as const
}
