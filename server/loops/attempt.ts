import { OrreryError } from '@orrery/api/errors.ts'

/** A start is tried this often; then the workload is `failed` with the last reason. */
export const startAttemptsMax = 4
const pauseFirstMs = 2000
const pauseMaxMs = 60_000

/** The pause before the next attempt, after so many that failed: 2 s, 4 s, 8 s, … up to a minute. */
export function attemptPauseMs(failed: number): number {
  return Math.min(pauseMaxMs, pauseFirstMs * 2 ** Math.min(failed - 1, 10))
}

/** Whether the provider was away or busy, which says nothing about the step: it waits and does not count. */
export function isPassing(error: unknown): boolean {
  return error instanceof OrreryError && (error.code === 'unavailable' || error.code === 'limit')
}

/** What a person reads of an error that a provider raised. */
export function errorText(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 1500)
}
