import { OrreryError } from '@orrery/api/errors.ts'

/** Ends with the work, or at once with `unavailable` when the signal is aborted; what was begun may then still happen. */
export async function interruptible<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw interrupted(signal)
  let stop: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(interrupted(signal))
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work(), aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function interrupted(signal: AbortSignal): OrreryError {
  return new OrreryError('unavailable', 'The provider was interrupted before it had answered. Try again.', {
    cause: signal.reason,
  })
}
