/**
 * The one error class and the closed list of codes, each with its HTTP status and whether a client may
 * try the same call again. Every border (HTTP, facades, CLI, console) maps from this table.
 */
export const errorCodes = {
  invalid: { status: 400, retry: false, title: 'The request is not valid' },
  unauthorized: { status: 401, retry: false, title: 'Sign-in or a token is needed' },
  forbidden: { status: 403, retry: false, title: 'The caller may not do this' },
  not_found: { status: 404, retry: false, title: 'There is no such thing' },
  conflict: { status: 409, retry: false, title: 'The present state does not allow this' },
  no_capacity: { status: 409, retry: true, title: 'There is no room' },
  limit: { status: 429, retry: true, title: 'A limit was reached' },
  unavailable: { status: 503, retry: true, title: 'Something this needs is away' },
  internal: { status: 500, retry: false, title: 'A fault of the server' },
} as const

export type ErrorCode = keyof typeof errorCodes

/**
 * `message` is what the caller sees: what is wrong and what would be right. `detail` and `cause` go to the
 * log only. `status` overrides the code's own HTTP status within its class (413, 414, 415 are all `invalid`).
 */
export class OrreryError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly detail: string | undefined
  /** Where in the request the fault is, as a JSON pointer, when it is in one place. */
  readonly pointer: string | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { detail?: string; cause?: unknown; status?: number; pointer?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'OrreryError'
    this.code = code
    this.status = options.status ?? errorCodes[code].status
    this.detail = options.detail
    this.pointer = options.pointer
  }
}
