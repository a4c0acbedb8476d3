import { setTimeout as sleep } from 'node:timers/promises'

/** Rejects when the signal is aborted meanwhile. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal })
}
