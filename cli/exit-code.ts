import { type ErrorCode, OrreryError } from '@orrery/api/errors.ts'

/** What scripts can branch on. The table of `orrery help exit-codes`; numbers are never given a new meaning. */
export const exitCodes = {
  ok: { code: 0, when: 'it was done' },
  usage: {
    code: 1,
    when: 'the command line is not right: an unknown command or flag, a required one missing',
  },
  invalid: { code: 2, when: 'the input was refused: a value out of range, a bad row of a file' },
  denied: { code: 3, when: 'not signed in, or signed in as someone who may not do this' },
  not_found: { code: 4, when: 'there is no such thing' },
  conflict: { code: 5, when: 'the present state does not allow it' },
  limit: { code: 6, when: 'there is no room, or a limit was reached: may work later' },
  unavailable: { code: 7, when: 'the server, or something it needs, is away: may work later' },
  unsuccessful: {
    code: 8,
    when: 'an operation that was waited for failed, was cancelled or was interrupted; a figure differs from the published one',
  },
  internal: { code: 70, when: 'a fault of the server or of this program' },
  interrupted: { code: 130, when: 'stopped with Ctrl-C before it was done' },
} as const

export type Exit = keyof typeof exitCodes

const fromError: Record<ErrorCode, Exit> = {
  invalid: 'invalid',
  unauthorized: 'denied',
  forbidden: 'denied',
  not_found: 'not_found',
  conflict: 'conflict',
  no_capacity: 'limit',
  limit: 'limit',
  unavailable: 'unavailable',
  internal: 'internal',
}

/** The command line itself is wrong. `next` says what to do about it. */
export class UsageError extends Error {
  readonly next: string | undefined
  constructor(message: string, next?: string) {
    super(message)
    this.name = 'UsageError'
    this.next = next
  }
}

/**
 * The code a failed command ends with. Under the names of the original tool every failure but a wrong command
 * line is 255, which is all its scripts know.
 */
export function exitCodeOf(error: unknown, program: string): number {
  if (error instanceof UsageError) return exitCodes.usage.code
  if (isOriginalName(program)) return 255
  if (error instanceof OrreryError) return exitCodes[fromError[error.code]].code
  return exitCodes.internal.code
}

export function isOriginalName(program: string): boolean {
  return program === 'envcli' || program === 'envserver'
}
