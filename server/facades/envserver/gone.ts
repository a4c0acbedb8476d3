import { OrreryError } from '@orrery/api/errors.ts'

/** For what was deleted by somebody else at the same moment: to these clients it is deleted, and that is all. */
export function gone(error: unknown): void {
  if (error instanceof OrreryError && error.code === 'not_found') return
  throw error
}
