/** Errors in the words that the environment's clients know: plain text, the database's in those of Go's driver. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { Log } from '../../verbs/context.ts'
import { translate } from '../../verbs/transaction.ts'
import { GoJsonError } from '../go-json.ts'
import { replyText } from '../go-reply.ts'
import type { GoCall } from '../go-server.ts'

/** An answer that the contract words itself. */
export class Refusal extends Error {
  readonly status: number

  constructor(status: number, text: string) {
    super(text)
    this.status = status
  }
}

/** `failureStatus` is what the route answers when the database, as its clients see it, fails: 500, but 400 on /metrics. */
export function refuse(call: GoCall, thrown: unknown, failureStatus: number, log: Log): void {
  const error = translate(thrown)
  if (error instanceof Refusal) {
    replyText(call.response, error.status, error.message)
  } else if (error instanceof GoJsonError) {
    replyText(call.response, 400, error.message)
  } else if (error instanceof OrreryError) {
    if (error.code === 'internal' || error.code === 'unavailable')
      log.error({ err: error }, 'a call of an environment client failed')
    replyText(call.response, statusOf(error, failureStatus), textOf(error))
  } else {
    log.error(
      { err: error, method: call.request.method, url: call.request.url?.slice(0, 200) },
      'a call of an environment client failed',
    )
    replyText(call.response, failureStatus, 'The server failed on this call; its log says why.')
  }
}

function statusOf(error: OrreryError, failureStatus: number): number {
  switch (error.code) {
    case 'invalid':
    case 'unauthorized':
    case 'forbidden':
      return error.status
    case 'not_found':
    case 'conflict':
    case 'no_capacity':
    case 'limit':
    case 'unavailable':
    case 'internal':
      return failureStatus
  }
}

function textOf(error: OrreryError): string {
  return error.code === 'no_capacity' ? `no capacity: ${error.message}` : error.message
}
