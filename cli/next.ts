import type { OrreryError } from '@orrery/api/errors.ts'
import { unreached } from './connection.ts'
import { isOriginalName } from './exit-code.ts'
import type { Io } from './io.ts'
import { answered } from './refusal.ts'

/** What a person can do about an error, or null when the message says it all. */
export function nextFor(error: OrreryError, io: Io): string | null {
  const orrery = isOriginalName(io.program) ? 'orrery' : io.program
  switch (error.code) {
    case 'unauthorized':
      return `Sign in with \`${orrery} login\`, or set ORRERY_TOKEN.`
    case 'forbidden':
      return error.detail !== answered
        ? null
        : `See who you are with \`${orrery} whoami\`; an admin can change your role.`
    case 'unavailable':
      return error.detail !== unreached
        ? null
        : `Is the server running? \`${orrery} up\` starts one; \`--url\` or ORRERY_URL names another.`
    case 'limit':
      return 'Try again in a while.'
    case 'internal':
      return error.status === 500 ? 'The log of the server says more.' : null
    case 'invalid':
    case 'not_found':
    case 'conflict':
    case 'no_capacity':
      return null
  }
}
