/** The typed client of this page, and the query cache that all reads go through. */
import { QueryCache, QueryClient } from '@tanstack/react-query'
import { type Client, client } from '@orrery/api/client.ts'
import { OrreryError } from '@orrery/api/errors.ts'
import type { OutputOf } from '@orrery/api/operations.ts'
import { createContext, useContext } from 'react'

export type Live = { api: Client; queries: QueryClient }

export const sessionKey = ['sessionView', {}] as const

export function liveCreate(): Live {
  const queries = new QueryClient({
    queryCache: new QueryCache({
      // A session that has ended shows first in whatever is read next: ask who we are, and the shell says the rest.
      onError: (error, query) => {
        const ended = error instanceof OrreryError && error.code === 'unauthorized'
        if (ended && query.queryKey[0] !== sessionKey[0])
          void queries.invalidateQueries({ queryKey: sessionKey })
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 1000,
        gcTime: 60_000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < 3 && passes(error),
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5000),
      },
    },
  })
  const api = client({
    baseUrl: '',
    csrfToken: () => queries.getQueryData<OutputOf<'sessionView'>>(sessionKey)?.csrfToken ?? null,
  })
  return { api, queries }
}

/** Whether the same read may well succeed when it is tried again. */
function passes(error: unknown): boolean {
  return !(error instanceof OrreryError) || error.code === 'unavailable' || error.code === 'limit'
}

export const LiveContext = createContext<Live | null>(null)

export function useLive(): Live {
  const live = useContext(LiveContext)
  if (live === null) throw new Error('useLive is for components inside LiveContext')
  return live
}
