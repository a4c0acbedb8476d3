import type { FastifyReply, FastifyRequest } from 'fastify'
import { OrreryError, errorCodes } from '@orrery/api/errors.ts'
import type { Log } from '../verbs/context.ts'
import { translate } from '../verbs/transaction.ts'

/** RFC 9457. `detail` is the sentence for the caller; `code` is what programs branch on. */
export type Problem = {
  type: string
  title: string
  status: number
  code: string
  detail: string
  retry: boolean
  instance?: string
  pointer?: string
}

export function problemOf(error: OrreryError, instance?: string): Problem {
  const { title, retry } = errorCodes[error.code]
  return {
    type: `https://orrery.dev/problems/${error.code}`,
    title,
    status: error.status,
    code: error.code,
    detail: error.message,
    retry,
    ...(instance === undefined ? {} : { instance }),
    ...(error.pointer === undefined ? {} : { pointer: error.pointer }),
  }
}

export function problemSend(reply: FastifyReply, error: OrreryError, instance?: string): FastifyReply {
  if (error.code === 'unauthorized') void reply.header('www-authenticate', 'Bearer realm="orrery"')
  return reply
    .code(error.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemOf(error, instance)))
}

export function mediaTypeWrong(): OrreryError {
  return new OrreryError('invalid', 'The body must be JSON: send `content-type: application/json`.', {
    status: 415,
  })
}

function jsonWrong(): OrreryError {
  return new OrreryError(
    'invalid',
    'The body is not valid JSON, or has a key `__proto__` or `constructor.prototype`, which nothing here has.',
  )
}

type FrameworkError = Error & { code?: string; statusCode?: number }

/** The framework's own errors in our words, so that no client reads a framework's. */
export function frameworkTranslate(error: FrameworkError): OrreryError | null {
  switch (error.code ?? '') {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new OrreryError(
        'invalid',
        'The body is larger than this call takes. Send it in smaller parts.',
        { status: 413 },
      )
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return mediaTypeWrong()
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return jsonWrong()
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new OrreryError('invalid', 'The body does not have the length that Content-Length says.')
    case 'FST_ERR_BAD_URL':
      return new OrreryError(
        'invalid',
        'The URL is not valid: a `%` must be followed by two hexadecimal digits of UTF-8 text.',
      )
    case 'FST_ERR_MAX_PARAM_LENGTH':
    case 'FST_ERR_PARAM_TOO_LONG':
      return new OrreryError('invalid', 'A part of the URL is too long.', { status: 414 })
  }
  if (error instanceof SyntaxError) return jsonWrong()
  const status = error.statusCode
  // The console's folder has nothing that is hidden from readers: what the file server refuses to look for is not there.
  if (status === 403) return new OrreryError('not_found', 'There is nothing at this address.')
  if (status === 429) return new OrreryError('limit', error.message)
  if (status !== undefined && status >= 400 && status < 500)
    return new OrreryError('invalid', 'The request is not valid.', { status, cause: error })
  return null
}

/** Any error as ours; what nobody foresaw is `internal`, said plainly to the caller and in full to the log. */
export function errorOf(thrown: unknown): OrreryError {
  // A caller that hangs up while it sends breaks its own connection, not the database's: the codes are the same.
  const error = isCallers(thrown) ? thrown : translate(thrown)
  if (error instanceof OrreryError) return error
  if (error instanceof Error) {
    const known = frameworkTranslate(error)
    if (known !== null) return known
  }
  return new OrreryError(
    'internal',
    'The server could not do this. It is a fault of the server and is in its log.',
    { cause: error },
  )
}

/** The framework marks what it refuses with a status. */
function isCallers(thrown: unknown): thrown is Error {
  if (!(thrown instanceof Error) || !('statusCode' in thrown)) return false
  const { statusCode } = thrown
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
}

/** Logs once, at the edge: what is our fault as an error, what is the caller's for debugging only. */
export function errorLog(
  log: Log,
  error: OrreryError,
  request: Pick<FastifyRequest, 'method' | 'url' | 'id'>,
): void {
  const fields = {
    code: error.code,
    method: request.method,
    url: request.url.split('?')[0]?.slice(0, 200),
    request: request.id,
    detail: error.detail,
  }
  if (error.code === 'internal') log.error({ ...fields, err: error.cause ?? error }, error.message)
  else if (error.code === 'unavailable') log.warn({ ...fields, err: error.cause }, error.message)
  else log.debug(fields, error.message)
}
