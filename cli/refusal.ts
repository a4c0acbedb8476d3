import { problemRead } from '@orrery/api/client.ts'
import { OrreryError } from '@orrery/api/errors.ts'

/** Tells what a server answered from what was found wrong on this machine, where an admin's role is of no help. */
export const answered = 'the server answered so'

/** The problem that a server answered with. */
export async function refusalRead(response: Response): Promise<OrreryError> {
  const problem = await problemRead(response)
  const { code, message, status, pointer } = problem
  return new OrreryError(code, message, {
    status,
    detail: answered,
    cause: problem,
    ...(pointer === undefined ? {} : { pointer }),
  })
}
