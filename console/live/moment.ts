import { useHere } from './here.ts'
import { useNow } from './now.ts'

/** The instant that the page shows, in milliseconds since 1970: now, or the one it was wound back to. */
export function useMoment(): number {
  const now = useNow()
  const { at } = useHere()
  return at === null ? now : Date.parse(at)
}
