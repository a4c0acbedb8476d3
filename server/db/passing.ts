/** Raised by a database in passing: the same transaction may well succeed when tried again. */
const codes = new Set(['40001', '40P01'])

export const attemptsMax = 5

export function isPassing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.has(error.code)
}
