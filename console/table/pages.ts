import { useQueries } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { InputOf } from '@orrery/api/operations.ts'
import { useLive } from '../live/api.ts'
import { type Chain, chainEnded, chainExtend, chainPagesOf, chainRead, chainStart } from './chain.ts'
import type { ListName, RowOf } from './column.ts'

export type ListQueryOf = {
  filter?: string
  sort?: string
  at?: string
  [more: string]: string | number | undefined
}
export type Pages<Row> = {
  rows: readonly Row[]
  /** `waiting`: nothing to show yet; `old`: rows of the view before, until this one is there */
  phase: 'waiting' | 'old' | 'shown'
  ended: boolean
  error: unknown
  again(): void
  /** which rows are in sight: their pages are kept fresh, and the next one is fetched before it is reached */
  see(first: number, last: number): void
}

const pageRows = 200

/** A list of any length, of which only the pages in sight are kept fresh. */
export function usePages<K extends ListName>(
  operation: K,
  query: ListQueryOf,
  everyMs: number | null,
): Pages<RowOf<K>> {
  type Row = RowOf<K>
  const { api } = useLive()
  const view = JSON.stringify([operation, query])
  const [state, setState] = useState<{ view: string; chain: Chain<Row>; old: readonly Row[] }>(() => ({
    view,
    chain: chainStart(),
    old: [],
  }))
  const [sight, setSight] = useState({ first: 0, last: 0 })
  if (state.view !== view) {
    const before = state.chain.flatMap((link) => link.rows)
    setState({ view, chain: chainStart(), old: before.length > 0 ? before : state.old })
  }
  const { chain } = state
  const { from, to } = chainPagesOf(chain, sight.first, sight.last)
  // Only the pages in sight and those not yet read are asked for: the rows of the others stay in the chain.
  const asked = chain.flatMap((link, index) => ((index >= from && index <= to) || !link.read ? [index] : []))
  const answers = useQueries({
    queries: asked.map((index) => {
      const cursor = chain[index]?.cursor ?? null
      const input = { query: { ...query, limit: pageRows, ...(cursor === null ? {} : { cursor }) } }
      return {
        queryKey: [operation, input],
        // Every list takes these keys; which others it takes is the page's business.
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          api.call(operation, input as InputOf<K>, { signal }),
        refetchInterval: everyMs ?? (false as const),
      }
    }),
  })
  const stamp = answers.map((answer, index) => `${asked[index]} ${answer.dataUpdatedAt}`).join()
  useEffect(() => {
    setState((before) => {
      if (before.view !== view) return before
      let next = before.chain
      answers.forEach(({ data }, at) => {
        const index = asked[at] ?? -1
        // A page whose cursor has moved meanwhile is another page.
        if (data === undefined || before.chain[index]?.cursor !== chain[index]?.cursor) return
        next = chainRead(next, index, data as { items: Row[]; next: string | null })
      })
      return next === before.chain ? before : { ...before, chain: next, old: [] }
    })
    // The answers are new on every render; which they are and when they were read is what tells.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [view, stamp])

  const rows = useMemo(() => chain.flatMap((link) => link.rows), [chain])
  const see = useCallback((first: number, last: number) => {
    setSight((before) => (before.first === first && before.last === last ? before : { first, last }))
    setState((before) => {
      const count = before.chain.reduce((sum, link) => sum + link.rows.length, 0)
      const next = last > count - pageRows ? chainExtend(before.chain) : before.chain
      return next === before.chain ? before : { ...before, chain: next }
    })
  }, [])
  const error =
    answers.find((answer, at) => answer.isError && chain[asked[at] ?? -1]?.read !== true)?.error ?? null
  const waiting = chain[0]?.read !== true
  return {
    rows: waiting ? state.old : rows,
    phase: waiting ? (state.old.length > 0 ? 'old' : 'waiting') : 'shown',
    ended: chainEnded(chain),
    error,
    again: () => answers.forEach((answer) => void answer.refetch()),
    see,
  }
}
