import type { RequiredRole } from '@orrery/api/principal.ts'
import { useHere } from '../live/here.ts'
import { useRoleReason } from '../live/session.ts'

const pastReason = 'You are looking at the past. Go back to now to act.'

/** Why nothing can be changed from this page: it shows the past, or the reader's role is too small. Null when it can. */
export function useActsOff(required: RequiredRole): string | null {
  const { at } = useHere()
  const role = useRoleReason(required)
  return at === null ? role : pastReason
}
