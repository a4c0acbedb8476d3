import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { type RequiredRole, roleGrants } from '@orrery/api/principal.ts'
import type { OutputOf } from '@orrery/api/operations.ts'
import { sessionKey, useLive } from './api.ts'

export function useSession(): UseQueryResult<OutputOf<'sessionView'>> {
  const { api } = useLive()
  return useQuery({
    queryKey: sessionKey,
    queryFn: ({ signal }) => api.call('sessionView', {}, { signal }),
    staleTime: 60_000,
    gcTime: Infinity,
  })
}

/** Why the reader may not do what needs this role, or null when they may. */
export function useRoleReason(required: RequiredRole): string | null {
  const session = useSession()
  const role = session.data?.role
  if (role === undefined || roleGrants[required].includes(role)) return null
  return `This needs the role ${required}; you are signed in as ${role}.`
}
