import { OrreryError } from '@orrery/api/errors.ts'

/** What a person can do about a port that cannot be opened; any other error as it is. */
export function portError(error: unknown, port: number, flag: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    return new OrreryError(
      'conflict',
      `Port ${port} is taken by another program. Stop that one, or give another port with ${flag}.`,
      { cause: error },
    )
  }
  if (code === 'EACCES') {
    return new OrreryError(
      'forbidden',
      `Port ${port} may not be opened by this user. Give one above 1023 with ${flag}.`,
      {
        cause: error,
      },
    )
  }
  if (code === 'EADDRNOTAVAIL') {
    return new OrreryError('invalid', 'The address to listen on is not one of this machine.', {
      cause: error,
    })
  }
  return error
}
